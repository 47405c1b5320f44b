"""Reading results: one's own customer's, or for the supplier states and figures of all, never a row of theirs."""

from __future__ import annotations

import datetime as dt
import json
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connections
from django.utils import timezone

from heretask.kernel.evidence.measuring import newest
from heretask.kernel.evidence.promises import PROMISES
from heretask.kernel.evidence.weighing import ORDER, STALE, Found, Weighed, weigh
from heretask.kernel.jobs.models import Job
from heretask.kernel.log.attesting import Signature, signature_of
from heretask.kernel.secrets.opening import open_data
from heretask.kernel.tenancy.base import current
from heretask.system.records.figures import figures
from heretask.system.records.queries import newest_versions

from .models import Showing, Taken

DAYS = 30
MAKING = "system.assessment_make"
_ZONE = "Europe/Copenhagen"
_OWN = """select promise, (measured_at at time zone %s)::date as day,
                 max(array_position(array['ok', 'due', 'unknown', 'broken'], state::text))
            from kernel_evidence where customer_id = %s and measured_at >= %s group by 1, 2"""
_ALL = "select promise, day, worst from ht.evidence_days(%s, %s)"
_SUMMARY = """select promise, customer, scope, state, figure, sample::text, measured_at, seconds, code_version
                from ht.evidence_summary(%s)"""


@dataclass(frozen=True, slots=True)
class Assessment:
    """Every promise weighed, and its worst state on each of the last 30 days."""

    weighed: dict[str, Weighed]
    days: dict[str, dict[dt.date, str]]
    everywhere: bool


@dataclass(frozen=True, slots=True)
class Others:
    """How many other customers are measured since it was asked, how many of them not to the end, and of how many."""

    done: int
    failed: int
    all: int

    @property
    def ended(self) -> bool:
        """Nobody is left."""
        return self.done >= self.all


@dataclass(frozen=True, slots=True)
class Shown:
    """All that a stranger is told of one promise: its state, and the day of its oldest figure."""

    state: str
    day: dt.date


@dataclass(frozen=True, slots=True)
class Document:
    """Something that was taken out: its row, and its signature once the sealer has made it."""

    taken: Taken
    signature: Signature | None

    def content(self) -> bytes:
        """The very bytes."""
        return open_data(self.taken, "content")


def others(job: UUID) -> Others:
    """How far measuring is at the other customers, by the job that was asked for here."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select done, failed, all_others from ht.measured_others(%s)", [job])
        return Others(*cursor.fetchone())


def is_made(job: UUID) -> bool:
    """Whether this job has kept its document already."""
    return Taken.objects.filter(job=job).exists()


def unfinished(user_id: UUID | None) -> list[Job]:
    """What this person has asked for that is not made: it waits, it runs, or it failed within the last day."""
    since = timezone.now() - dt.timedelta(days=1)
    own = Job.objects.filter(user=user_id, task=MAKING, made_at__gte=since).exclude(state="done")
    return list(own.order_by("-made_at")[:5])


def documents(most: int = 50) -> list[Document]:
    """The newest that were taken."""
    rows = Taken.objects.defer("content").order_by("-done_at")[:most]
    return [Document(row, signature_of(row.digest)) for row in rows]


def document(document_id: UUID) -> Document:
    """One of them; raises Taken.DoesNotExist."""
    found = Taken.objects.get(id=document_id)
    return Document(found, signature_of(found.digest))


def signed_minutes() -> dict[str, str] | None:
    """The newest minutes that both managers signed: their digest and day, of the session's customer alone."""
    known = {version.id: version for version in newest_versions().values() if version.document.kind == "minutes"}
    if not known:
        return None
    days: dict[UUID, dict[UUID, dt.date]] = defaultdict(dict)
    for one in figures().signatures:
        if one.version in known:
            days[one.version][one.entry] = one.signed_on
    signed = [(max(by.values()), id_) for id_, by in days.items() if len(by) > 1]
    if not signed:
        return None
    day, newest_id = max(signed)
    return {"digest": known[newest_id].digest, "signed_on": day.isoformat()}


def assessment(*, everywhere: bool, slug: str) -> Assessment:
    """Of this customer or, for the supplier, of all. Two queries, however many results there are."""
    found: dict[str, list[Found]] = defaultdict(list)
    for row in _summary() if everywhere else _own(slug):
        found[row.promise].append(row)
    return Assessment({id_: weigh(id_, found[id_]) for id_ in PROMISES}, _days(everywhere=everywhere), everywhere)


def is_showing() -> bool:
    """Whether this session's customer shows strangers how its promises stand: the newest decision counts."""
    return bool(Showing.objects.order_by("-done_at", "-id").values_list("shown", flat=True).first())


def is_shown() -> bool:
    """Whether strangers are shown anything, asked without a session."""
    with connections["gate"].cursor() as cursor:
        cursor.execute("select ht.assessment_is_shown()")
        return bool(cursor.fetchone()[0])


def shown() -> Mapping[str, Shown]:
    """What strangers are told, once a minute at most: however often they ask, the database hardly notices."""
    return _shown_in(int(time.time() // 60))


@lru_cache(maxsize=1)
def _shown_in(_minute: int) -> Mapping[str, Shown]:
    given: list[Any] = [list(PROMISES), STALE]
    with connections["gate"].cursor() as cursor:
        cursor.execute("select promise, state, day from ht.shown_assessment(%s, %s)", given)
        return {promise: Shown(state, day) for promise, state, day in cursor.fetchall()}


def broken_days(since: dt.date, until: dt.date) -> dict[str, int]:
    """On how many days between two each promise was broken somewhere; for the supplier. Of retained results only."""
    start = dt.datetime.combine(since, dt.time(), tzinfo=timezone.get_current_timezone())
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select promise, count(*) from ht.evidence_days(%s, %s) where worst = %s and day <= %s group by promise",
            [start, _ZONE, ORDER.index("broken") + 1, until],
        )
        return dict(cursor.fetchall())


def _own(slug: str) -> list[Found]:
    return [
        Found(e.promise, slug, e.scope, e.state, e.figure, e.sample, e.measured_at, e.seconds, e.code_version)
        for e in newest().values()
    ]


def _summary() -> list[Found]:
    with connections["default"].cursor() as cursor:
        cursor.execute(_SUMMARY, [list(PROMISES)])
        return [
            Found(promise, customer, scope, state, figure, json.loads(sample), measured_at, seconds, version)
            for promise, customer, scope, state, figure, sample, measured_at, seconds, version in cursor.fetchall()
        ]


def _days(*, everywhere: bool) -> dict[str, dict[dt.date, str]]:
    start = timezone.now() - dt.timedelta(days=DAYS)
    days: dict[str, dict[dt.date, str]] = defaultdict(dict)
    with connections["default"].cursor() as cursor:
        if everywhere:
            cursor.execute(_ALL, [start, _ZONE])
        else:
            cursor.execute(_OWN, [_ZONE, current().customer_id, start])
        for promise, day, worst in cursor.fetchall():
            days[promise][day] = ORDER[worst - 1]
    return days
