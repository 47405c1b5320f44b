"""Reading what can be drawn, what was, and what was said of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import connections
from django.db.models import Count
from django.utils import timezone

from heretask.kernel.identity.people import all_ids, assignments_now, names_of
from heretask.kernel.log import naming
from heretask.kernel.log.models import Checkpoint
from heretask.kernel.log.queries import microseconds, moment
from heretask.kernel.log.registry import ACTIONS, Category
from heretask.kernel.log.tree import newest_checkpoint
from heretask.kernel.secrets.opening import open_text
from heretask.kernel.tenancy.base import current
from heretask.kernel.tenancy.models import Customer, CustomerKind

from . import policies
from .models import Draw, Drawn, Explanation, Judgment, KnownPerson

SEARCHED_BEFORE = 10 * 60 * 1_000_000  # microseconds between a search and the opening that may have come of it


@dataclass(frozen=True, slots=True)
class Candidate:
    """One person's openings of one citizen in a month, by the event that is drawn for them."""

    event: UUID
    at: dt.datetime
    user: UUID
    citizen: UUID
    purpose: str
    why: tuple[str, ...]
    weight: int


@dataclass(frozen=True, slots=True)
class Line:
    """A drawn opening with what was said of it."""

    drawn: Drawn
    explanation: Explanation | None
    judgment: Judgment | None


def customer() -> Customer:
    """The customer of this session."""
    return Customer.objects.get(id=current().customer_id)


def has_citizens() -> bool:
    """Whether there is anything to draw from, ever: the supplier and the synthetic customer have none."""
    return bool(customer().kind == CustomerKind.PROVIDER)


def checkpoint() -> Checkpoint | None:
    """What the sealer signed last."""
    return newest_checkpoint()


def is_signed(size: int, seed: str) -> bool:
    """Whether the sealer has signed that root at that size."""
    rows = Checkpoint.objects.filter(customer_id=current().customer_id, size=size)
    return any(bytes(root).hex() == seed for root in rows.values_list("root", flat=True))


def candidates(since: dt.datetime, until: dt.datetime) -> tuple[list[Candidate], set[UUID]]:
    """Everybody's openings of a month, and the citizens whose names were opened for it: a few queries."""
    opens = [a.name for a in ACTIONS.values() if a.opens and not a.unseen and a.category is Category.OPENED]
    with connections["default"].cursor() as cursor:
        cursor.execute(
            """select distinct on (actor, citizen, purpose) id, at, actor, citizen, purpose from kernel_event
                where customer_id = %s and at >= %s and at < %s and action = any(%s) and actor is not null
                  and citizen is not null and agent <> 'job' and action not like 'admin.%%'
                order by actor, citizen, purpose, at, id""",
            [current().customer_id, microseconds(since), microseconds(until), opens],
        )
        rows = cursor.fetchall()
    citizens = naming.names("citizen", {row[3] for row in rows})
    people = names_of(all_ids())
    colleagues = {" ".join(name.casefold().split()) for name in people.values()}
    known = {" ".join(name.casefold().split()) for _id, name in known_people()}
    best: dict[tuple[UUID, UUID], Candidate] = {}
    for event, at, user, citizen, purpose in rows:
        if user not in people:
            continue
        name = citizens.get(citizen, "")
        why = policies.why_likelier(purpose, name, people[user], colleagues, known)
        one = Candidate(event, moment(at), user, citizen, purpose, tuple(why), policies.weight_of(why))
        held = best.get((user, citizen))
        if held is None or one.weight > held.weight:
            best[user, citizen] = one
    return sorted(best.values(), key=lambda one: one.event), set(citizens)


def known_people() -> list[tuple[UUID, str]]:
    """The list of well-known people, by name."""
    rows = KnownPerson.objects.filter(ended_at=None)
    return sorted(((row.id, open_text(row, "name")) for row in rows), key=lambda pair: pair[1].casefold())


def draws() -> list[Draw]:
    """All draws, the newest first, without what they were drawn from."""
    return list(Draw.objects.defer("pool").annotate(count=Count("drawn")).order_by("-since")[:60])


def get_draw(draw_id: UUID) -> Draw:
    """A draw; raises Draw.DoesNotExist."""
    return Draw.objects.get(id=draw_id)


def is_drawn(since: dt.datetime) -> bool:
    """Whether the month that begins then has been drawn."""
    return Draw.objects.filter(since=since).exists()


def get_line(drawn_id: UUID) -> Line:
    """A drawn opening; raises Drawn.DoesNotExist."""
    return lines([Drawn.objects.select_related("user").get(id=drawn_id)])[0]


def lines(rows: Iterable[Drawn]) -> list[Line]:
    """Drawn openings with what was said of them: two queries."""
    found = list(rows)
    ids = [row.id for row in found]
    said = {row.drawn_id: row for row in Explanation.objects.filter(drawn_id__in=ids)}
    judged = {row.drawn_id: row for row in Judgment.objects.filter(drawn_id__in=ids)}
    return [Line(row, said.get(row.id), judged.get(row.id)) for row in found]


def lines_of(draw: Draw) -> list[Line]:
    """Everything that was drawn, in its order."""
    return lines(Drawn.objects.filter(draw_id=draw.id).select_related("user").order_by("place"))


def own_waiting(user_id: UUID) -> list[Drawn]:
    """What somebody has not explained yet."""
    rows = Drawn.objects.filter(user_id=user_id, explanations=None, judgments=None)
    return list(rows.select_related("draw").order_by("at"))


def unjudged() -> list[Line]:
    """What nobody has judged yet, the oldest draw first."""
    rows = Drawn.objects.filter(judgments=None).select_related("user", "draw").order_by("draw__since", "place")
    return lines(rows)


def units_of(users: Iterable[UUID]) -> dict[UUID, set[UUID]]:
    """In which units people work now, in one query."""
    found: dict[UUID, set[UUID]] = {}
    for user, unit in assignments_now().filter(user_id__in=set(users)).values_list("user_id", "unit_id"):
        if unit:
            found.setdefault(user, set()).add(unit)
    return found


def searched_before(drawn: Drawn) -> bool:
    """Whether the person had searched for something in the minutes before."""
    searched = [a.name for a in ACTIONS.values() if a.category is Category.SEARCHED]
    at = microseconds(drawn.at)
    with connections["default"].cursor() as cursor:
        cursor.execute(
            """select exists (select from kernel_event where customer_id = %s and actor = %s and at between %s and %s
                 and action = any(%s))""",
            [current().customer_id, drawn.user_id, at - SEARCHED_BEFORE, at, searched],
        )
        return bool(cursor.fetchone()[0])


def month_before(now: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    """The last whole month, by Danish time."""
    until = timezone.localtime(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    since = (until - dt.timedelta(days=1)).replace(day=1)
    return timezone.make_aware(since.replace(tzinfo=None)), timezone.make_aware(until.replace(tzinfo=None))
