"""Reading what was taken and proven: the supplier's own rows for its page, dates and outcomes for everybody."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from django.db import connections

from heretask.kernel.jobs.models import Job

from .models import Backup, Drill, ProviderReport

SHOWN = 30
TASKS = ("system.backups.take", "system.backups.drill")


@dataclass(frozen=True, slots=True)
class Kept:
    """What the page shows, the newest first; `running` is a job of this feature that has not ended."""

    backups: list[Backup]
    drills: list[Drill]
    reports: list[ProviderReport]
    running: Job | None


def kept() -> Kept:
    """The newest rows of each kind."""
    return Kept(
        list(Backup.objects.order_by("-ended_at")[:SHOWN]), list(Drill.objects.order_by("-ended_at")[:SHOWN]),
        list(ProviderReport.objects.order_by("-received_at")[:12]), running(),
    )  # fmt: skip


def running() -> Job | None:
    """A backup or drill under way at this customer, whoever asked for it."""
    return Job.objects.filter(task__in=TASKS, state__in=["waiting", "running"]).order_by("-made_at").first()


def job(job_id: Any) -> Job:
    """A job of this feature; raises Job.DoesNotExist for any other."""
    return Job.objects.get(id=job_id, task__in=TASKS)


def newest_pass() -> Drill | None:
    """The newest drill that passed."""
    return Drill.objects.filter(outcome="pass").order_by("-ended_at").first()


def any_good() -> bool:
    """Whether there is a backup at all that a drill could try."""
    return Backup.objects.filter(kind="dump", outcome="good").exists()


@dataclass(frozen=True, slots=True)
class Facts:
    """Dates and outcomes, readable outside any customer: `ht.backup_facts()` is the one place that gives them out."""

    installed_at: dt.datetime
    backups: list[dict[str, Any]]  # of each kind the newest, and the newest good one
    drills: list[dict[str, Any]]  # the newest, and the newest that passed
    abroad: int  # backups of the period that were put outside Denmark
    reported_on: dt.date | None
    report_good: bool | None


def facts() -> Facts:
    """What the installation's evidence is made of."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select installed_at, backups, drills, abroad, reported_on, report_good from ht.backup_facts()")
        row = cursor.fetchone()
    return Facts(row[0], json.loads(row[1]), json.loads(row[2]), *row[3:])
