"""Reading cases, findings, drafts and receipts: the supplier's; and a customer's own notices."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connections

from heretask.kernel.jobs.models import Job
from heretask.kernel.log.registry import ACTIONS, Category
from heretask.kernel.secrets.opening import open_text
from heretask.kernel.tenancy.models import Customer, CustomerKind

from .models import Alarm, Case, CaseReport, Draft, Finding, Notice, Receipt, Step, StepKind, Touched
from .policies import DEADLINE

SEEN = {Category.OPENED, Category.SEARCHED, Category.HANDED, Category.CHANGED}  # by which data is touched


@dataclass(frozen=True, slots=True)
class Done:
    """One step of a case, opened."""

    id: UUID
    kind: str
    about: UUID | None
    digest: str
    words: dict[str, Any]
    by: UUID | None
    at: dt.datetime


@dataclass(slots=True)
class Opened:
    """A case as it is now."""

    id: UUID
    title: str
    exercise: bool
    reported_at: dt.datetime
    begun_at: dt.datetime
    by: UUID | None
    steps: list[Done] = field(default_factory=list)
    reports: list[UUID] = field(default_factory=list)
    alarms: list[Alarm] = field(default_factory=list)

    @property
    def deadline(self) -> dt.datetime:
        """By when every customer is told."""
        return self.reported_at + DEADLINE

    @property
    def kinds(self) -> set[str]:
        """Which steps there have been."""
        return {step.kind for step in self.steps}

    def last(self, kind: str) -> Done | None:
        """The newest step of a kind."""
        return next((step for step in reversed(self.steps) if step.kind == kind), None)

    def at(self, kind: str) -> dt.datetime | None:
        """When that was last done."""
        found = self.last(kind)
        return found.at if found else None

    @property
    def risk(self) -> bool | None:
        """Whether there is a risk to customers' data, as it was last assessed; None while nobody has said."""
        found = next(
            (s for s in reversed(self.steps) if s.kind in {StepKind.ASSESSED, StepKind.DISMISSED}), None
        )  # fmt: skip
        return None if found is None else found.kind == StepKind.ASSESSED

    @property
    def dismissed(self) -> bool:
        """Whether it is no breach after all."""
        return self.risk is False

    @property
    def closed(self) -> bool:
        """Whether it is over."""
        return StepKind.CLOSED in self.kinds


@dataclass(frozen=True, slots=True)
class Told:
    """One customer, and how far its notice is."""

    customer: UUID
    slug: str
    name: str
    active: bool
    touched: bool | None  # by the finding that the newest draft stands on; None where it was not looked at yet
    made_at: dt.datetime | None
    posted_at: dt.datetime | None
    letters: int | None
    opened_at: dt.datetime | None
    opened_by: str | None
    acknowledged_at: dt.datetime | None
    acknowledged_by: str | None
    reached_at: dt.datetime | None
    heard_at: dt.datetime | None

    @property
    def told_at(self) -> dt.datetime | None:
        """When it was told: by its notice, or by hand."""
        return min((at for at in (self.made_at, self.reached_at) if at), default=None)

    @property
    def received_at(self) -> dt.datetime | None:
        """When somebody there first read it, or was named as who received what was told by hand."""
        return min((at for at in (self.opened_at, self.acknowledged_at, self.heard_at) if at), default=None)


@dataclass(frozen=True, slots=True)
class Row:
    """One customer in a finding: numbers, no name of a citizen."""

    about: UUID
    name: str
    touched: bool
    citizens: int
    events: int
    actions: dict[str, int]
    first_at: dt.datetime | None
    last_at: dt.datetime | None
    citizens_hash: str
    afterwards: bool  # it came when the whole was frozen already
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Found:
    """A finding with what was computed; `digest` once it is whole."""

    id: UUID
    number: int
    scope: str
    words: str
    since: dt.datetime
    until: dt.datetime
    at: dt.datetime
    digest: str
    rows: list[Row]

    @property
    def touched(self) -> list[Row]:
        """The customers that are touched."""
        return [row for row in self.rows if row.touched]

    @property
    def afterwards(self) -> list[Row]:
        """The customers that came when the whole was frozen already; they were looked at before they were told."""
        return [row for row in self.rows if row.afterwards]


def acts() -> list[str]:
    """The names of all actions by which data is seen, searched for, handed out or changed."""
    return sorted(name for name, action in ACTIONS.items() if action.category in SEEN)


def cases(ids: Iterable[UUID] | None = None) -> list[Opened]:
    """Cases as they are now, the newest first, in four queries."""
    rows = Case.objects.order_by("-id")
    if ids is not None:
        rows = rows.filter(id__in=set(ids))
    found = {
        k.id: Opened(k.id, open_text(k, "title"), k.exercise, k.reported_at, k.done_at, k.done_by) for k in rows
    }  # fmt: skip
    for link in CaseReport.objects.filter(case_id__in=found).order_by("id"):
        one = found[link.case_id]
        one.reports.append(link.report)
        one.reported_at = min(one.reported_at, link.reported_at)
    for step in Step.objects.filter(case_id__in=found).order_by("done_at", "id"):
        words = open_text(step, "words")
        found[step.case_id].steps.append(
            Done(
                step.id, step.kind, step.about, step.digest, json.loads(words) if words else {}, step.done_by,
                step.done_at,
            )
        )  # fmt: skip
    for alarm in Alarm.objects.filter(case_id__in=found).order_by("hours"):
        found[alarm.case_id].alarms.append(alarm)
    return list(found.values())


