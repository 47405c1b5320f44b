"""Reading the log: newest first in pages, oldest first for a file; a handful of queries, however long the log is."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connections
from django.db.models import Q

from heretask.kernel.jobs.models import Job
from heretask.kernel.secrets import keys
from heretask.kernel.tenancy.base import current

from . import naming, walking
from .asking import Filters, microseconds, moment, named
from .models import Event
from .openings import Place
from .registry import ACTIONS, Action, Category
from .trace import detail_place, trace
from .walking import PAGE, matching

__all__ = [
    "EXPORT_TASK", "PAGE", "Entry", "Export", "Filters", "Found", "Meaning", "Place", "by_hour", "count_for",
    "detail_of", "event_at", "events_for", "exports_since", "history_of", "ids_between", "last_sign_ins", "meaning_of",
    "microseconds",
    "moment", "newest_export", "these", "variables_of",
]  # fmt: skip
LONGEST_LOOK = 5_000  # events that one page opens or compares, before it asks whether to look further back
EXPORT_TASK = "admin.log_export"


@dataclass(frozen=True, slots=True)
class Entry:
    """An event with its variables opened."""

    event: Event
    variables: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """A page of the log: its entries newest first, and where the next page begins (None at the end)."""

    entries: list[Entry]
    next: Place | None
    looked: int  # events looked through; 0 where the page came straight from an index
    citizens: dict[UUID, str]  # citizens whose names were opened to find those meant by the words


@dataclass(frozen=True, slots=True)
class Meaning:
    """What words may mean in the log. `opened` are the citizens whose names were opened to find out."""

    word: str
    users: frozenset[UUID]
    citizens: frozenset[UUID]
    actions: frozenset[str]
    opened: dict[UUID, str]

    def possible(self) -> Q:
        """The events that can fit at all; those with sealed variables must be opened to know."""
        return (
            Q(actor__in=self.users) | Q(object_id__in=self.users) | Q(citizen__in=self.citizens)
            | Q(action__in=self.actions) | Q(purpose__icontains=self.word) | Q(detail__isnull=False)
        )  # fmt: skip

    def fits(self, event: Event, variables: Mapping[str, Any]) -> bool:
        """Whether an event is meant."""
        return (
            event.actor in self.users or event.object_id in self.users or event.citizen in self.citizens
            or event.action in self.actions or self.word in event.purpose.casefold()
            or any(self.word in str(value).casefold() for value in variables.values())
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Export:
    """A finished export as the log's evidence reads it (LOG-4)."""

    job: UUID
    user: UUID | None
    at: dt.datetime | None
    file: UUID
    rows: int
    sha256: str


def variables_of(event: Event) -> dict[str, Any]:
    """The opened search variables of an event."""
    plain = detail_of(event)
    opened: dict[str, Any] = json.loads(plain) if plain else {}
    return opened


def detail_of(event: Event) -> bytes:
    """The variables exactly as they were hashed; empty where there are none."""
    here = trace()
    if not event.detail or here.keyless:
        return b""
    return keys.open_bytes(here.customer_key, bytes(event.detail), detail_place(here.customer_id, event.id))


def events_for(filters: Filters, before: Place | None = None) -> Found:
    """One page of events: from what `walking` brings, those that fit, in bounded steps backwards."""
    meaning = meaning_of(filters.q) if filters.q else None
    opened = meaning.opened if meaning else {}
    source, looked = walking.source(filters, meaning.possible() if meaning else None), 0
    hits: list[Entry] = []
    while True:
        part = source(before)
        for event in part.events:
            if not filters.fit(event):
                continue
            entry = Entry(event, variables_of(event) if meaning or len(hits) < PAGE else {})
            if meaning is None or meaning.fits(event, entry.variables):
                hits.append(entry)
            if len(hits) > PAGE:
                last = hits[PAGE - 1].event
                return Found(hits[:PAGE], (last.at, last.id), looked + part.passed, opened)
        looked, before = looked + part.passed, part.rest
        if before is None or looked >= LONGEST_LOOK:
            return Found(hits, before, looked, opened)


