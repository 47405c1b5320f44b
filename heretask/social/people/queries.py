"""Reading who works with whom. What is opened here is noted as opened; the action that calls records the event."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q
from django.db.models.functions import Now
from django.utils import timezone

from heretask.kernel.access.permissions import Permission
from heretask.kernel.identity.people import assignments_now, names_of
from heretask.kernel.tenancy.models import Unit
from heretask.social.citizens.models import Citizen, Relation, RelationKind
from heretask.social.citizens.queries import citizens, danish_order, emergencies, running

HISTORY = dt.timedelta(days=400)
MOST_FOUND = 20
STAFF = (RelationKind.KEY_WORKER, RelationKind.SHIFT, RelationKind.SUBSTITUTE)


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody who works or worked with a citizen. `ended` is when it ended, by itself or by somebody's act."""

    id: UUID
    citizen_id: UUID
    user_id: UUID
    name: str
    kind: str
    label: str
    since: dt.datetime
    until: dt.date | None
    ends_at: dt.datetime | None
    ended: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who can be named: with role and unit, which tell equal names apart."""

    id: UUID
    name: str
    places: tuple[str, ...]


def to_arrange(citizen_id: UUID, *, held: bool = False) -> Citizen | None:
    """The citizen, closed; held until the transaction ends where something is to be changed."""
    if held:  # first the lock alone: the query behind it counts relations
        list(Citizen.objects.select_for_update().filter(id=citizen_id).values_list("id", flat=True))
    return citizens().filter(id=citizen_id).first()


def relations_of(citizen_id: UUID) -> list[Relation]:
    """Relations that run now, in the order in which they began."""
    return list(running().filter(citizen_id=citizen_id).order_by("kind", "made_at"))


def running_relation(relation_id: UUID) -> Relation | None:
    """A relation that runs now."""
    return running().filter(id=relation_id, kind__in=STAFF).first()


def open_relation(citizen_id: UUID, user_id: UUID, kind: RelationKind) -> Relation | None:
    """The one that nobody has ended yet, whether it runs still or is over by the clock."""
    return Relation.objects.filter(citizen_id=citizen_id, user_id=user_id, kind=kind, ended_at=None).first()


def is_over(relation: Relation) -> bool:
    """Whether it has ended by itself."""
    return not running().filter(id=relation.id).exists()


def end_of(relation: Relation) -> dt.datetime | None:
    """When it ended or will end."""
    after = dt.timedelta(days=1)
    day = timezone.make_aware(dt.datetime.combine(relation.until + after, dt.time())) if relation.until else None
    ends = [end for end in (relation.ended_at, relation.ends_at, day) if end is not None]
    return min(ends, default=None)


def past_of(citizen_id: UUID) -> list[Relation]:
    """Relations that have ended within the last year, the newest first."""
    rows = Relation.objects.filter(citizen_id=citizen_id, made_at__gte=timezone.now() - HISTORY)
    over = Q(ended_at__isnull=False) | Q(until__lt=timezone.localdate()) | Q(ends_at__lte=Now())
    return sorted(rows.filter(over), key=lambda one: end_of(one) or one.made_at, reverse=True)


def lines(relations: Sequence[Relation]) -> list[Line]:
    """With the names of the people, in one query."""
    names = names_of(one.user_id for one in relations) if relations else {}
    now = timezone.now()
    told = []
    for one in relations:
        end = end_of(one)
        told.append(
            Line(
                one.id, one.citizen_id, one.user_id, names.get(one.user_id, ""), one.kind, one.kind_label, one.made_at,
                one.until, one.ends_at, end if end is not None and end <= now else None,
            )
        )  # fmt: skip
    return told


def able(*, unit_id: UUID | None = None) -> set[UUID]:
    """Users with a role that lets them work with citizens, guests left out; of one unit where it is given."""
    rows = assignments_now().filter(user__active=True).select_related("own")
    if unit_id:
        rows = rows.filter(unit_id=unit_id)
    return {
        row.user_id
        for row in rows
        if (role := row.is_role) and not role.guest and Permission.SOCIAL_CITIZENS_SEE in role.may
    }


def colleagues(words: str) -> tuple[list[Colleague], int]:
    """Those who can be named and whose name has all the words, by name; and how many there are."""
    wanted = words.casefold().split()
    found = [
        (name, user)
        for user, name in names_of(able()).items()
        if wanted and all(word in name.casefold() for word in wanted)
    ]
    found.sort(key=lambda pair: danish_order(pair[0]))
    places: dict[UUID, list[str]] = {}
    rows = assignments_now().filter(user_id__in=[user for _name, user in found[:MOST_FOUND]])
    for row in rows.select_related("unit", "own"):
        if row.is_role:
            label = str(row.is_role.label)
            places.setdefault(row.user_id, []).append(f"{label}, {row.unit.name}" if row.unit else label)
    return [Colleague(user, name, tuple(places.get(user, ()))) for name, user in found[:MOST_FOUND]], len(found)


def losing(citizen: Citizen) -> list[str]:
    """Names of those who reach a citizen now and would not any more if they were sealed."""
    staying = {one.user_id for one in relations_of(citizen.id) if one.kind != RelationKind.GUEST}
    guests = running().filter(citizen_id=citizen.id, kind=RelationKind.GUEST).values_list("user_id", flat=True)
    opened = emergencies().filter(citizen_id=citizen.id).values_list("user_id", flat=True)
    reached = able(unit_id=citizen.unit_id) | set(guests) | set(opened)
    return sorted(names_of(reached - staying).values(), key=danish_order)


def units(ids: Iterable[UUID] | None) -> list[Unit]:
    """These units, or all, with how many citizens they have who are not sealed; empty ones are left out for all."""
    rows = Unit.objects.filter(active=True)
    if ids is not None:
        return list(rows.filter(id__in=list(ids)))
    lived = Citizen.objects.filter(active=True).values("unit_id").annotate(n=Count("id")).values_list("unit_id")
    return list(rows.filter(id__in=[row[0] for row in lived]))


def of_unit(unit_id: UUID) -> list[Citizen]:
    """The citizens of a unit, closed."""
    return list(citizens().filter(unit_id=unit_id, active=True))


def relations_among(ids: Iterable[UUID]) -> list[Relation]:
    """Running relations of staff with some citizens, in one query."""
    rows = running().filter(citizen_id__in=list(ids), kind__in=STAFF)
    return list(rows.order_by("kind", "made_at"))
