"""The log as rows of a file: oldest first, in parts of a short transaction each, so that memory and locks stay small.

A file holds everything that the proof of an event covers, in its raw form: nothing is masked, since one changed digit
would make an honest event look forged. What is kept down instead is who gets one (its own permission, its own event,
a right to fetch it that lives for minutes), and what it adds: no citizen's name is opened for it; sentences name
citizens by their id. Cells that a spreadsheet could run are marked with an apostrophe, which `restore` takes off again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC
from html import unescape
from typing import Any, Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from heretask.kernel.identity.models import User
from heretask.kernel.spreadsheet import csv_chunks

from .models import Event
from .queries import Entry, Filters, Meaning, Place, detail_of, moment, oldest_first
from .sentences import Teller
from .trace import Trace

PART = 2_000
_LOCAL = ZoneInfo("Europe/Copenhagen")
COLUMNS = (
    "time_utc", "time_copenhagen", "at", "id", "customer", "actor_user_name", "actor_name", "actor", "session", "grant",
    "action", "sentence", "object_kind", "object_id", "citizen", "purpose", "detail", "hits", "shown", "outcome",
    "address", "agent", "changed", "times", "salt", "leaf",
)  # fmt: skip
Enter = Callable[[], AbstractContextManager[Trace]]


class Sink(Protocol):
    """Where the file goes."""

    def write(self, plain: bytes, /) -> int:
        """Take the next piece."""
        ...


@dataclass(slots=True)
class Export:
    """One export: what is taken, up to which moment, and how far it is.

    `enter` opens one short transaction for a part; `told` is called inside it with the number of rows written so far.
    """

    filters: Filters
    until: int
    enter: Enter
    places: Mapping[str, str] = field(default_factory=dict)
    meaning: Meaning | None = None
    told: Callable[[int], None] | None = None
    part: int = PART
    rows: int = 0
    sha256: str = ""

    def write_to(self, out: Sink) -> None:
        """Write the whole file; afterwards `rows` and `sha256` say what it is."""
        digest = hashlib.sha256()
        for piece in csv_chunks(self._lines()):
            digest.update(piece)
            out.write(piece)
        self.sha256 = digest.hexdigest()

    def _lines(self) -> Iterator[tuple[object, ...]]:
        yield COLUMNS
        after: Place | None = None
        user_names: dict[UUID, str] = {}
        teller = Teller(self.places)
        while True:
            with self.enter():
                events = oldest_first(self.filters, self.until, after, self.part)
                teller.learn(events, citizens=False)
                missing = {e.actor for e in events if e.actor} - user_names.keys()
                user_names |= dict(User.objects.filter(id__in=missing).values_list("id", "user_name"))
                lines = [_line(e, teller, user_names) for e, said in map(_opened, events) if self._wanted(e, said)]
                self.rows += len(lines)
                if self.told:
                    self.told(self.rows)
            yield from lines
            if len(events) < self.part:
                return
            after = (events[-1].at, events[-1].id)

    def _wanted(self, event: Event, variables: Mapping[str, Any]) -> bool:
        return self.meaning is None or self.meaning.fits(event, variables)


def _opened(event: Event) -> tuple[Event, dict[str, Any]]:
    plain = detail_of(event)
    event.detail = plain  # from here on the opened form: each row is opened once
    return event, json.loads(plain) if plain else {}


def _line(event: Event, teller: Teller, user_names: Mapping[UUID, str]) -> tuple[object, ...]:
    plain = bytes(event.detail or b"").decode()
    entry = Entry(event, json.loads(plain) if plain else {})
    at = moment(event.at)
    return (
        at.astimezone(UTC).isoformat(), at.astimezone(_LOCAL).isoformat(), event.at, str(event.id),
        str(event.customer_id),
        user_names.get(event.actor, "") if event.actor else "",
        teller.users.get(event.actor, "") if event.actor else "",
        _id(event.actor), _id(event.session), _id(event.grant), event.action, unescape(teller.sentence(entry)),
        event.object_kind, _id(event.object_id), _id(event.citizen), event.purpose, plain, event.hits,
        json.dumps([str(i) for i in event.shown]), event.outcome, event.address, event.agent,
        json.dumps(list(event.changed), ensure_ascii=False), event.times, bytes(event.salt).hex(),
        bytes(event.leaf).hex(),
    )  # fmt: skip


def _id(value: UUID | None) -> str:
    return str(value) if value else ""
