"""All engines at all widths, one after the other, at a real server of this code."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections
from django.utils import timezone

from heretask.config import installation
from heretask.config.server import Processes
from heretask.kernel.release.browsers import ENGINES, WIDTHS, Walk, Walked
from heretask.kernel.release.running import running
from tests.browsers.engines import started
from tests.browsers.walk import stage, walk
from tests.cast import make_cast
from tests.system.servers import free_port


def walked() -> Walked:
    """The whole evening. An engine that does not start has failed at every width; the others walk on."""
    code = running().code
    walks: list[Walk] = []
    with _server() as address:
        on = stage(make_cast(), address)
        for name in ENGINES:
            try:
                with started(name) as engine:
                    walks += [walk(engine, width, on) for width in WIDTHS]
            except Exception as failure:  # noqa: BLE001  (whatever it was, this engine has not passed)
                told = f"the browser: {str(failure).strip().partition(chr(10))[0] or type(failure).__name__}"
                there = {one.width for one in walks if one.engine == name}
                walks += [Walk(name, "", width, (), told) for width in WIDTHS if width not in there]
    assert code == running().code, "the code changed meanwhile"
    return Walked(code, timezone.now(), tuple(walks))


@contextmanager
def _server() -> Iterator[str]:
    """Web over TLS with our own certificate, sealer and worker."""
    connections.close_all()
    port = free_port()
    processes = Processes(installation.load(), port=port, beside=("sealer", "worker"))
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        assert processes.start(90), "the server does not answer"
        yield f"https://localhost:{port}"
    finally:
        processes.stop()
        for number, handler in handlers.items():
            signal.signal(number, handler)
