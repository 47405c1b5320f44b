"""The sealer's process. Several may run: one works, the others stand by, and take over within a second."""

from __future__ import annotations

import logging
import os
import signal
import threading
from pathlib import Path

from django.conf import settings
from django.db import Error, connections
from psycopg.errors import DiskFull, QueryCanceled

from heretask.kernel.log.faults import place_of
from heretask.kernel.log.sealing import BATCH, Sealer
from heretask.kernel.log.sealkeys import SealKeys

logger = logging.getLogger("heretask.sealer")
FEWEST = 100  # events of a step, however slow
STEP = 0.3  # seconds between two looks into the queue


def run() -> int:
    """Seal until told to stop."""
    stopped, parent = threading.Event(), os.getppid()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    keys = SealKeys(Path(settings.HERETASK_SEAL_KEY_FILE))
    keys.ensure()
    seal_on(stopped, parent, keys)
    return 0


def seal_on(stopped: threading.Event, parent: int, keys: SealKeys, *, batch: int = BATCH) -> None:
    """Seal until told to stop, whatever fails meanwhile."""
    while not stopped.is_set() and os.getppid() == parent:
        sealer = Sealer(keys, batch=batch)
        try:
            seal_until(stopped, parent, sealer)
        except (Error, OSError, ValueError) as failure:  # no database, no room, no key: again in a moment
            logger.warning("the sealer could not go on: %s", sentence_of(failure))
            batch = smaller(sealer.batch) if isinstance(failure.__cause__, QueryCanceled) else sealer.batch
            connections.close_all()  # with the lock, so that another may try
            stopped.wait(2)


def smaller(batch: int) -> int:
    """After a step that took too long: on a machine that busy the same again would take too long for ever."""
    return max(FEWEST, batch // 4)


def sentence_of(failure: BaseException) -> str:
    """What an operator should know of a failure; never its text, which may hold values."""
    if isinstance(failure.__cause__, DiskFull):
        return (
            "there is no room left on the database's disk: nothing was sealed, nothing is lost; "
            "sealing goes on when there is room"
        )
    if isinstance(failure, FileNotFoundError | PermissionError):
        return "the key that signs cannot be read: nothing was sealed; events wait for it"
    return place_of(failure)


def seal_until(stopped: threading.Event, parent: int, sealer: Sealer) -> None:
    """Wait for the lock, then work until told to stop or until something fails."""
    begun = False
    while not stopped.is_set() and os.getppid() == parent:
        if not begun and not sealer.lead():
            stopped.wait(1)
            continue
        if not begun:
            sealer.begin()
            begun = True
        if sealer.step() < sealer.batch:
            stopped.wait(STEP)
        else:
            sealer.batch = min(BATCH, sealer.batch * 2)  # small ones again become large ones