def case(own: UUID) -> Opened:
    """One; raises Case.DoesNotExist."""
    for one in cases([own]):
        return one
    raise Case.DoesNotExist


def case_of_report(report: UUID) -> UUID | None:
    """The case that a report belongs to."""
    link = CaseReport.objects.filter(report=report).first()
    return link.case_id if link else None


def tied() -> set[UUID]:
    """The reports that belong to a case."""
    return set(CaseReport.objects.values_list("report", flat=True))


def open_cases() -> list[Opened]:
    """Those that are not closed."""
    return [one for one in cases() if not one.closed]


def told(own: UUID) -> list[Told]:
    """Every customer of a case, and how far its notice is."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select * from ht.breach_receipts(%s)", [own])
        return [Told(*row) for row in cursor.fetchall()]


def untold(rows: Iterable[Told]) -> list[Told]:
    """Those of them that have no notice, nor were told by hand."""
    return [row for row in rows if row.told_at is None]


def only_by_hand(rows: Iterable[Told]) -> bool:
    """Whether the customers that are not told yet are closed ones alone, to whom no notice can be sent."""
    left = untold(rows)
    return bool(left) and not any(row.active for row in left)


@dataclass(frozen=True, slots=True)
class Count:
    """A case in three numbers of customers."""

    all: int
    told: int
    received: int

    @property
    def untold(self) -> int:
        """How many were not told yet."""
        return self.all - self.told


def count_of(rows: Iterable[Told]) -> Count:
    """The three numbers of rows that are there."""
    found = list(rows)
    return Count(len(found), len(found) - len(untold(found)), sum(1 for row in found if row.received_at))


def told_by(found: Iterable[Found], draft: Draft | None) -> Found | None:
    """The finding by which customers are told: that of the newest draft, else the newest that is whole."""
    return next((one for one in found if (one.id == draft.finding_id if draft else one.digest)), None)


def counts(ids: Iterable[UUID]) -> dict[UUID, Count]:
    """Of several cases, how many customers each is to reach, were told and have received it; in one query."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select * from ht.breach_counts(%s)", [list(ids)])
        return {own: Count(*numbers) for own, *numbers in cursor.fetchall()}


def providers() -> list[Customer]:
    """Every customer whose data the systems hold, closed ones too."""
    return list(Customer.objects.using("gate").filter(kind=CustomerKind.PROVIDER).order_by("name", "id"))


def called() -> dict[UUID, str]:
    """The names of every customer whose data the systems hold."""
    found = Customer.objects.using("gate").filter(kind=CustomerKind.PROVIDER)
    return dict(found.order_by("id").values_list("id", "name"))


def findings(own: UUID, names: Mapping[UUID, str] | None = None) -> list[Found]:
    """What was computed in a case, the newest first; `names` are those of customers, where they are known already."""
    whole = {s.about: s.digest for s in Step.objects.filter(case_id=own, kind=StepKind.SCOPED)}
    names = called() if names is None else names
    rows: dict[UUID, list[Row]] = {}
    fields = (
        "touched", "citizens", "events", "actions", "first_at", "last_at", "citizens_hash", "afterwards", "done_at",
    )  # fmt: skip
    for of, about, *told in Touched.objects.filter(finding__case_id=own).values_list("finding_id", "about", *fields):
        rows.setdefault(of, []).append(Row(about, names.get(about, ""), *told))
    return [
        Found(
            one.id, one.number, one.scope, open_text(one, "words"), one.since, one.until, one.done_at,
            whole.get(one.id, ""), sorted(rows.get(one.id, []), key=lambda row: (not row.touched, row.name)),
        )
        for one in Finding.objects.filter(case_id=own).order_by("-number")
    ]  # fmt: skip


def finding(own: UUID, one: UUID) -> Found:
    """One of them; raises Finding.DoesNotExist."""
    for found in findings(own):
        if found.id == one:
            return found
    raise Finding.DoesNotExist


def newest_draft(own: UUID) -> tuple[Draft, dict[str, dict[str, str]]] | None:
    """The newest draft of a case, opened."""
    draft = Draft.objects.filter(case_id=own).order_by("-number").first()
    return (draft, json.loads(open_text(draft, "text"))) if draft else None


def is_approved(one: Opened, draft: Draft) -> bool:
    """Whether just this draft is approved."""
    return any(s.kind == StepKind.APPROVED and s.about == draft.id and s.digest == draft.digest for s in one.steps)


def kinds_of(actions: dict[str, int]) -> tuple[Counter[str], Counter[str]]:
    """Numbers of events by the feature whose data it is ('social.journal'), and by what was done with it."""
    data, done = Counter[str](), Counter[str]()
    for name, count in actions.items():
        data[".".join(name.split(".")[:2])] += count
        done[str(ACTIONS[name].category) if name in ACTIONS else str(Category.SYSTEM)] += count
    return data, done


def job(own: UUID) -> Job:
    """A job of this feature; raises Job.DoesNotExist for any other."""
    return Job.objects.get(id=own, task__in=("breaches.compute", "breaches.send"))


# a customer's own


def notices() -> list[Notice]:
    """This customer's notices, the newest first."""
    return list(Notice.objects.order_by("-made_at"))


def notice(own: UUID) -> Notice:
    """One; raises Notice.DoesNotExist."""
    return Notice.objects.get(id=own)


def receipts(ids: Iterable[UUID]) -> list[Receipt]:
    """Who has opened and acknowledged, in its order."""
    return list(Receipt.objects.filter(notice_id__in=set(ids)).order_by("done_at"))
