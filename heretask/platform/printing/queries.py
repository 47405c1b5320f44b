"""Reading papers. What is opened here is noted as opened; the action that calls records the event."""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connections
from django.utils import timezone

from heretask.kernel.access import reach
from heretask.kernel.access.decide import Actor
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.identity.people import names_of
from heretask.kernel.secrets.opening import load_keys, open_text

from . import policies
from .models import Outcome, Paper
from .policies import Handed
from .sheets import label_of

MOST, RECENT = 100, 25
LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that is taken for another when read aloud or from a creased sheet


@dataclass(frozen=True, slots=True)
class Line:
    """A paper as a line of a list. `citizen` is empty where it is about nobody, or about whom the reader cannot see."""

    id: UUID
    number: str
    label: str
    citizen: str
    person: str
    reason: str
    made_at: dt.datetime
    lines: int
    outcome: str
    ended_at: dt.datetime | None
    handed: Handed | None

    @property
    def overdue(self) -> bool:
        """Whether it should have been gone."""
        return self.ended_at is None and self.made_at < timezone.now() - policies.LASTS

    @property
    def today(self) -> bool:
        """Whether it was printed today."""
        return timezone.localdate(self.made_at) == timezone.localdate()

    @property
    def may_take_back(self) -> bool:
        """Whether it was ticked off a moment ago."""
        return self.ended_at is not None and self.ended_at >= timezone.now() - policies.TAKE_BACK

    @property
    def shredded(self) -> bool:
        """Whether it was shredded."""
        return self.outcome == Outcome.SHREDDED


@dataclass(frozen=True, slots=True)
class Papers:
    """Open ones, oldest first, and those that went lately; how many are open in all, and how many of them too long."""

    open: list[Line]
    gone: list[Line]
    count: int
    overdue: int


def new_number() -> str:
    """What a print is called: eight letters and figures that nobody can guess."""
    drawn = "".join(secrets.choice(LETTERS) for _place in range(8))
    return f"{drawn[:4]}-{drawn[4:]}"


def paper_called(paper_id: UUID) -> Paper | None:
    """A paper, held until the transaction ends."""
    return Paper.objects.select_for_update().filter(id=paper_id).first()


def is_known(paper_id: UUID) -> bool:
    """Whether a print was made of this form already; whoever sends it twice at once is asked one after the other."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(paper_id)])
    return Paper.objects.filter(id=paper_id).exists()


def count_open(user_id: UUID) -> tuple[int, int]:
    """How many papers of somebody are open, and how many of them too long; nothing is opened."""
    rows = Paper.objects.filter(user_id=user_id, ended_at=None).values_list("made_at", flat=True)
    times = list(rows[:1000])
    return len(times), sum(1 for at in times if at < timezone.now() - policies.LASTS)


def own(by: Actor, most: int = MOST, recent: int = RECENT) -> tuple[Papers, set[UUID]]:
    """One's own papers, and whose names were opened for it; a bounded number of queries."""
    mine = Paper.objects.filter(user_id=by.person_id)
    rows = list(mine.filter(ended_at=None).order_by("made_at", "id")[:most])
    gone = list(mine.filter(ended_at__isnull=False).order_by("-ended_at")[:recent]) if recent else []
    lines, opened = _lines([*rows, *gone], by)
    return Papers(lines[: len(rows)], lines[len(rows) :], *count_open(by.person_id)), opened


def of_units(by: Actor) -> tuple[Papers, set[UUID]]:
    """The open papers of those whom `by` leads, the oldest first."""
    which = policies.of_people_in(policies.units_led(by))
    open_ones = Paper.objects.filter(which, ended_at=None)
    rows = list(open_ones.order_by("made_at", "id")[:MOST])
    count, late = open_ones.count(), open_ones.filter(made_at__lt=timezone.now() - policies.LASTS).count()
    lines, opened = _lines(rows, by)
    return Papers(lines, [], count, late), opened


def count_of_units(by: Actor) -> tuple[int, int]:
    """How many papers of those whom `by` leads are open, and how many too long; nothing is opened."""
    open_ones = Paper.objects.filter(policies.of_people_in(policies.units_led(by)), ended_at=None)
    return open_ones.count(), open_ones.filter(made_at__lt=timezone.now() - policies.LASTS).count()


def one(paper: Paper, by: Actor) -> tuple[Line, set[UUID]]:
    """One paper as a line."""
    lines, opened = _lines([paper], by)
    return lines[0], opened


def _lines(papers: Sequence[Paper], by: Actor) -> tuple[list[Line], set[UUID]]:
    reached = reach.within(by, P.SOCIAL_CITIZENS_SEE, {p.subject for p in papers if p.subject})
    load_keys(reached)
    citizens = reach.named(reached)
    people = names_of({p.user_id for p in papers})
    lines = [
        Line(
            p.id, p.number, label_of(p.kind), citizens.get(p.subject, "") if p.subject else "",
            people.get(p.user_id, ""), str(policies.REASONS.get(p.reason, p.reason)), p.made_at, p.lines, p.outcome,
            p.ended_at, _handed(p) if p.subject is None or p.subject in citizens else None,
        )
        for p in papers
    ]  # fmt: skip
    return lines, set(citizens)


def _handed(paper: Paper) -> Handed | None:
    said = json.loads(open_text(paper, "handed") or "{}")
    return Handed(said["name"], said["relation"], said["why"]) if said else None
