"""The daily job, under each customer's ticket: what has lain long enough goes, in parts of a short transaction each.

Where it is killed, the next run goes on: each part notes in its own transaction what went, a month that was begun is
found again, and nothing is counted twice.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from typing import Any
from uuid import UUID

from django.db import connections

from heretask.kernel.jobs import queue
from heretask.kernel.jobs.worker import Ticket, ticket
from heretask.kernel.log import record

from . import events
from .cleaning import CLEANERS
from .models import Retention

TASK = "log.retain"
PART = 1_000  # rows that one transaction removes
LONGEST = 45 * 60  # seconds; what is left goes tomorrow. The ticket lasts an hour
LONG = "15min"  # freezing counts a whole month in one statement


@queue.task(TASK)
def retain(_job: UUID) -> None:
    """Remove what may go."""
    here, end = ticket(), time.monotonic() + LONGEST
    tidied = _tidy(here, end)
    if tidied:
        with here.enter():
            record(events.TIDIED, hits=tidied.total(), variables=dict(sorted(tidied.items())))
    while time.monotonic() < end and _month(here, end):
        pass


def _tidy(here: Ticket, end: float) -> Counter[str]:
    """Everything but the log itself; features first, since their rows refer to jobs."""
    gone: Counter[str] = Counter()
    for kind, clean in sorted(CLEANERS.items()):
        went = PART
        while went == PART and time.monotonic() < end:
            with here.enter():
                went = clean(PART)
                if went:
                    _ask("select ht.note_forgotten(%s, %s)", kind, went)
            gone[kind] += went
    more = True
    while more and time.monotonic() < end:
        with here.enter():
            told: dict[str, int] = json.loads(_ask("select ht.forget_rest(%s)::text", PART))
        gone.update(told)
        more = any(count == PART for count in told.values())
    return +gone


def _month(here: Ticket, end: float) -> bool:
    """Remove one month of the log; whether it is done and another may follow."""
    with here.enter():
        _ask("select set_config('statement_timeout', %s, true)", LONG)
        run: UUID | None = _ask("select ht.begin_forgetting()")
    if run is None:
        return False
    done, went = 0, PART
    while went == PART and time.monotonic() < end:
        with here.enter():
            went = _ask("select ht.forget_events(%s, %s)", run, PART)
            done += went
            here.progress(done, done)
    with here.enter():
        if not _ask("select ht.end_forgetting(%s)", run):
            return False
        frozen = Retention.objects.get(id=run)
        record(
            events.REMOVED, on=("retention", run), hits=frozen.events,
            variables={"since": _day(frozen.since), "until": _day(frozen.before - 1)},
        )  # fmt: skip
    return True


def _day(at: int) -> str:
    return time.strftime("%Y-%m-%d", time.gmtime(at / 1_000_000))


def _ask(sql: str, *params: str | int | UUID) -> Any:
    with connections["default"].cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchone()[0]
