"""Reading the calendar. What is opened here is noted as opened; the action that calls records the event."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from heretask.kernel.access import reach
from heretask.kernel.access.decide import Actor
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.identity.models import User
from heretask.kernel.identity.people import actors_for, names_of
from heretask.kernel.log.queries import Entry as LogEntry
from heretask.kernel.log.queries import history_of
from heretask.kernel.rhythm import COPENHAGEN, Rule, day_of, goes_on
from heretask.kernel.secrets.opening import load_keys, open_texts, seal
from heretask.kernel.tenancy.models import Unit

from . import policies
from .models import LASTS, Appointment, Participant
from .policies import Span, Words

MOST = 500  # on a page


@dataclass(frozen=True, slots=True)
class Entry:
    """An appointment as a line of a list."""

    id: UUID
    words: Words
    unit: str
    citizen_id: UUID | None
    citizen: str
    people: tuple[str, ...]
    span: Span
    recurring: bool
    cancelled: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """An appointment with all that stands on its page. `busy`: who has something else at that time."""

    entry: Entry
    people_ids: tuple[UUID, ...]
    rule: Rule | None
    goes_on: Rule | None  # how it recurs from this one on; none where it comes no more, or lies behind
    together: int
    later: int
    made_by: str
    cancelled_by: str
    cancelled_at: dt.datetime | None
    busy: tuple[str, ...]
    history: list[LogEntry]


@dataclass(frozen=True, slots=True)
class Ahead:
    """What a change from one on does with those after it: which it changes, which stay, and on which days."""

    rows: list[Appointment]
    kept_ids: list[UUID]
    taken: set[dt.date]
    by_hand: list[dt.date]
    cancelled: list[dt.date]


def today() -> dt.date:
    """The day by the clock in Denmark."""
    return timezone.localdate(timezone=COPENHAGEN)


def reached(by: Actor) -> set[UUID]:
    """The citizens whom `by` may see; one query."""
    return reach.mine(by, P.SOCIAL_CITIZENS_SEE)


def within(which: Q, since: dt.datetime, until: dt.datetime) -> list[Appointment]:
    """Those among `which` that touch the time between, the earliest first."""
    touching = Q(starts_at__lt=until, starts_at__gt=since - LASTS, ends_at__gt=since)
    rows = Appointment.objects.filter(touching, which).select_related("unit")
    return list(rows.order_by("starts_at", "ends_at", "id")[:MOST])


def of_unit(unit_id: UUID, citizens: Collection[UUID], since: dt.datetime, until: dt.datetime) -> list[Appointment]:
    """A unit's appointments, and those about citizens of the unit whom the reader may see (`citizens`)."""
    found = within(Q(unit_id=unit_id) | Q(subject__in=citizens), since, until)
    places = reach.units_of({row.subject for row in found if row.subject})
    return [row for row in found if row.subject is None or places.get(row.subject) == unit_id]


def left_today(which: Q) -> int:
    """How many of `which` are not over today; one query, nothing is opened."""
    now = timezone.now()
    until = dt.datetime.combine(today() + dt.timedelta(days=1), dt.time(), tzinfo=COPENHAGEN)
    found = Q(starts_at__lt=until, starts_at__gt=now - LASTS, ends_at__gt=now, cancelled_at=None)
    return Appointment.objects.filter(found, which).count()


def entries_of(rows: Sequence[Appointment]) -> list[Entry]:
    """Open what lists show of these: a bounded number of queries, however many they are."""
    subjects = subjects_of(rows)
    if subjects:
        load_keys(subjects)
    citizens = reach.named(subjects)
    taking_part = people_of(row.id for row in rows)
    names = names_of({user for users in taking_part.values() for user in users}) if taking_part else {}
    return [
        Entry(
            row.id, words, row.unit.name if row.unit else "", row.subject,
            citizens.get(row.subject, "") if row.subject else "",
            tuple(sorted(names.get(user, "") for user in taking_part.get(row.id, ()))),
            span_of(row), row.repetition_id is not None, row.cancelled_at is not None,
        )
        for row, words in zip(rows, opened(rows), strict=True)
    ]  # fmt: skip


def opened(rows: Sequence[Appointment]) -> list[Words]:
    """Open the words of some."""
    return [Words(**json.loads(text)) for text in open_texts(rows, "words")]


def put(row: Appointment, words: Words) -> None:
    """Seal the words of one, under the citizen's key where it is about one."""
    said = {"title": words.title, "place": words.place, "text": words.text}
    seal(row, words=json.dumps(said, ensure_ascii=False))


def span_of(row: Appointment) -> Span:
    """From when to when."""
    return Span(row.starts_at, row.ends_at, row.timed)


def subjects_of(rows: Iterable[Appointment]) -> set[UUID]:
    """The citizens that are opened with these."""
    return {row.subject for row in rows if row.subject}


