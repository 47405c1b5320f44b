"""What is done with backups: the page is read, a backup or a drill is asked for, and what came of it is kept."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from heretask.kernel.access.decide import Actor, check
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.jobs import queue
from heretask.kernel.log import record

from . import events, queries
from .models import Backup, Drill, ProviderReport
from .queries import Kept

MINUTES = 60  # a ticket lasts no longer; what takes longer is run at the server


class Refused(Exception):
    """It is not done; the message is a sentence for the reader."""


def read_backups(*, by: Actor) -> Kept:
    """Which backups, drills and reports there are."""
    check(by, P.SYSTEM_BACKUPS_SEE)
    found = queries.kept()
    record(events.READ, hits=len(found.backups) + len(found.drills))
    return found


def ask_backup(*, by: Actor) -> UUID:
    """Have a backup taken now; the job. Raises Refused while another is under way."""
    return _ask(queries.TASKS[0], events.ASKED, by=by)


def ask_drill(*, by: Actor) -> UUID:
    """Have the newest backup restored on trial now; the job. Raises Refused while another is under way."""
    return _ask(queries.TASKS[1], events.DRILL_ASKED, by=by)


def _ask(task: str, event: Any, *, by: Actor) -> UUID:
    check(by, P.SYSTEM_BACKUPS_RUN)
    if queries.running() is not None:
        raise Refused(_("A backup or a drill is under way already. Wait until it has ended."))
    job = queue.defer(task, minutes=MINUTES)
    record(event, on=("job", job))
    return job


def report(*, reported_on: dt.date, good: bool, site: str, by: Actor) -> ProviderReport:
    """Write down a report of the hosting provider on its own backups."""
    check(by, P.SYSTEM_BACKUPS_RUN)
    if reported_on > timezone.localdate():
        raise Refused(_("A report cannot be of a day to come."))
    made = ProviderReport.objects.create(reported_on=reported_on, good=good, site=site, received_by=by.user_id)
    record(events.REPORTED, on=("report", made.id), outcome="good" if good else "bad")
    return made


def keep_backup(result: dict[str, Any], *, by: Actor) -> Backup:
    """Keep what came of a run."""
    check(by, P.SYSTEM_BACKUPS_RUN)
    good = result["outcome"] == "good"
    made = Backup.objects.create(
        name=result.get("name", ""), kind=result.get("kind", "dump"), outcome="good" if good else "failed",
        code=result.get("code", "")[:20], why=result.get("why", "")[:500], country=result.get("country", "")[:2],
        site=result.get("site", "")[:120], size=result.get("size", 0), rows=result.get("rows", 0),
        version=result.get("version", "")[:80], steps=result.get("steps", []), seconds=result.get("seconds", 0),
        kept_until=result.get("kept_until"), keys_until=result.get("keys_until"),
    )  # fmt: skip
    if good:
        record(events.TAKEN, on=("backup", made.id))
    else:
        record(events.FAILED, on=("backup", made.id), variables={"why": made.code}, outcome="failed")
    return made


def keep_drill(result: dict[str, Any], *, by: Actor) -> Drill:
    """Keep what came of a drill; whatever is no outcome of a drill is one that could not verify."""
    check(by, P.SYSTEM_BACKUPS_RUN)
    outcome = result["outcome"] if result["outcome"] in {"pass", "fail"} else "unverified"
    made = Drill.objects.create(
        backup=result.get("name", ""), outcome=outcome, why=result.get("why", "")[:500],
        steps=result.get("steps", []), seconds=result.get("seconds", 0),
    )  # fmt: skip
    event = events.DRILLED if outcome == "pass" else events.NOT_PROVEN
    record(event, on=("drill", made.id), variables={"outcome": outcome}, outcome=outcome)
    return made
