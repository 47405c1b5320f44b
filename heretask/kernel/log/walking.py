"""Backwards through the log: by an index where there is one for what is asked (a citizen, a person, a time).

Else through everything, and then no further than `WALK` events at a time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, Q, QuerySet

from heretask.kernel.tenancy.base import current

from .asking import Filters
from .models import Event
from .openings import LAST, Place, events_about

PAGE = 50
WALK = 20_000  # events that one page passes by where no index helps
BATCH = 500


@dataclass(frozen=True, slots=True)
class Part:
    """Some events, newest first; where to go on (None: there are no more), and how many were passed to find them."""

    events: list[Event]
    rest: Place | None
    passed: int


def source(filters: Filters, possible: Q | None) -> Callable[[Place | None], Part]:
    """The quickest way backwards through the events that are asked for."""
    walk = _about_citizen if filters.citizen else _by_person if filters.person else None
    if walk is None:
        return lambda before: _walked(filters, possible, before)
    if possible or filters.kind or filters.session or (filters.citizen and filters.person):
        return lambda before: _part(walk(filters, before, BATCH), BATCH, passed=True)
    return lambda before: _part(walk(filters, before, PAGE + 1), PAGE + 1, passed=False)


def _part(events: list[Event], wanted: int, *, passed: bool) -> Part:
    rest = (events[-1].at, events[-1].id) if len(events) == wanted else None
    return Part(events, rest, len(events) if passed else 0)


def _from(filters: Filters, before: Place | None) -> Place:
    """Where to begin: at the end of the time that is asked for, or where the last page ended."""
    ends = LAST if filters.ends is None else (filters.ends, UUID(int=0))
    return min(before or LAST, ends)


def _about_citizen(filters: Filters, before: Place | None, most: int) -> list[Event]:
    assert filters.citizen  # noqa: S101  (source has asked)
    return events_about(filters.citizen, _from(filters, before), filters.begins, most)


def _by_person(filters: Filters, before: Place | None, most: int) -> list[Event]:
    """What somebody did, and what was done to their login: each by its own index, in one statement.

    Each half is ordered by time alone, as its index is, and so takes all events of its last moment.
    """
    at, event = _from(filters, before)
    asked = {
        "c": current().customer_id, "p": filters.person, "at": at, "id": event, "since": filters.begins, "most": most,
    }  # fmt: skip
    half = """(select at, id from kernel_event where customer_id = %(c)s and {} and at >= %(since)s and at <= %(at)s
                  and (at, id) < (%(at)s, %(id)s) order by at desc fetch first (%(most)s) rows with ties)"""
    halves = " union ".join(half.format(by) for by in ("actor = %(p)s", "object_kind = 'user' and object_id = %(p)s"))
    sql = f"""select e.* from (select * from ({halves}) h order by at desc, id desc limit %(most)s) f
                join kernel_event e on e.customer_id = %(c)s and e.at = f.at and e.id = f.id
               order by e.at desc, e.id desc"""  # noqa: S608  (the two halves are ours)
    return list(Event.objects.raw(sql, asked))


def _walked(filters: Filters, possible: Q | None, before: Place | None) -> Part:
    """Through everything of a time; where something is sought that has no index, not past the `WALK`th event."""
    place = _from(filters, before)
    within = Event.objects.filter(customer_id=current().customer_id, at__gte=filters.begins)
    rows = _before(within, place)
    if not (possible or filters.kind or filters.session):
        return _part(list(rows[: PAGE + 1]), PAGE + 1, passed=False)
    edge = rows.values_list("at", flat=True)[WALK : WALK + 1].first()
    sought = _before(_sought(within, filters), place)
    if possible:
        sought = sought.filter(possible)
    events = list((sought.filter(at__gte=edge) if edge is not None else sought)[:BATCH])
    if len(events) == BATCH:
        return _part(events, BATCH, passed=True)
    return Part(events, None if edge is None else (edge, UUID(int=0)), WALK if edge is not None else len(events))


def _sought(rows: QuerySet[Event], filters: Filters) -> QuerySet[Event]:
    """Kind, person, citizen (also among others) and session, as the database compares them."""
    if filters.actions is not None:
        rows = rows.filter(action__in=filters.actions)
    if filters.person:
        rows = rows.filter(Q(actor=filters.person) | Q(object_kind="user", object_id=filters.person))
    if filters.citizen:
        among = Q(shown__contains=[filters.citizen]) & (Q(citizen=None) | ~Q(object_id=F("citizen")))
        rows = rows.filter(Q(citizen=filters.citizen) | among)
    if filters.session:
        rows = rows.filter(session=filters.session)
    return rows


def matching(filters: Filters) -> QuerySet[Event]:
    """All events that are asked for, words left aside; in no order."""
    rows = Event.objects.filter(customer_id=current().customer_id)
    if filters.begins:
        rows = rows.filter(at__gte=filters.begins)
    if filters.ends is not None:
        rows = rows.filter(at__lt=filters.ends)
    return _sought(rows, filters)


def _before(rows: QuerySet[Event], before: Place) -> QuerySet[Event]:
    older = Q(at__lt=before[0]) | Q(at=before[0], id__lt=before[1])
    return rows.filter(older, at__lte=before[0]).order_by("-at", "-id")
