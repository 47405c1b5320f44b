"""Backups and drills as jobs: the worker starts the process that has the credentials, and keeps what it says."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.utils import timezone

from heretask.kernel.access.decide import Actor
from heretask.kernel.backup import process, target
from heretask.kernel.jobs.queue import task
from heretask.kernel.jobs.worker import Ticket, ticket
from heretask.kernel.tenancy.base import current

from . import actions, queries

DRILL_EVERY = dt.timedelta(days=28)  # a month is never missed by a month's length
SECONDS = 1.0  # between two lines of progress


@task(queries.TASKS[0])
def take(_job: UUID) -> None:
    """A backup of each kind that has a target; where nobody has declared one, the evidence says so."""
    here = ticket()
    for chosen in target.all_declared():
        if not process.may_run(chosen.kind):  # a timer of the database's account does it
            continue
        result = process.run("run", "--kind", chosen.kind, told=_telling(here))
        with here.enter():
            actions.keep_backup(result, by=_system())
            here.progress(1, 1, outcome=result["outcome"])


@task(queries.TASKS[1])
def drill(_job: UUID) -> None:
    """The drill: always where a person asked for it; by the clock once in four weeks, and daily until it has passed."""
    here = ticket()
    with here.enter():
        last = queries.newest_pass()
        due = last is None or timezone.now() - last.ended_at > DRILL_EVERY
        asked = current().user_id is not None
        if not asked and not (due and queries.any_good()):
            return
    result = process.run("drill", told=_telling(here))
    with here.enter():
        actions.keep_drill(result, by=_system())
        here.progress(1, 1, outcome=result["outcome"])


def _system() -> Actor:
    """Who keeps it: the installation's own work, also where a person asked for it."""
    return Actor(current().customer_id, current().user_id, kind="operator")


def _telling(here: Ticket) -> Callable[[str, int, int], None]:
    """Write down each step, once a second at most; the last one of a second is caught up by the next."""
    last = [0.0]

    def told(step: str, done: int, of: int) -> None:
        if time.monotonic() - last[0] >= SECONDS or done == 0:
            last[0] = time.monotonic()
            with here.enter():
                here.progress(done, of, **_outcome(step))

    return told


def _outcome(step: str) -> dict[str, Any]:
    return {"step": step}
