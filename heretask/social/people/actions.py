"""Arranging who works with whom: each is permission, policy, change and event in one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.db.models.functions import Now
from django.utils import timezone

from heretask.kernel.access.decide import Actor, Denied, check
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.log import record
from heretask.kernel.log.searches import store_search, stored_search
from heretask.kernel.secrets.opening import load_keys, open_text, seal
from heretask.kernel.tenancy.models import Unit
from heretask.social.citizens import events as citizen_events
from heretask.social.citizens.models import Citizen, Relation, RelationKind
from heretask.social.citizens.policies import everywhere, is_opaque, units_for
from heretask.social.citizens.queries import Summary, summaries

from . import events, policies, queries
from .queries import Colleague, Line

PLACE = "social.people"


@dataclass(frozen=True, slots=True)
class Shown:
    """A citizen and who works with them. `name` is empty where they are sealed to the reader."""

    id: UUID
    name: str
    unit_id: UUID
    unit_name: str
    sealed: bool
    sealed_why: str
    opaque: bool
    now: list[Line]
    past: list[Line]


@dataclass(frozen=True, slots=True)
class Sought:
    """Colleagues whose names fit some words, to be named for a citizen."""

    shown: Shown
    words: str
    found: list[Colleague]
    total: int


@dataclass(frozen=True, slots=True)
class Losing:
    """What sealing a citizen would mean: who loses access, and who keeps it."""

    shown: Shown
    names: list[str]
    keeping: list[str]


@dataclass(frozen=True, slots=True)
class Listed:
    """A citizen of the overview; `name` is empty for one who is sealed to the reader."""

    id: UUID
    name: str
    room: str
    sealed: bool
    people: list[Line]


@dataclass(frozen=True, slots=True)
class Overview:
    """Who works with whom in one unit."""

    units: list[Unit]
    unit: Unit | None
    rows: list[Listed]


def see_unit(unit_id: UUID | None, *, by: Actor) -> Overview:
    """Who works with whom in one of the units that `by` arranges; raises Denied for another."""
    check(by, P.SOCIAL_CITIZENS_RELATE)
    whole = everywhere(by, P.SOCIAL_CITIZENS_RELATE)
    units = queries.units(None if whole else units_for(by, P.SOCIAL_CITIZENS_RELATE))
    chosen = next((unit for unit in units if unit.id == unit_id), None) if unit_id else next(iter(units), None)
    if unit_id and chosen is None:
        raise Denied(permission=P.SOCIAL_CITIZENS_RELATE)
    rows = _listed(chosen, by, whole=whole) if chosen else []
    shown = [row.id for row in rows]
    opened = [row.id for row in rows if row.name]
    said = {"unit": chosen.name} if chosen else None
    record(events.LISTED, variables=said, hits=len(rows), shown=shown, opened=opened)
    return Overview(units, chosen, rows)


def see_people(citizen_id: UUID, *, by: Actor) -> Shown:
    """Who works with a citizen now, and did before; raises Denied."""
    shown = _shown(_to_arrange(citizen_id, by, P.SOCIAL_CITIZENS_RELATE), by)
    record(events.SEEN, citizen=citizen_id, on=("citizen", citizen_id), opened=_opened(shown))
    return shown


def begin_search(citizen_id: UUID, words: str, *, by: Actor) -> UUID:
    """Keep what is asked for under an opaque id, to be answered by `resume_search`."""
    _to_arrange(citizen_id, by, P.SOCIAL_CITIZENS_RELATE)
    return store_search(_place(citizen_id), {"q": words})


def resume_search(citizen_id: UUID, search_id: UUID, *, by: Actor) -> Sought:
    """Colleagues whose names fit; raises Denied for anybody else's search."""
    citizen = _to_arrange(citizen_id, by, P.SOCIAL_CITIZENS_RELATE)
    try:
        words = str(stored_search(_place(citizen_id), search_id)["q"])
    except ObjectDoesNotExist:
        raise Denied(permission=P.SOCIAL_CITIZENS_RELATE) from None
    found, total = queries.colleagues(words)
    shown = _shown(citizen, by)
    record(
        events.SOUGHT, citizen=citizen_id, on=("citizen", citizen_id), variables={"q": words}, hits=total,
        shown=[one.id for one in found], opened=_opened(shown),
    )  # fmt: skip
    return Sought(shown, words, found, total)


def give_relation(
    *, citizen_id: UUID, user_id: UUID, kind: str, by: Actor, until: dt.date | None = None, hours: int | None = None
) -> Relation:
    """Name somebody as key worker, on shift for some hours, or substitute until a day; or change until when."""
    citizen = _to_arrange(citizen_id, by, P.SOCIAL_CITIZENS_RELATE, held=True)
    chosen = policies.check_kind(kind)
    policies.check_end(chosen, hours, until)
    policies.check_person(user_id, queries.able())
    policies.check_not_for_oneself(user_id, by, citizen)
    ends = {
        "until": until if chosen == RelationKind.SUBSTITUTE else None,
        "ends_at": timezone.now() + dt.timedelta(hours=hours or 0) if chosen == RelationKind.SHIFT else None,
    }
    before = queries.open_relation(citizen_id, user_id, chosen)
    if before is not None and queries.is_over(before):
        Relation.objects.filter(id=before.id).update(ended_at=queries.end_of(before))
        before = None
    if before is not None:
        return _changed(before, ends)
    made = Relation.objects.create(citizen_id=citizen_id, user_id=user_id, kind=chosen, **ends)
    record(
        citizen_events.RELATION_GIVEN, citizen=citizen_id, on=("user", user_id), changed=["relation"],
        variables={"relation": str(chosen), "until": _end(made)},
    )  # fmt: skip
    return made


