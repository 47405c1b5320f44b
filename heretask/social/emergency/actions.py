"""Opening in an emergency and following up: each is permission, policy, change and event in one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.db.models.functions import Now
from django.utils import timezone

from heretask.kernel.access.decide import Actor, Denied, check
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.identity.people import names_of
from heretask.kernel.log import record
from heretask.kernel.log.models import Event
from heretask.kernel.log.searches import store_search, stored_search
from heretask.kernel.secrets.opening import load_keys, open_text, seal
from heretask.social.citizens.models import EmergencyOpening
from heretask.social.citizens.policies import is_opaque

from . import events, policies, queries
from .queries import Hit

PLACE = "social.emergency"
NEWS = dt.timedelta(days=7)  # how long an answer stands on the start page of the one who opened


@dataclass(frozen=True, slots=True)
class Found:
    """Who was found outside one's work."""

    words: str
    hits: list[Hit]


@dataclass(frozen=True, slots=True)
class Line:
    """An emergency opening as a line: nothing of the citizen but the unit, unless `remark` was opened for its owner."""

    id: UUID
    who: str
    unit_name: str
    made_at: dt.datetime
    until: dt.datetime
    lasts: bool
    late: bool
    justified: bool | None
    answered_at: dt.datetime | None
    answered_by: str
    reason: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """An opening with what a leader needs to judge it. `name`, `reason`, `done` are empty for a sealed citizen."""

    line: Line
    name: str
    citizen_id: UUID
    opaque: bool
    done: list[Event]


@dataclass(frozen=True, slots=True)
class ToFollow:
    """What one has to judge, and what was judged lately."""

    waiting: list[Line]
    answered: list[Line]


def begin_search(words: str, *, by: Actor) -> UUID:
    """Keep what is asked for under an opaque id, to be answered by `resume_search`."""
    check(by, P.SOCIAL_CITIZENS_EMERGENCY)
    return store_search(PLACE, {"q": words})


def resume_search(search_id: UUID, *, by: Actor) -> Found:
    """Find a citizen by a whole CPR number or an exact name; raises Denied for anybody else's search."""
    check(by, P.SOCIAL_CITIZENS_EMERGENCY)
    try:
        words = str(stored_search(PLACE, search_id)["q"])
    except ObjectDoesNotExist:
        raise Denied(permission=P.SOCIAL_CITIZENS_EMERGENCY) from None
    found = queries.by_cpr(words, by) if policies.is_cpr(words) else queries.by_name(words, by)
    shown = [hit.id for hit in found.hits]
    record(events.SOUGHT, variables={"q": words}, hits=len(shown), shown=shown, opened=found.opened)
    return Found(words, found.hits)


def open_in_emergency(found: Found, citizen_id: UUID, *, reason: str, by: Actor) -> EmergencyOpening:
    """Open one of those who were found, for three hours. Raises Refused where the reason says nothing."""
    check(by, P.SOCIAL_CITIZENS_EMERGENCY)
    hit = next((hit for hit in found.hits if hit.id == citizen_id), None)
    if hit is None:
        raise Denied(permission=P.SOCIAL_CITIZENS_EMERGENCY)
    policies.check_needed(hit.reached)
    why = policies.check_reason(reason)
    opening = queries.open_for(citizen_id, by)
    seal(opening, reason=why)
    opening.save(force_insert=True)
    opening.refresh_from_db(fields=["made_at", "until"])
    check(by, P.SOCIAL_CITIZENS_SEE, queries.citizen_of(opening))  # from here on by the emergency, as the log says too
    record(
        events.OPENED, citizen=citizen_id, on=("emergency", opening.id),
        variables={"until": f"{timezone.localtime(opening.until):%Y-%m-%d %H:%M}"},
    )  # fmt: skip
    return opening


def end_opening(opening_id: UUID, *, by: Actor) -> None:
    """End one's own opening now; raises Denied for another's."""
    check(by, P.SOCIAL_CITIZENS_EMERGENCY)
    opening = queries.one(opening_id, held=True)
    if opening is None or opening.user_id != by.user_id:
        raise Denied(permission=P.SOCIAL_CITIZENS_EMERGENCY)
    if EmergencyOpening.objects.filter(id=opening_id, until__gt=Now()).update(until=Now()):
        record(events.ENDED, citizen=opening.citizen_id, on=("emergency", opening_id), changed=["until"])


