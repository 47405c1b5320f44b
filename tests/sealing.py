"""A sealer for tests: its key lies in the test installation, as it does in a real one."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import connections

from heretask.config.sealer import seal_until
from heretask.config.sealing import seal_all
from heretask.kernel.access.events import DENIED
from heretask.kernel.log.sealing import Sealer
from heretask.kernel.log.sealkeys import SealKeys
from heretask.kernel.log.storing import statement
from heretask.kernel.log.trace import make
from tests import database


def keys() -> SealKeys:
    """The keys of this installation, made where there are none."""
    made = SealKeys(Path(settings.HERETASK_SEAL_KEY_FILE))
    made.ensure()
    return made


def seal() -> int:
    """Seal everything that waits, and sign; how many that were. A server's own sealer does it where one is at work."""
    sealed = seal_all(keys())
    if sealed is not None:
        return sealed
    with database.superuser() as admin:
        admin.execute("insert into ht.wanted select distinct customer_id from kernel_event")
        until = time.monotonic() + 60
        while (row := admin.execute("select count(*) from ht.unsealed").fetchone()) != (0,) or (
            admin.execute("select count(*) from ht.wanted").fetchone() != (0,)
        ):
            assert time.monotonic() < until, f"the sealer at work leaves events unsealed: {row}"
            time.sleep(0.1)
    return 0


def write(customer: UUID, count: int = 1) -> None:
    """Events as the gate writes them."""
    made = [make(DENIED, customer_id=customer, customer_key=None, actor=None, session=None) for _ in range(count)]
    for start in range(0, count, 200):
        sql, params = statement(made[start : start + 200], numbered=False)
        with connections["gate"].cursor() as cursor:
            cursor.execute(sql, params)


@contextmanager
def sealer_at_work() -> Iterator[None]:
    """A sealer in a thread of its own, as a process of its own in an installation."""
    stop = threading.Event()

    def work() -> None:
        try:
            seal_until(stop, os.getppid(), Sealer(keys(), sign_every=0))
        finally:
            connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def leaves_of(customer: UUID) -> list[tuple[int, UUID, bytes]]:
    """Place, event and leaf of a customer's tree, as the sealer may see it."""
    with connections["sealer"].cursor() as cursor:
        cursor.execute("select place, event, leaf from kernel_leaf where customer_id = %s order by place", [customer])
        return [(place, event, bytes(leaf)) for place, event, leaf in cursor.fetchall()]


def checkpoints_of(customer: UUID) -> list[tuple[int, bytes, str, list[str]]]:
    """Size, root, note and keys of a customer's checkpoints, the oldest first."""
    with connections["sealer"].cursor() as cursor:
        cursor.execute(
            "select size, root, note, keys from kernel_checkpoint where customer_id = %s order by at", [customer]
        )
        return [(size, bytes(root), note, list(public)) for size, root, note, public in cursor.fetchall()]
