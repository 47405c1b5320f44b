"""Reading marks and who has taken over. What is opened here is noted as opened; the action records the event."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Exists, Max, Min, OuterRef, Q
from django.utils import timezone

from heretask.kernel.access.decide import Actor, Given
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.identity.people import assignments_now, names_of
from heretask.kernel.log.models import Event
from heretask.kernel.log.queries import last_sign_ins, microseconds
from heretask.social.citizens.models import Citizen
from heretask.social.citizens.queries import Summary, citizens_for, summaries
from heretask.social.journal.models import Note
from heretask.social.journal.queries import ShownNote, opened

from . import policies
from .models import Covered, Mark, Takeover
from .policies import DAY

MOST = 100  # marks on one screen
SHORT = 5  # marked notes on a citizen's own page
CARD = 8  # citizens on the start page


@dataclass(frozen=True, slots=True)
class Line:
    """A marked note on the screen: what it says now, who marked it, and who has taken it over."""

    mark_id: UUID
    note: ShownNote
    marked_by: str
    marked_at: dt.datetime
    unread: bool
    taken_by: tuple[tuple[str, dt.datetime], ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The marked notes about one citizen, newest first."""

    citizen: Summary
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Took:
    """That somebody has taken over: when, and how many of the marks that the reader sees stood on their screen."""

    name: str
    at: dt.datetime
    covered: int
    own: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """A citizen about whom marked notes wait for the reader."""

    citizen: Summary
    count: int
    newest: dt.datetime


def mine(by: Actor) -> list[Citizen]:
    """The citizens whose journals `by` reads, closed: the journal's own rule decides."""
    return [c for c in citizens_for(by, P.SOCIAL_JOURNAL_READ) if c.erased_at is None]


def last_takeovers(by: Actor) -> dict[UUID, dt.datetime]:
    """When `by` last took over in each unit."""
    rows = Takeover.objects.filter(user_id=by.person_id, undone_at=None).values_list("unit_id")
    return dict(rows.annotate(last=Max("made_at")))


def standing(citizen_ids: Iterable[UUID], since: dt.datetime) -> list[Mark]:
    """The marks about these citizens since then, newest first, and one more than fit on a screen; notes closed."""
    rows = Mark.objects.filter(citizen_id__in=list(citizen_ids), made_at__gte=since, removed_at=None)
    return list(rows.select_related("note").order_by("-made_at", "-id")[: MOST + 1])


def _unread(by: Actor) -> Q:
    """Marks of others that `by` has not taken over."""
    own = Covered.objects.filter(mark_id=OuterRef("id"), takeover__user_id=by.person_id, takeover__undone_at=None)
    return ~Q(made_by_id=by.person_id) & ~Q(Exists(own))


def any_waits(by: Actor) -> bool:
    """Whether anybody, anywhere, has marked something lately that `by` has not taken over: one query, for every day."""
    since = timezone.now() - policies.FURTHEST
    return Mark.objects.filter(_unread(by), removed_at=None, made_at__gte=since).exists()


def groups_of(marks: Sequence[Mark], citizens: Mapping[UUID, Citizen], by: Actor) -> list[Group]:
    """Open what was marked, by citizen: whose mark is newest comes first. A few queries, however many there are."""
    about = {mark.citizen_id: citizens[mark.citizen_id] for mark in marks}
    heads = {row.id: row for row in summaries(list(about.values()))} if about else {}
    notes = dict(zip((m.id for m in marks), opened([m.note for m in marks], by, files=False), strict=True))
    taken = _taken_by([mark.id for mark in marks])
    people = {mark.made_by_id for mark in marks} | {user for found in taken.values() for user, _at in found}
    names = names_of(people) if people else {}
    lines: dict[UUID, list[Line]] = {}
    for mark in marks:
        found = taken.get(mark.id, [])
        unread = mark.made_by_id != by.user_id and by.user_id not in {user for user, _at in found}
        lines.setdefault(mark.citizen_id, []).append(
            Line(
                mark.id, notes[mark.id], names.get(mark.made_by_id, ""), mark.made_at, unread,
                tuple((names.get(user, ""), at) for user, at in found),
            )
        )  # fmt: skip
    return [Group(heads[own], tuple(several)) for own, several in lines.items()]


def _taken_by(marks: Sequence[UUID]) -> dict[UUID, list[tuple[UUID, dt.datetime]]]:
    """Who has taken over each of these, and when first."""
    if not marks:
        return {}
    rows = Covered.objects.filter(mark_id__in=marks, takeover__undone_at=None).values_list(
        "mark_id", "takeover__user_id"
    )
    found: dict[UUID, list[tuple[UUID, dt.datetime]]] = {}
    for mark, user, at in rows.annotate(first=Min("takeover__made_at")).order_by("first"):
        found.setdefault(mark, []).append((user, at))
    return found