def see_own(*, by: Actor) -> list[Line]:
    """One's own openings with what was said of them. Of a citizen who is sealed now, the words stay closed."""
    check(by, P.SOCIAL_CITIZENS_EMERGENCY)
    rows = queries.own(by)
    told = [row for row in rows if not row.citizen.sealed and row.citizen.erased_at is None]
    load_keys(row.citizen_id for row in told)
    texts = {row.id: (open_text(row, "reason"), open_text(row, "remark")) for row in told}
    opened = {row.citizen_id for row in told}
    record(events.OWN_SEEN, hits=len(rows), shown=opened, opened=opened)
    return _lines(rows, texts)


def answers_for(by: Actor) -> list[Line]:
    """One's own openings that were judged in the last days, without any words."""
    return _lines(queries.answered_to(by, timezone.now() - NEWS))


def waiting_for(by: Actor) -> list[Line]:
    """Openings that wait for `by` to judge them, the oldest first, without any words."""
    return _lines(_mine(queries.waiting(), by))


def list_openings(*, by: Actor) -> ToFollow:
    """What waits for `by`, and what was judged lately in the same units."""
    check(by, P.SOCIAL_CITIZENS_FOLLOW_UP)
    waiting, answered = _mine(queries.waiting(), by), _mine(queries.answered(), by)
    record(events.LISTED, hits=len(waiting), shown=[row.id for row in waiting])
    return ToFollow(_lines(waiting), _lines(answered))


def see_opening(opening_id: UUID, *, by: Actor) -> Judged:
    """One opening with its reason and what the log says was done under it; raises Denied for one that others judge."""
    check(by, P.SOCIAL_CITIZENS_FOLLOW_UP)
    opening = _to_follow(opening_id, by)
    opaque = opening.citizen.erased_at is not None or is_opaque(by, queries.citizen_of(opening))
    texts = {} if opaque else {opening.id: (open_text(opening, "reason"), open_text(opening, "remark"))}
    name = "" if opaque else open_text(opening.citizen, "name")
    done = [] if opaque else queries.events_under(opening)
    record(
        events.SEEN, citizen=opening.citizen_id, on=("user", opening.user_id), hits=len(done),
        opened=[] if opaque else [opening.citizen_id],
    )  # fmt: skip
    return Judged(_lines([opening], texts)[0], name, opening.citizen_id, opaque, done)


def answer(opening_id: UUID, *, justified: bool, remark: str, by: Actor) -> None:
    """Judge an opening, once; the one who opened is told."""
    check(by, P.SOCIAL_CITIZENS_FOLLOW_UP)
    opening = _to_follow(opening_id, by, held=True)
    policies.check_not_answered(opening)
    kept = policies.check_remark(remark, justified=justified)
    opening.justified, opening.followed_by_id = justified, by.person_id
    if opening.citizen.erased_at is None:
        seal(opening, remark=kept)
    opening.save(update_fields=["justified", "followed_by", "remark"])
    EmergencyOpening.objects.filter(id=opening.id).update(followed_at=Now())
    record(
        events.ANSWERED, citizen=opening.citizen_id, on=("user", opening.user_id), changed=["justified"],
        variables={"answer": "justified" if justified else "not justified"},
    )  # fmt: skip


def _to_follow(opening_id: UUID, by: Actor, *, held: bool = False) -> EmergencyOpening:
    opening = queries.one(opening_id, held=held)
    unit = opening.citizen.unit_id if opening else None
    leaders = queries.leaders([unit]).get(unit, set()) if unit else set()
    return policies.check_may_follow(by, opening, leaders)


def _mine(rows: Sequence[EmergencyOpening], by: Actor) -> list[EmergencyOpening]:
    leaders = queries.leaders(row.citizen.unit_id for row in rows) if rows else {}
    return [row for row in rows if policies.may_follow(by, row, leaders.get(row.citizen.unit_id, set()))]


def _lines(rows: Sequence[EmergencyOpening], texts: dict[UUID, tuple[str, str]] | None = None) -> list[Line]:
    people = {row.user_id for row in rows} | {row.followed_by_id for row in rows if row.followed_by_id}
    names, now = names_of(people) if people else {}, timezone.now()
    return [
        Line(
            row.id, names.get(row.user_id, ""), row.citizen.unit.name, row.made_at, row.until, row.until > now,
            policies.is_late(row), row.justified, row.followed_at, _name(names, row.followed_by_id),
            *(texts or {}).get(row.id, ("", "")),
        )
        for row in rows
    ]  # fmt: skip


def _name(names: dict[UUID, str], user_id: UUID | None) -> str:
    return names.get(user_id, "") if user_id else ""
