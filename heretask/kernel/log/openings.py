"""Who has opened a citizen: every event in which they stand, alone or among others, newest first and in bounded steps.

The index over ids shown is reached through `ht.events_about` alone (kernel/sql/reading.sql says why). What it answers
are places; the rows behind them come through row-level security like any other.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connections

from heretask.kernel.access.reasons import read
from heretask.kernel.tenancy.base import current

from .models import Event
from .registry import ACTIONS, Category

LOOK = 2_000  # events that one answer to 'who has opened' counts together
LAST = (2**62, UUID(int=2**128 - 1))  # later than any event
Place = tuple[int, UUID]


@dataclass(frozen=True, slots=True)
class Sight:
    """One event about a citizen, as much of it as the question needs; nothing sealed."""

    at: int
    id: UUID
    actor: UUID | None
    agent: str
    action: str
    purpose: str
    alone: bool  # whether it is about this citizen, or shows them among others

    @property
    def category(self) -> Category:
        """What kind of event it is."""
        return ACTIONS[self.action].category if self.action in ACTIONS else Category.SYSTEM

    @property
    def unseen(self) -> bool:
        """Whether the software did it by itself, or showed it to nobody."""
        return self.agent == "job" or (self.action in ACTIONS and ACTIONS[self.action].unseen)


@dataclass(slots=True)
class Opener:
    """Somebody and what they did with one citizen; None is the operator or the software itself, which `agent` says."""

    actor: UUID | None
    agent: str
    first: int
    last: int
    times: int = 0
    among: int = 0  # of these: in lists and answers, among others
    kinds: Counter[Category] = field(default_factory=Counter)
    purposes: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Openers:
    """An answer: everybody, those who did most first; `rest` is where the next answer begins (None: all is counted)."""

    openers: list[Opener]
    events: int
    rest: Place | None


def events_about(citizen: UUID, before: Place | None, since: int, most: int) -> list[Event]:
    """The newest events in which a citizen stands, older than `before` and not older than `since`."""
    at, event = before or LAST
    return list(
        Event.objects.raw(
            """select e.* from ht.events_about(%s, %s, %s, %s, %s) f
                 join kernel_event e on e.customer_id = %s and e.at = f.event_at and e.id = f.event_id
                order by e.at desc, e.id desc""",
            [citizen, at, event, since, most, current().customer_id],
        )
    )


def sights(citizen: UUID, before: Place | None, since: int, most: int) -> list[Sight]:
    """As `events_about`, without what nobody reads here."""
    at, event = before or LAST
    with connections["default"].cursor() as cursor:
        cursor.execute(
            """select e.at, e.id, e.actor, e.agent, e.action, e.purpose, e.citizen is not distinct from %s
                 from ht.events_about(%s, %s, %s, %s, %s) f
                 join kernel_event e on e.customer_id = %s and e.at = f.event_at and e.id = f.event_id
                order by e.at desc, e.id desc""",
            [citizen, citizen, at, event, since, most, current().customer_id],
        )
        return [Sight(*row) for row in cursor.fetchall()]


def who_opened(citizen: UUID, before: Place | None, since: int) -> Openers:
    """Everybody in the newest events about a citizen: at most `LOOK` of them are counted together."""
    found = sights(citizen, before, since, LOOK + 1)
    rest = (found[LOOK - 1].at, found[LOOK - 1].id) if len(found) > LOOK else None
    openers: dict[tuple[UUID | None, str], Opener] = {}
    for sight in found[:LOOK]:
        agent = "" if sight.actor else sight.agent.partition(":")[0]
        one = openers.setdefault((sight.actor, agent), Opener(sight.actor, agent, sight.at, sight.at))
        one.first = sight.at
        one.times += 1
        one.among += not sight.alone
        one.kinds[sight.category] += 1
        one.purposes[sight.purpose if read(sight.purpose) else ""] += 1
    ordered = sorted(openers.values(), key=lambda one: (-one.times, -one.last))
    return Openers(ordered, min(len(found), LOOK), rest)


def sights_between(citizen: UUID, since: dt.datetime, until: dt.datetime, most: int) -> list[Sight] | None:
    """Every event about a citizen from `since` to `until`, newest first; None where there are more than `most`."""
    low, before = _micro(since), (_micro(until), UUID(int=0))
    found: list[Sight] = []
    while True:
        part = sights(citizen, before, low, 5_000)
        found += part
        if len(found) > most:
            return None
        if len(part) < 5_000:
            return found
        before = (part[-1].at, part[-1].id)


def _micro(when: dt.datetime) -> int:
    return int(when.timestamp() * 1_000_000)
