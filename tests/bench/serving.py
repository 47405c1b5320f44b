"""G12: the journal's page against a view that only says hello, over HTTPS on one real server."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from heretask.config import installation, server
from tests.cast import make_cast
from tests.system.servers import free_port

from .crew import Crew, crew
from .figures import Figure, Goal, Row, in_turns, median, of_rounds
from .load import Done, Load
from .stage import journal

NOTES = 200


def measure(*, quick: bool) -> list[Row]:
    """Requests a second of both, over 1, 4 and 8 connections that are kept."""
    rounds, seconds = (2, 0.3) if quick else (7, 0.9)
    cast = make_cast()
    page = f"/social/journal/{journal(cast, NOTES)}/"
    with serving() as port, crew(1, "tests.bench.load:client", port, cast.anna.token()) as clients:
        for path in (page, "/healthz"):
            clients.ask(Load(path, 8, 0.5))  # both of the server's processes have read their templates
        figures = [_at(clients, page, count, rounds, seconds) for count in (1, 4, 8)]
    what = "journal page over HTTPS, requests/s, against a hello view"
    return [Row("G12", what, Goal(0.12, at_least=True), "connections", figures)]


def _at(clients: Crew, page: str, count: int, rounds: int, seconds: float) -> Figure:
    seen: dict[str, list[Done]] = {page: [], "/healthz": []}

    def rate(path: str) -> float:
        done: Done = clients.ask(Load(path, count, seconds))[0]
        seen[path].append(done)
        return done.rate

    ours, theirs = in_turns(rounds, lambda: rate(page), lambda: rate("/healthz"))
    return of_rounds(
        str(count), ours, theirs, page_bytes=seen[page][0].length,
        clients_share_of_a_core=" / ".join(f"{median([d.own_share for d in seen[path]]):.2f}" for path in seen),
    )  # fmt: skip


@contextmanager
def serving() -> Iterator[int]:
    """The web alone, as `heretask serve` starts it, on a free port of this machine."""
    port = free_port()
    os.environ.pop("HERETASK_BIND", None)
    variables = server.environment(installation.load(), port=port)
    variables.pop("HERETASK_ROLE")
    variables["PYTHONPATH"] = os.pathsep.join(sys.path)
    command = [sys.executable, "-m", "gunicorn", "-c", f"file:{Path(server.__file__).parent / 'gunicorn.py'}"]
    web = server.Processes(installation.load(), port=port)
    web.running["web"] = subprocess.Popen(command, env=variables, start_new_session=True)
    try:
        if not web.wait_until_ready(60):
            raise RuntimeError("the server did not start")
        yield port
    finally:
        web.stop()