def took_lately(unit_id: UUID, marks: Sequence[UUID], by: Actor) -> list[Took]:
    """Who has taken over in the last 24 hours, the newest first, each person once."""
    rows = Takeover.objects.filter(unit_id=unit_id, undone_at=None, made_at__gte=timezone.now() - DAY)
    newest: dict[UUID, Takeover] = {}
    for row in rows.order_by("-made_at", "-id"):
        newest.setdefault(row.user_id, row)
    if not newest:
        return []
    seen = Covered.objects.filter(takeover_id__in=[r.id for r in newest.values()], mark_id__in=list(marks))
    counts = dict(seen.values_list("takeover_id").annotate(n=Count("id")))
    names = names_of(newest)
    return [
        Took(names.get(user, ""), row.made_at, counts.get(row.id, 0), user == by.user_id)
        for user, row in newest.items()
    ]


def not_taken(unit_id: UUID, by: Actor) -> list[tuple[str, dt.datetime]]:
    """Who works in the unit, has signed in within 24 hours and not taken over: name and when; the reader left out."""
    since = timezone.now() - DAY
    rows = assignments_now().filter(unit_id=unit_id, user__active=True, user__suspended_at=None).select_related("own")
    people = {
        row.user_id for row in rows
        if (role := row.is_role) is not None and policies.takes_over(Given.of(role, row.unit_id))
    } - {by.person_id}  # fmt: skip
    done = Takeover.objects.filter(unit_id=unit_id, undone_at=None, made_at__gte=since)
    there = last_sign_ins(people - set(done.values_list("user_id", flat=True)), since)
    names = names_of(there) if there else {}
    return sorted(((names.get(user, ""), at) for user, at in there.items()), key=lambda one: one[1])


def waiting(by: Actor, citizens: Sequence[Citizen], last: Mapping[UUID, dt.datetime]) -> tuple[list[Waiting], int]:
    """About whom unread marks wait in the units of `by`, newest first, as many as fit a card; and how many marks."""
    units = policies.units_of(by)
    near = {c.id: c for c in citizens if c.unit_id in units}
    which = Q(pk__in=[])
    for unit_id in units:
        there = [c.id for c in near.values() if c.unit_id == unit_id]
        which |= Q(citizen_id__in=there, made_at__gte=policies.since_of("", last.get(unit_id)))
    rows = Mark.objects.filter(which, _unread(by), removed_at=None).values_list("citizen_id")
    counted = sorted(rows.annotate(n=Count("id"), newest=Max("made_at")), key=lambda one: one[2], reverse=True)
    heads = {row.id: row for row in summaries([near[own] for own, _n, _at in counted[:CARD]])} if counted else {}
    return (
        [Waiting(heads[own], n, at) for own, n, at in counted[:CARD]],
        sum(n for _own, n, _at in counted),
    )


def showing(event_id: UUID, unit_id: UUID, by: Actor, action: str) -> Event | None:
    """The event that says what stood on a screen of one's own of this unit, of the last hours."""
    since = microseconds(timezone.now() - policies.SCREEN)
    rows = Event.objects.filter(customer_id=by.customer_id, actor=by.person_id, at__gte=since, action=action)
    return rows.filter(id=event_id, object_id=unit_id).first()


def marks_among(ids: Iterable[UUID]) -> list[UUID]:
    """Which of these ids are marks."""
    return list(Mark.objects.filter(id__in=list(ids)).values_list("id", flat=True))


def mark_on(note_id: UUID) -> Mark | None:
    """The mark that stands on a note, held until the transaction ends."""
    return Mark.objects.select_for_update().filter(note_id=note_id, removed_at=None).first()


def mark_called(mark_id: UUID) -> Mark | None:
    """One, whether it stands or not, held."""
    return Mark.objects.select_for_update().filter(id=mark_id).first()


def state_of_mark(mark_id: UUID) -> str | None:
    """How it stands, for undoing: taken away or not."""
    at = Mark.objects.values_list("removed_at", flat=True).get(id=mark_id)
    return at.isoformat() if at else None


def state_of_takeover(taken_id: UUID) -> str | None:
    """How it stands, for undoing: taken back or not."""
    at = Takeover.objects.values_list("undone_at", flat=True).get(id=taken_id)
    return at.isoformat() if at else None


def takeover_called(taken_id: UUID) -> Takeover | None:
    """One, held."""
    return Takeover.objects.select_for_update().filter(id=taken_id).first()


def taken_on(event_id: UUID, by: Actor) -> Takeover | None:
    """What `by` has already taken over on that screen."""
    return Takeover.objects.filter(showing=event_id, user_id=by.person_id, undone_at=None).first()


def told(notes: Sequence[UUID]) -> dict[UUID, tuple[str, dt.datetime]]:
    """Which of these notes carry a mark: whose, and since when; one query, and one for names where there are any."""
    rows = list(Mark.objects.filter(note_id__in=notes, removed_at=None).only("note_id", "made_by_id", "made_at"))
    names = names_of({row.made_by_id for row in rows}) if rows else {}
    return {row.note_id: (names.get(row.made_by_id, ""), row.made_at) for row in rows}


def newest_marked(citizen_id: UUID) -> list[Note]:
    """The notes about a citizen that were marked lately, newest first; closed."""
    since = timezone.now() - policies.FURTHEST
    rows = Mark.objects.filter(citizen_id=citizen_id, removed_at=None, made_at__gte=since).select_related("note")
    return [mark.note for mark in rows.order_by("-made_at", "-id")[:SHORT]]
