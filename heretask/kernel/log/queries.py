"""Reading the log: newest first in pages, oldest first for a file; a handful of queries, however long the log is."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connections
from django.db.models import Q, QuerySet

from heretask.kernel.jobs.models import Job
from heretask.kernel.secrets import keys
from heretask.kernel.tenancy.base import current

from . import naming
from .models import Event
from .registry import ACTIONS, Action, Category
from .trace import detail_place, trace

PAGE = 50
LONGEST_LOOK = 5_000  # events that one page looks through for words, before it asks whether to look further back
_BATCH = 500
_LOCAL = ZoneInfo("Europe/Copenhagen")
EXPORT_TASK = "admin.log_export"
Place = tuple[int, UUID]  # the time and id of an event: where a page ends


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked of the log; an empty field asks nothing. Days are those of Denmark, both included."""

    q: str = ""
    kind: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    person: UUID | None = None
    citizen: UUID | None = None
    session: UUID | None = None

    def as_variables(self) -> dict[str, str]:
        """As an event and a stored search keep them: every variable that was set."""
        return {f.name: str(value) for f in dataclasses.fields(self) if (value := getattr(self, f.name))}

    @classmethod
    def from_variables(cls, kept: Mapping[str, str]) -> Filters:
        """Out of what `as_variables` gave."""
        return cls(
            q=kept.get("q", ""), kind=kept.get("kind", ""),
            since=dt.date.fromisoformat(kept["since"]) if kept.get("since") else None,
            until=dt.date.fromisoformat(kept["until"]) if kept.get("until") else None,
            person=UUID(kept["person"]) if kept.get("person") else None,
            citizen=UUID(kept["citizen"]) if kept.get("citizen") else None,
            session=UUID(kept["session"]) if kept.get("session") else None,
        )  # fmt: skip


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
    looked: int  # events looked through for words; 0 where no words were asked for
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
    if not event.detail:
        return b""
    here = trace()
    return keys.open_bytes(here.customer_key, bytes(event.detail), detail_place(here.customer_id, event.id))


def events_for(filters: Filters, before: Place | None = None) -> Found:
    """One page of events. Words are looked for in names, sentences and variables, in bounded steps backwards."""
    if not filters.q:
        rows = list(_before(matching(filters), before)[: PAGE + 1])
        more = rows[PAGE - 1] if len(rows) > PAGE else None
        return Found([Entry(e, variables_of(e)) for e in rows[:PAGE]], (more.at, more.id) if more else None, 0, {})
    return _with_words(filters, before)


def event_at(place: Place) -> Entry:
    """One event; raises Event.DoesNotExist."""
    event = Event.objects.get(customer_id=current().customer_id, at=place[0], id=place[1])
    return Entry(event, variables_of(event))


def count_for(filters: Filters, until: int) -> int:
    """How many events there are until then; words cannot be counted without opening all, so they are left out."""
    return matching(filters).filter(at__lte=until).count()


def matching(filters: Filters) -> QuerySet[Event]:
    """The events that filters fit, words apart."""
    rows = Event.objects.filter(customer_id=current().customer_id)
    if filters.kind in set(Category):
        rows = rows.filter(action__in=_named(Category(filters.kind)))
    if filters.since:
        rows = rows.filter(at__gte=_midnight(filters.since))
    if filters.until:
        rows = rows.filter(at__lt=_midnight(filters.until + dt.timedelta(days=1)))
    if filters.person:
        rows = rows.filter(Q(actor=filters.person) | Q(object_kind="user", object_id=filters.person))
    if filters.citizen:
        rows = rows.filter(citizen=filters.citizen)
    if filters.session:
        rows = rows.filter(session=filters.session)
    return rows


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
    rows = Event.objects.filter(object_kind=kind, object_id=object_id, action__in=_named(Category.CHANGED))
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


def microseconds(when: dt.datetime) -> int:
    """As an event's time is kept."""
    return int(when.timestamp() * 1_000_000)


def moment(at: int) -> dt.datetime:
    """An event's time."""
    return dt.datetime.fromtimestamp(at / 1_000_000, dt.UTC)


def _before(rows: QuerySet[Event], before: Place | None) -> QuerySet[Event]:
    if before:
        rows = rows.filter(Q(at__lt=before[0]) | Q(at=before[0], id__lt=before[1]), at__lte=before[0])
    return rows.order_by("-at", "-id")


def meaning_of(words: str) -> Meaning:
    """Whom and what the words may mean. Opens the names of the log's citizens, which the caller must log (LOG-3)."""
    word = words.casefold()
    people = naming.names("user", _everybody())
    citizens = naming.names("citizen", _citizens_in_log())
    return Meaning(
        word=word,
        users=frozenset(i for i, name in people.items() if word in name.casefold()),
        citizens=frozenset(i for i, name in citizens.items() if word in name.casefold()),
        actions=frozenset(a.name for a in ACTIONS.values() if len(word) > 2 and word in _spoken(a)),
        opened=citizens,
    )


def _with_words(filters: Filters, before: Place | None) -> Found:
    meaning = meaning_of(filters.q)
    rows = matching(filters).filter(meaning.possible())
    hits: list[Entry] = []
    looked = 0
    while True:
        batch = list(_before(rows, before)[:_BATCH])
        for event in batch:
            looked += 1
            before = (event.at, event.id)
            variables = variables_of(event)
            if meaning.fits(event, variables):
                hits.append(Entry(event, variables))
                if len(hits) == PAGE:
                    return Found(hits, before, looked, meaning.opened)
        if len(batch) < _BATCH:
            return Found(hits, None, looked, meaning.opened)
        if looked >= LONGEST_LOOK:
            return Found(hits, before, looked, meaning.opened)


def _everybody() -> list[UUID]:
    from heretask.kernel.identity.models import User  # identity stands on the log, so it is met late

    return list(User.objects.values_list("id", flat=True))


def _citizens_in_log() -> list[UUID]:
    """Every citizen the log speaks of: one probe of the index for each, never all events."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            """with recursive c(id) as (
                 (select citizen from kernel_event where customer_id = %(c)s and citizen is not null
                   order by citizen limit 1)
                 union all
                 select (select e.citizen from kernel_event e where e.customer_id = %(c)s and e.citizen > c.id
                         order by e.citizen limit 1) from c where c.id is not null)
               select id from c where id is not null""",
            {"c": current().customer_id},
        )
        return [row[0] for row in cursor.fetchall()]


def _spoken(action: Action) -> str:
    """The words of an action's sentence and category in the reader's language, without the places for names."""
    return re.sub(r"%\(\w+\)s", "", f"{action.sentence} {action.category.label}").casefold()


def _named(category: Category) -> list[str]:
    return [a.name for a in ACTIONS.values() if a.category is category]


def _midnight(day: dt.date) -> int:
    return microseconds(dt.datetime.combine(day, dt.time(), _LOCAL))