def ids_between(
    names: Collection[str], since: dt.datetime, until: dt.datetime, most: int, *, of_citizens: bool = False
) -> list[UUID]:
    """The ids of entries with those actions in a period, no more than `most`; only those about a citizen, if asked."""
    rows = Event.objects.filter(
        customer_id=current().customer_id, at__gte=microseconds(since), at__lt=microseconds(until), action__in=names
    )
    return list((rows.exclude(citizen=None) if of_citizens else rows).values_list("id", flat=True)[:most])


def these(ids: Collection[UUID], since: dt.datetime, until: dt.datetime) -> list[Entry]:
    """Those entries of a period, in their order, with their variables opened."""
    rows = Event.objects.filter(
        customer_id=current().customer_id, at__gte=microseconds(since), at__lt=microseconds(until), id__in=ids
    )
    return [Entry(event, variables_of(event)) for event in rows.order_by("at", "id")]


def event_at(place: Place) -> Entry:
    """One event; raises Event.DoesNotExist."""
    event = Event.objects.get(customer_id=current().customer_id, at=place[0], id=place[1])
    return Entry(event, variables_of(event))


def count_for(filters: Filters, until: int) -> int:
    """How many events there are until then; words cannot be counted without opening all, so they are left out."""
    return matching(filters).filter(at__lte=until).count()


def by_hour(since: dt.datetime) -> dict[int, Counter[str]]:
    """How often each action happened, per hour (hours since 1970), in one query."""
    found: dict[int, Counter[str]] = {}
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select at / 3600000000, action, sum(times) from kernel_event where at >= %s group by 1, 2",
            [microseconds(since)],
        )
        for hour, action, times in cursor.fetchall():
            found.setdefault(hour, Counter())[action] = int(times)
    return found


def history_of(kind: str, object_id: UUID, limit: int = 20) -> list[Entry]:
    """The newest changes of one object."""
    rows = Event.objects.filter(object_kind=kind, object_id=object_id, action__in=named(Category.CHANGED))
    return [Entry(e, variables_of(e)) for e in rows.order_by("-at", "-id")[:limit]]


def last_sign_ins(users: Iterable[UUID], since: dt.datetime) -> dict[UUID, dt.datetime]:
    """When each user last signed in, as far back as `since`: one query that walks the index from its end per user."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            """select u.id, e.at from unnest(%s::uuid[]) u(id) cross join lateral
                 (select at from kernel_event where customer_id = %s and actor = u.id and at >= %s
                     and action = 'identity.signed_in' order by at desc limit 1) e""",
            [list(users), current().customer_id, microseconds(since)],
        )
        return {user: moment(at) for user, at in cursor.fetchall()}


def newest_export() -> Export | None:
    """The newest finished export of this customer's log, whoever asked for it."""
    job = Job.objects.filter(task=EXPORT_TASK, state="done", outcome__has_key="file").order_by("-ended_at").first()
    if job is None:
        return None
    told = job.outcome
    return Export(job.id, job.user, job.ended_at, UUID(told["file"]), int(told["rows"]), str(told["sha256"]))


def exports_since(since: dt.datetime) -> int:
    """How many exports of this customer's log were finished since then."""
    return Job.objects.filter(task=EXPORT_TASK, state="done", ended_at__gte=since).count()


def meaning_of(words: str) -> Meaning:
    """Whom and what the words may mean. Opens the names of all citizens, which the caller must log (LOG-3)."""
    word = words.casefold()
    people = naming.names("user", naming.everybody("user"))
    citizens = naming.names("citizen", naming.everybody("citizen"))
    return Meaning(
        word=word,
        users=frozenset(i for i, name in people.items() if word in name.casefold()),
        citizens=frozenset(i for i, name in citizens.items() if word in name.casefold()),
        actions=frozenset(a.name for a in ACTIONS.values() if len(word) > 2 and word in _spoken(a)),
        opened=citizens,
    )


def _spoken(action: Action) -> str:
    """The words of an action's sentence and category in the reader's language, without the places for names."""
    return re.sub(r"%\(\w+\)s", "", f"{action.sentence} {action.category.label}").casefold()