def _changed(before: Relation, ends: Mapping[str, object]) -> Relation:
    was = _end(before)
    Relation.objects.filter(id=before.id).update(**ends)
    before.refresh_from_db(fields=list(ends))
    record(
        citizen_events.RELATION_CHANGED, citizen=before.citizen_id, on=("user", before.user_id), changed=["until"],
        variables={"before": f"{before.kind} {was}".strip(), "after": f"{before.kind} {_end(before)}".strip()},
    )  # fmt: skip
    return before


def end_relation(relation_id: UUID, *, by: Actor) -> Relation:
    """End a relation, effective at the person's next request; raises Refused where nobody would be left."""
    found = queries.running_relation(relation_id)
    if found is None:
        raise Denied(permission=P.SOCIAL_CITIZENS_RELATE)
    citizen = _to_arrange(found.citizen_id, by, P.SOCIAL_CITIZENS_RELATE, held=True)
    rest = [one for one in queries.relations_of(found.citizen_id) if one.id != found.id]
    policies.check_somebody_stays(citizen, rest)
    Relation.objects.filter(id=found.id, ended_at=None).update(ended_at=Now())
    record(
        citizen_events.RELATION_ENDED, citizen=found.citizen_id, on=("user", found.user_id), changed=["relation"],
        variables={"before": f"{found.kind} {_end(found)}".strip(), "after": "-"},
    )  # fmt: skip
    return found


def look_at_sealing(citizen_id: UUID, *, by: Actor) -> Losing:
    """Who would lose access if a citizen were sealed, and who keeps it; nothing is changed."""
    citizen = _to_arrange(citizen_id, by, P.SOCIAL_CITIZENS_SEAL)
    shown = _shown(citizen, by)
    keeping = [line.name for line in shown.now if line.kind != RelationKind.GUEST]
    found = Losing(shown, [] if citizen.sealed else queries.losing(citizen), list(dict.fromkeys(keeping)))
    record(
        events.SEAL_SHOWN, citizen=citizen_id, on=("citizen", citizen_id), hits=len(found.names), opened=_opened(shown)
    )
    return found


def seal_citizen(citizen_id: UUID, *, reason: str, by: Actor) -> None:
    """Let only those reach a citizen who have a relation of their own; effective at everybody's next request."""
    citizen = _to_arrange(citizen_id, by, P.SOCIAL_CITIZENS_SEAL, held=True)
    why = policies.check_sealing(citizen, queries.relations_of(citizen_id), reason)
    seal(citizen, sealed_why=why)
    Citizen.objects.filter(id=citizen_id).update(sealed=True, sealed_at=Now(), sealed_why=citizen.sealed_why)
    record(
        citizen_events.SEALED, citizen=citizen_id, on=("citizen", citizen_id), changed=["sealed"],
        variables={"why": why},
    )  # fmt: skip


def unseal_citizen(citizen_id: UUID, *, reason: str, by: Actor) -> None:
    """Let those of the unit reach a citizen again."""
    citizen = _to_arrange(citizen_id, by, P.SOCIAL_CITIZENS_SEAL, held=True)
    why = policies.check_unsealing(citizen, reason)
    Citizen.objects.filter(id=citizen_id).update(sealed=False, sealed_at=None, sealed_why=b"")
    record(
        citizen_events.UNSEALED, citizen=citizen_id, on=("citizen", citizen_id), changed=["sealed"],
        variables={"why": why},
    )  # fmt: skip


def _to_arrange(citizen_id: UUID, by: Actor, permission: P, *, held: bool = False) -> Citizen:
    citizen = queries.to_arrange(citizen_id, held=held)
    policies.check_arranging(by, permission, citizen)
    assert citizen is not None  # noqa: S101  (check_arranging has raised)
    return citizen


def _shown(citizen: Citizen, by: Actor) -> Shown:
    opaque = is_opaque(by, citizen)
    return Shown(
        citizen.id, "" if opaque else open_text(citizen, "name"), citizen.unit_id, citizen.unit.name, citizen.sealed,
        "" if opaque else open_text(citizen, "sealed_why"), opaque, queries.lines(queries.relations_of(citizen.id)),
        queries.lines(queries.past_of(citizen.id)),
    )  # fmt: skip


def _opened(shown: Shown) -> list[UUID]:
    return [] if shown.opaque else [shown.id]


def _listed(unit: Unit, by: Actor, *, whole: bool) -> list[Listed]:
    """The citizens of a unit as `by` may see them: sealed ones whom they do not reach are opaque, or not there."""
    rows = queries.of_unit(unit.id)
    opaque = [citizen for citizen in rows if is_opaque(by, citizen)]
    hidden = {citizen.id for citizen in opaque}
    seen = [citizen for citizen in rows if citizen.id not in hidden]
    load_keys(citizen.id for citizen in seen)
    named: list[Summary] = summaries(seen)
    people: dict[UUID, list[Line]] = {}
    for line in queries.lines(queries.relations_among(citizen.id for citizen in rows)):
        people.setdefault(line.citizen_id, []).append(line)
    told = [Listed(row.id, row.name, row.room, row.sealed, people.get(row.id, [])) for row in named]
    if whole:
        told += [Listed(citizen.id, "", "", True, people.get(citizen.id, [])) for citizen in opaque]
    return told


def _end(relation: Relation) -> str:
    """Until when, as the log keeps it."""
    return relation.ends_at.isoformat(timespec="minutes") if relation.ends_at else str(relation.until or "")


def _place(citizen_id: UUID) -> str:
    return f"{PLACE}/{citizen_id}"
