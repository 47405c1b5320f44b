"""The sealer's process. Several may run: one works, the others stand by, and take over within a second."""

from __future__ import annotations

import logging
import os
import signal
import threading
from pathlib import Path

from django.conf import settings
from django.db import Error, connections
from psycopg.errors import DiskFull

from heretask.kernel.log.faults import place_of
from heretask.kernel.log.sealing import Sealer
from heretask.kernel.log.sealkeys import SealKeys

logger = logging.getLogger("heretask.sealer")
STEP = 0.3  # seconds between two looks into the queue


def run() -> int:
    """Seal until told to stop."""
    stopped, parent = threading.Event(), os.getppid()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    keys = SealKeys(Path(settings.HERETASK_SEAL_KEY_FILE))
    keys.ensure()
    while not stopped.is_set() and os.getppid() == parent:
        try:
            seal_until(stopped, parent, Sealer(keys))
        except (Error, OSError, ValueError) as failure:  # no database, no room, no key: again in a moment
            logger.warning("the sealer could not go on: %s", sentence_of(failure))
            connections.close_all()  # with the lock, so that another may try
            stopped.wait(2)
    return 0


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
