"""The clock: what happens without anybody asking, a few times a minute. Two clocks at once do no harm."""

from __future__ import annotations

import datetime as dt
import logging
import os
import signal
import threading

from django.conf import settings
from django.db import Error, connections
from django.utils import timezone

from heretask.kernel.db import catalogue
from heretask.kernel.identity.sessions import end_forgotten
from heretask.kernel.log.faults import place_of
from heretask.kernel.secrets import tombstones

from . import metrics

logger = logging.getLogger("heretask.clock")
STEP = 10  # seconds
NIGHTLY = ((1, "system.backups.take"), (4, "system.backups.drill"))  # not before this hour, once a day, by Danish time
QUIET = dt.timedelta(minutes=10)  # after a start, before what is heavy: a day that was missed is caught up later
LOOK_BACK = dt.timedelta(hours=1)  # for tombstones: erasures commit late, and out of order


def run() -> int:
    """Tick until told to stop."""
    catalogue.check()
    metrics.serve()
    stopped, parent, begun = threading.Event(), os.getppid(), timezone.now()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    while not stopped.is_set():
        try:
            tick(timezone.now())
            if timezone.now() - begun > QUIET:
                nightly(timezone.now())
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
        cursor.execute("select ht.tidy_log()")
        cursor.execute("select ht.requeue(interval '60 seconds', 3)")
        cursor.execute("select ht.clean_words()")
        cursor.execute("select ht.tick_index()")
        ways = [way for way, there in (("mail", settings.HERETASK_SMTP), ("sms", settings.HERETASK_SMS)) if there]
        if ways:
            cursor.execute("select ht.tick_mail(%s::text[])", [ways])
        if settings.HERETASK_SMTP:
            cursor.execute("select ht.tick('admin.logs.checkpoint', %s, 15)", [_week(now)])
        watch = now.replace(minute=now.minute // 5 * 5, second=0, microsecond=0)
        cursor.execute("select ht.tick_supplier('system.monitoring.watch', %s, 5)", [watch])
        slot = now.replace(minute=0, second=0, microsecond=0)
        cursor.execute("select ht.tick('evidence.measure', %s, 15)", [slot])
        cursor.execute("select ht.tick('log.retain', %s, 60)", [_night(now)])
        cursor.execute("select ht.tick('admin.reviews.run', %s, 30)", [_night(now)])
        cursor.execute("select ht.tick('admin.samples.draw', %s, 30)", [_night(now)])
        cursor.execute("select ht.tick('platform.tasks.repeat', %s, 30)", [_night(now)])
        cursor.execute("select ht.tick_breaches(%s)", [now.replace(second=0, microsecond=0)])
        cursor.execute("select ht.tick_supplier('system.wheel.turn', %s, 30)", [_night(now)])
        if os.environ.get("HERETASK_HOST_COLLECT") == "1":
            cursor.execute("select ht.tick_supplier('system.servers.collect', %s, 30)", [slot])


def _night(now: dt.datetime) -> dt.datetime:
    """When the last night's work was due: at 01:00 UTC, before anybody comes in."""
    due = now.replace(hour=1, minute=0, second=0, microsecond=0)
    return due if due <= now else due - dt.timedelta(days=1)


def _week(now: dt.datetime) -> dt.datetime:
    """When the last weekly work was due: on Monday at 05:00 UTC."""
    due = (now - dt.timedelta(days=now.weekday())).replace(hour=5, minute=0, second=0, microsecond=0)
    return due if due <= now else due - dt.timedelta(days=7)


def nightly(now: dt.datetime) -> None:
    """Backups each night, and the drill, which decides itself whether it is due; each day once, however often asked."""
    local = timezone.localtime(now)
    with connections["clock"].cursor() as cursor:
        for hour, task in NIGHTLY:
            if local.hour >= hour:
                slot = local.replace(hour=hour, minute=0, second=0, microsecond=0)
                cursor.execute("select ht.tick_supplier(%s, %s, 60)", [task, slot])


def write_tombstones(now: dt.datetime) -> None:
    """Give every erasure its tombstone; where one cannot be written, the next round begins from the same place."""
    global _written_until  # noqa: PLW0603  (what this process has seen to)
    try:
        tombstones.reconcile(_written_until)
    except (OSError, tombstones.Damaged) as failure:
        logger.error("tombstones could not be written: %s", place_of(failure))
    else:
        _written_until = now - LOOK_BACK