def people_of(ids: Iterable[UUID]) -> dict[UUID, set[UUID]]:
    """Who takes part in each of some appointments."""
    found: dict[UUID, set[UUID]] = defaultdict(set)
    rows = Participant.objects.filter(appointment_id__in=set(ids))
    for appointment, user in rows.values_list("appointment_id", "user_id"):
        found[appointment].add(user)
    return found


def appointment_called(own: UUID, *, held: bool = False) -> Appointment | None:
    """One, closed; held until the transaction ends where something is to be changed."""
    rows = Appointment.objects.select_for_update(of=("self",)) if held else Appointment.objects.all()
    return rows.select_related("unit", "repetition").filter(id=own).first()


def ahead_of(row: Appointment) -> Ahead:
    """It and those of its rule after it, held, sorted by what a change from it on does with them."""
    return _sorted(_of_rule(row).filter(day__gte=row.day), row.id)


def all_of(repetition_id: UUID) -> Ahead:
    """All that a rule has, held and sorted alike."""
    return _sorted(Appointment.objects.filter(repetition_id=repetition_id), None)


def _sorted(found: QuerySet[Appointment], itself: UUID | None) -> Ahead:
    rows = list(found.select_for_update().order_by("day"))
    change = [one for one in rows if one.id == itself or (one.cancelled_at is None and not one.own)]
    ids = {one.id for one in change}
    kept = [one for one in rows if one.id not in ids]
    return Ahead(
        change, [one.id for one in kept], {one.day for one in kept if one.day},
        [day_of(one.starts_at) for one in kept if one.cancelled_at is None],
        [day_of(one.starts_at) for one in kept if one.cancelled_at is not None],
    )  # fmt: skip


def standing_ahead(row: Appointment) -> list[Appointment]:
    """It and all of its rule after it that are not cancelled, held."""
    rows = _of_rule(row).filter(day__gte=row.day, cancelled_at=None)
    return list(rows.select_for_update().order_by("day"))


def _of_rule(row: Appointment) -> QuerySet[Appointment]:
    """Those that were made by its rule; none where it was made by none."""
    if row.repetition_id is None:
        return Appointment.objects.none()
    return Appointment.objects.filter(repetition_id=row.repetition_id)


def cancelled_with(row: Appointment) -> list[Appointment]:
    """What was cancelled by the same act, held."""
    if row.repetition_id is None:
        return [row]
    rows = _of_rule(row).filter(cancelled_at=row.cancelled_at)
    return list(rows.select_for_update().order_by("starts_at"))


def shown(row: Appointment) -> Shown:
    """Open one with all that stands on its page."""
    entry = entries_of([row])[0]
    people = tuple(people_of([row.id]).get(row.id, ()))
    busy = busy_among(people, [span_of(row)], {row.id}) if row.cancelled_at is None else {}
    names = names_of({row.made_by_id, *busy, *([row.cancelled_by_id] if row.cancelled_by_id else [])})
    alike = _of_rule(row)
    together = alike.filter(cancelled_at=row.cancelled_at).count() if row.cancelled_at else 1
    later = alike.filter(day__gt=row.day, cancelled_at=None).count() if row.day else 0
    return Shown(
        entry, people, row.repetition.rule if row.repetition else None, _goes_on(row),
        together, later,
        names.get(row.made_by_id, ""), names.get(row.cancelled_by_id, "") if row.cancelled_by_id else "",
        row.cancelled_at, tuple(sorted(names.get(user, "") for user in busy)), history_of("appointment", row.id),
    )  # fmt: skip


def _goes_on(row: Appointment) -> Rule | None:
    if row.repetition is None or row.day is None or row.ends_at < timezone.now():
        return None
    return goes_on(row.repetition.rule, max(row.day, today()))


def busy_among(people: Collection[UUID], spans: Sequence[Span], but: Collection[UUID] = ()) -> dict[UUID, dt.datetime]:
    """Who of some people has something else at one of those times, and when first. One query, nothing is opened."""
    if not people or not spans:
        return {}
    first, last = min(one.starts_at for one in spans), max(one.ends_at for one in spans)
    rows = Appointment.objects.filter(
        participants__user_id__in=people, cancelled_at=None, starts_at__lt=last, starts_at__gt=first - LASTS,
        ends_at__gt=first,
    ).exclude(id__in=but)  # fmt: skip
    taken = rows.order_by("starts_at").values_list("participants__user_id", "starts_at", "ends_at")[: 10 * MOST]
    found: dict[UUID, dt.datetime] = {}
    for user, starts_at, ends_at in taken:
        if user not in found and any(one.starts_at < ends_at and starts_at < one.ends_at for one in spans):
            found[user] = max(starts_at, first)
    return found


def actors(people: Collection[UUID]) -> list[Actor]:
    """Some users as actors."""
    return list(actors_for(list(User.objects.filter(id__in=people))).values())


def units(by: Actor) -> list[Unit]:
    """The units whose calendar `by` may look at: those they work in."""
    return list(Unit.objects.filter(id__in=policies.units_worked_in(by), active=True).order_by("name"))
