"""What people do with the calendar: each is permission, policy, change and event in one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from heretask.kernel import rhythm
from heretask.kernel.access import reach
from heretask.kernel.access.addressed import Address, addresses
from heretask.kernel.access.decide import Actor, Denied, check
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.identity.people import names_of
from heretask.kernel.log import record
from heretask.kernel.rhythm import COPENHAGEN, Rule
from heretask.kernel.tenancy.models import Unit

from . import events, policies, queries
from .laying import put, take_part
from .models import Appointment, Repetition
from .policies import Span, Words
from .queries import Entry, Shown, today
from .sources import Asked, Others, others
from .windows import View, Window

__all__ = ["today"]  # for views, which never ask queries


@dataclass(frozen=True, slots=True)
class OfMine:
    """One's own calendar: appointments, and what else stands in it."""

    entries: list[Entry]
    others: Others


@dataclass(frozen=True, slots=True)
class OfUnit:
    """The calendar of one unit, and which units the reader may look at."""

    units: list[Unit]
    unit: Unit | None
    entries: list[Entry]
    others: Others


@dataclass(frozen=True, slots=True)
class OfCitizen:
    """The calendar of one citizen."""

    id: UUID
    name: str
    entries: list[Entry]
    others: Others


@dataclass(frozen=True, slots=True)
class Plan:
    """How a recurring appointment would come, before it is made, and who has something else at one of those times."""

    rule: Rule
    timed: bool
    days: list[dt.date]
    busy: list[tuple[str, dt.datetime]]


@dataclass(frozen=True, slots=True)
class Offered:
    """Whom and which units somebody may choose."""

    people: list[Address]
    units: list[Unit]


def see_mine(window: Window, *, by: Actor) -> OfMine:
    """What `by` takes part in, and what else of theirs has a time."""
    check(by, P.PLATFORM_CALENDAR_USE)
    rows = queries.within(policies.mine(by, queries.reached(by)), window.since, window.until)
    beside = _beside(window, by)
    return OfMine(_listed(rows, beside), beside)


def see_today(*, by: Actor) -> list[Entry]:
    """What `by` takes part in today and that is not over."""
    check(by, P.PLATFORM_CALENDAR_USE)
    until = rhythm.moment(today() + dt.timedelta(days=1), dt.time())
    which = policies.mine(by, queries.reached(by)) & Q(cancelled_at=None)
    return _listed(queries.within(which, timezone.now(), until), Others())


def count_today(*, by: Actor) -> int:
    """How many appointments `by` has left today; nothing is opened, so nothing is said in the log."""
    check(by, P.PLATFORM_CALENDAR_USE)
    return queries.left_today(policies.mine(by, queries.reached(by)))


def see_unit(unit_id: UUID | None, window: Window, *, by: Actor) -> OfUnit:
    """The calendar of a unit that `by` works in; raises Denied for another."""
    check(by, P.PLATFORM_CALENDAR_USE)
    units = queries.units(by)
    unit = next((one for one in units if one.id == unit_id), None) if unit_id else next(iter(units), None)
    if unit_id and unit is None:
        raise Denied(permission=P.PLATFORM_CALENDAR_USE)
    rows = queries.of_unit(unit.id, queries.reached(by), window.since, window.until) if unit else []
    entries, beside = queries.entries_of(rows), _beside(window, by, unit_id=unit.id) if unit else Others()
    record(
        events.UNIT_LISTED, variables={"unit": unit.name} if unit else None, hits=len(rows) + len(beside.things),
        shown=_ids(rows, beside), opened=queries.subjects_of(rows) | beside.opened,
    )  # fmt: skip
    return OfUnit(units, unit, entries, beside)


def see_citizen(citizen_id: UUID, window: Window, *, by: Actor) -> OfCitizen:
    """The calendar of a citizen; raises Denied where `by` may not see them."""
    check(by, P.PLATFORM_CALENDAR_USE)
    reach.check_reach(by, P.SOCIAL_CITIZENS_SEE, citizen_id)
    rows = queries.within(Q(subject=citizen_id), window.since, window.until)
    beside = _beside(window, by, citizen_id=citizen_id)
    found = OfCitizen(citizen_id, reach.named([citizen_id]).get(citizen_id, ""), queries.entries_of(rows), beside)
    record(
        events.CITIZEN_LISTED, citizen=citizen_id, on=("citizen", citizen_id), hits=len(rows) + len(beside.things),
        opened={citizen_id} | beside.opened,
    )  # fmt: skip
    return found


