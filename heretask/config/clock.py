"""The clock: what happens without anybody asking, a few times a minute. Two clocks at once do no harm."""

from __future__ import annotations

import datetime as dt
import logging
import os
import signal
import threading

from django.db import Error, connections

from heretask.kernel.db import catalogue
from heretask.kernel.identity.sessions import end_forgotten
from heretask.kernel.log.faults import place_of
from heretask.kernel.secrets import tombstones

logger = logging.getLogger("heretask.clock")
STEP = 10  # seconds
MEASURE_EVERY = dt.timedelta(hours=1)
LOOK_BACK = dt.timedelta(hours=1)  # for tombstones: erasures commit late, and out of order


def run() -> int:
    """Tick until told to stop."""
    catalogue.check()
    stopped, parent = threading.Event(), os.getppid()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    while not stopped.is_set():
        try:
            tick(dt.datetime.now(dt.UTC))
        except Error as failure:  # the database is gone: the next tick tries again
            logger.warning("the clock could not tick: %s", type(failure).__name__)
            connections.close_all()
        if os.getppid() != parent:  # whoever started us is gone
            return 1
        stopped.wait(STEP)
    return 0


_written_until = dt.datetime.min.replace(tzinfo=dt.UTC)  # everything, after a start


def tick(now: dt.datetime) -> None:
    """One round: idle sessions end, tombstones are complete, dead workers' jobs go back, periodic work gets tickets."""
    end_forgotten()
    write_tombstones(now)
    with connections["clock"].cursor() as cursor:
        cursor.execute("select ht.extend_log()")
        cursor.execute("select ht.requeue(interval '60 seconds', 3)")
        slot = now.replace(minute=0, second=0, microsecond=0)
        cursor.execute("select ht.tick('evidence.measure', %s, 15)", [slot])


def write_tombstones(now: dt.datetime) -> None:
    """Give every erasure its tombstone; where one cannot be written, the next round begins from the same place."""
    global _written_until  # noqa: PLW0603  (what this process has seen to)
    try:
        tombstones.reconcile(_written_until)
    except (OSError, tombstones.Damaged) as failure:
        logger.error("tombstones could not be written: %s", place_of(failure))
    else:
        _written_until = now - LOOK_BACK