def see(appointment_id: UUID, *, by: Actor) -> Shown:
    """One appointment; raises Denied."""
    row = policies.check_sees(by, queries.appointment_called(appointment_id))
    found = queries.shown(row)
    record(
        events.SEEN, citizen=row.subject, on=("appointment", row.id), opened=[row.subject] if row.subject else []
    )  # fmt: skip
    return found


def offered(by: Actor) -> Offered:
    """Whom `by` may ask to take part, and for which units they may make an appointment."""
    return Offered(addresses(by, P.PLATFORM_CALENDAR_USE).people, queries.units(by))


def citizen_called(citizen_id: UUID, *, by: Actor) -> str:
    """The name of the citizen whom a new appointment is to be about; raises Denied."""
    check(by, P.PLATFORM_CALENDAR_USE)
    reach.check_reach(by, P.SOCIAL_CITIZENS_SEE, citizen_id)
    name = reach.named([citizen_id]).get(citizen_id, "")
    record(events.CITIZEN_LISTED, citizen=citizen_id, on=("citizen", citizen_id), hits=0, opened=[citizen_id])
    return name


def make(
    *, words: Words, span: Span, people: Collection[UUID], by: Actor, unit_id: UUID | None = None,
    citizen_id: UUID | None = None,
) -> Appointment:  # fmt: skip
    """Make an appointment. Raises Refused, and Denied for a citizen whom `by` may not see."""
    kept = _check_new(words, people, unit_id, citizen_id, by)
    policies.check_span(span)
    row = new_row(kept, span, unit_id, citizen_id, by)
    row.save(force_insert=True)
    take_part([row], people)
    record(events.MADE, citizen=citizen_id, on=("appointment", row.id))
    return row


def plan(rule: Rule, span: Span, people: Collection[UUID], *, by: Actor, but: Collection[UUID] = ()) -> Plan:
    """How a rule would come, with the length of `span`; raises Refused. Nothing is made. `but`: what is no clash."""
    check(by, P.PLATFORM_CALENDAR_USE)
    policies.check_span(span)
    days = rhythm.check_rule(rule, today())
    busy = queries.busy_among(people, [on_day(span, day) for day in days], but)
    names = names_of(busy)
    told = sorted((names.get(user, ""), at) for user, at in busy.items())
    return Plan(rule, span.timed, days, told)


def make_recurring(
    *, words: Words, span: Span, rule: Rule, people: Collection[UUID], by: Actor, unit_id: UUID | None = None,
    citizen_id: UUID | None = None,
) -> list[Appointment]:  # fmt: skip
    """Make an appointment that recurs, every one of it at once: it ends within two years. Raises Refused and Denied."""
    kept = _check_new(words, people, unit_id, citizen_id, by)
    policies.check_span(span)
    days = rhythm.check_rule(rule, today())
    repetition = Repetition.objects.create(made_by_id=by.person_id, **rhythm.kept(rule, days))
    rows = []
    for day in days:
        row = new_row(kept, on_day(span, day), unit_id, citizen_id, by)
        row.repetition, row.day = repetition, day
        rows.append(row)
    Appointment.objects.bulk_create(rows, batch_size=500)
    take_part(rows, people)
    record(
        events.REPEATED, citizen=citizen_id, on=("appointment", rows[0].id), hits=len(rows),
        variables={"until": str(days[-1])},
    )  # fmt: skip
    return rows


def change(
    appointment_id: UUID, *, words: Words, span: Span, people: Collection[UUID], by: Actor
) -> Appointment:  # fmt: skip
    """Change one; of a recurring one it alone. Raises Refused and Denied."""
    row, kept, held = check_change(appointment_id, words, span, people, by)
    before = queries.span_of(row)
    was = queries.opened([row])[0]
    changed = [name for name in ("title", "place", "text") if getattr(was, name) != getattr(kept, name)]
    changed += ["time"] if span != before else []
    changed += ["people"] if set(people) != held else []
    record(
        events.SEEN, citizen=row.subject, on=("appointment", row.id), opened=[row.subject] if row.subject else []
    )  # fmt: skip
    if changed:
        put([row], kept, [span])
        Appointment.objects.filter(id=row.id).update(own=row.repetition_id is not None)
        take_part([row], people)
        record(events.CHANGED, citizen=row.subject, on=("appointment", row.id), changed=changed)
    return row


def check_change(
    appointment_id: UUID, words: Words, span: Span, people: Collection[UUID], by: Actor
) -> tuple[Appointment, Words, set[UUID]]:
    """One to be changed, held, with its new words tidied and who takes part now; raises Refused and Denied."""
    row = _held(appointment_id, by)
    kept = policies.check_words(words)
    policies.check_span(span, queries.span_of(row))
    held = queries.people_of([row.id]).get(row.id, set())
    _check_people(set(people), held, row.subject, by)
    return row, kept, held


def cancel(appointment_id: UUID, *, by: Actor, onwards: bool = False) -> Appointment:
    """Cancel one; `onwards` all of its rule after it, too. It stays to be seen, and can be taken back."""
    row = _held(appointment_id, by)
    rows = queries.standing_ahead(row) if onwards and row.repetition_id is not None else [row]
    Appointment.objects.filter(id__in=[one.id for one in rows]).update(
        cancelled_at=timezone.now(), cancelled_by_id=by.person_id, changed_at=timezone.now()
    )
    record(
        events.CANCELLED_ON if len(rows) > 1 else events.CANCELLED, citizen=row.subject,
        on=("appointment", row.id), hits=len(rows), changed=["cancelled"],
    )  # fmt: skip
    return row


def restore(appointment_id: UUID, *, by: Actor) -> Appointment:
    """Take back that it was cancelled, with all that went by the same act; one that stands stays as it is."""
    row = policies.check_sees(by, queries.appointment_called(appointment_id, held=True))
    if row.cancelled_at is not None:
        rows = queries.cancelled_with(row)
        Appointment.objects.filter(id__in=[one.id for one in rows]).update(
            cancelled_at=None, cancelled_by=None, changed_at=timezone.now()
        )
        record(
            events.RESTORED, citizen=row.subject, on=("appointment", row.id), hits=len(rows), changed=["cancelled"]
        )  # fmt: skip
    return row


def _listed(rows: Sequence[Appointment], beside: Others) -> list[Entry]:
    entries = queries.entries_of(rows)
    record(
        events.LISTED, hits=len(rows) + len(beside.things), shown=_ids(rows, beside),
        opened=queries.subjects_of(rows) | beside.opened,
    )  # fmt: skip
    return entries


def _beside(
    window: Window, by: Actor, *, unit_id: UUID | None = None, citizen_id: UUID | None = None
) -> Others:  # fmt: skip
    """What else stands in that calendar; in a month only how many, by the day."""
    asked = Asked(by, window.since, window.until, unit_id, citizen_id)
    return others(asked, counted=window.view == View.MONTH)


def _ids(rows: Sequence[Appointment], beside: Others) -> list[UUID]:
    return [*(row.id for row in rows), *(one.id for one in beside.things)]


def _held(appointment_id: UUID, by: Actor) -> Appointment:
    row = policies.check_sees(by, queries.appointment_called(appointment_id, held=True))
    policies.check_stands(row)
    return row


def _check_new(
    words: Words, people: Collection[UUID], unit_id: UUID | None, citizen_id: UUID | None, by: Actor
) -> Words:
    check(by, P.PLATFORM_CALENDAR_USE)
    if citizen_id is not None:
        reach.check_reach(by, P.SOCIAL_CITIZENS_SEE, citizen_id)
    kept = policies.check_words(words)
    policies.check_unit(unit_id, by)
    _check_people(set(people), set(), citizen_id, by)
    return kept


def _check_people(people: set[UUID], held: set[UUID], citizen_id: UUID | None, by: Actor) -> None:
    """Those who come anew must be there, and see the citizen; who took part already may have left since."""
    allowed = {one.to.user_id for one in addresses(by, P.PLATFORM_CALENDAR_USE).people if one.to.user_id}
    policies.check_people(people, allowed | held)
    anew = people - held
    if citizen_id is not None and anew:
        policies.check_may_see(queries.actors(anew), names_of(anew), citizen_id)


def new_row(words: Words, span: Span, unit_id: UUID | None, citizen_id: UUID | None, by: Actor) -> Appointment:
    """An appointment that is not saved yet."""
    row = Appointment(
        unit_id=unit_id, subject=citizen_id, starts_at=span.starts_at, ends_at=span.ends_at, timed=span.timed,
        made_by_id=by.person_id, customer_id=by.customer_id,
    )  # fmt: skip
    queries.put(row, words)
    return row


def on_day(span: Span, day: dt.date) -> Span:
    """The same times of the wall clock on another day, whatever a night between does to the clock."""
    begin, end = span.starts_at.astimezone(COPENHAGEN), span.ends_at.astimezone(COPENHAGEN)
    starts_at = rhythm.moment(day, begin.time())
    ends_at = rhythm.moment(day + (end.date() - begin.date()), end.time())
    if ends_at <= starts_at:  # within the hour that a night leaves out
        ends_at = starts_at + (span.ends_at - span.starts_at)
    return Span(starts_at, ends_at, span.timed)
