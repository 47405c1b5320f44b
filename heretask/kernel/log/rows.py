"""Events in the order of their places, for a file: in parts of a short transaction each, every cell as text.

The tree knows an event by its id, and an id begins with its time; so a part of the tree is found in the log by the
spans of time its ids lie in, whatever was committed late. A selection that is small is found by its index first.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

import psycopg
from django.db import connections
from django.db.models import QuerySet
from psycopg.types.string import TextLoader

from heretask.kernel.tenancy.base import current

from .covering import Base
from .models import Event
from .queries import Filters, Meaning, count_for
from .walking import matching

FEW = 300_000  # matching events up to which their places are remembered, 16 bytes each
_FIELDS = (
    "at", "id", "actor", "session", "grant", "action", "object_kind", "object_id", "citizen", "purpose", "detail",
    "hits", "shown", "outcome", "address", "agent", "changed", "times", "salt",
)  # fmt: skip
_TYPES = ("uuid", "int8", "int4", "bytea", "uuid[]", "text[]")
_APART = 2_000  # milliseconds between two events from which on they lie in spans of their own
Row = tuple[Any, ...]
Span = tuple[int, int]  # milliseconds, both included
Load = Callable[[], "Part"]  # to be called in a transaction


@dataclass(frozen=True, slots=True)
class Part:
    """Some rows, and the places among them whose content retention has taken."""

    rows: list[Row]
    forgotten: Sequence[int] = ()


class Reading:
    """What one export reads, up to a checkpoint of `size`. Made in a transaction; its parts are loaded in others."""

    def __init__(self, filters: Filters, meaning: Meaning | None, base: Base, *, until: int, part: int) -> None:
        self.size, self.until, self.part = base.size, until, part
        self._forgotten = [(since // 1000, before // 1000) for since, before in base.forgotten]
        self.customer_id = current().customer_id
        self.whole = not filters.as_variables()
        self._events = matching(filters) if meaning is None else matching(filters).filter(meaning.possible())
        self._few = None if self.whole or count_for(filters, until) > FEW else self._places()
        self._waiting = self._without_a_place()

    def placed(self) -> Iterator[Load]:
        """Parts of the events that have a place, in order."""
        if self._few is not None:
            places, times = self._few
            for start in range(0, len(places), self.part):
                end = start + self.part
                yield partial(self._chosen, places[start:end], times[start:end])
        else:
            for first in range(0, self.size, self.part):
                end = min(first + self.part, self.size)
                yield partial(self._between, first, end)

    def unplaced(self) -> Iterator[Load]:
        """Parts of the events that have none yet, by time."""
        for start in range(0, len(self._waiting), self.part):
            yield partial(self._of_ids, self._waiting[start : start + self.part])

    def _between(self, first: int, end: int) -> Part:
        with connections["default"].cursor() as cursor:
            cursor.execute(
                """with w as (select event from kernel_leaf where customer_id = %s and place >= %s and place < %s)
                   select (select event from w order by event limit 1),
                          (select event from w order by event desc limit 1)""",
                [self.customer_id, first, end],
            )
            low, high = (_millisecond(event) for event in cursor.fetchone())
            most = 4 * (end - first) + 1
            cursor.execute(
                """select count(*) from (select from kernel_event
                     where customer_id = %s and at >= %s and at < %s limit %s) e""",
                [self.customer_id, low * 1000, (high + 1) * 1000, most],
            )
            spans = [(low, high)]
            if cursor.fetchone()[0] == most:  # some were committed late, or are of another time
                cursor.execute(
                    "select event from kernel_leaf where customer_id = %s and place >= %s and place < %s",
                    [self.customer_id, first, end],
                )
                spans = _spans([row[0] for row in cursor.fetchall()])
        return self._placed("place >= %s and place < %s", [first, end], self._events, spans)

    def _chosen(self, places: Sequence[int], times: Sequence[int]) -> Part:
        milliseconds = [time // 1000 for time in times]
        events = self._events.filter(at__in=set(times))
        return self._placed("place = any(%s)", [list(places)], events, [(min(milliseconds), max(milliseconds))])

    def _placed(self, where: str, params: list[Any], events: QuerySet[Event], spans: list[Span]) -> Part:
        """Leaves and events are brought together here: without statistics a planner may join them at any cost."""
        found = {row[1]: row for row in self._rows(events, spans)}
        with text_cursor() as cursor:
            cursor.execute(
                f"select event, place, leaf from kernel_leaf where customer_id = %s and {where} order by place",  # noqa: S608
                [self.customer_id, *params],
            )
            leaves = cursor.fetchall()
        rows = [(*found[event][:-1], place, leaf) for event, place, leaf in leaves if event in found]
        if len(rows) == len(leaves):
            return Part(rows)
        return Part(rows, [int(p) for event, p, _ in leaves if event not in found and self._is_forgotten(event)])

    def _is_forgotten(self, event: str) -> bool:
        when = _millisecond(UUID(event))
        return any(since <= when < before for since, before in self._forgotten)

    def _of_ids(self, ids: Sequence[UUID]) -> Part:
        rows = self._rows(self._events.filter(id__in=ids), _spans(ids))
        rows.sort(key=lambda row: (int(row[0]), row[1]))
        return Part([(*row[:-1], None, row[-1]) for row in rows])

    def _rows(self, events: QuerySet[Event], spans: list[Span]) -> list[Row]:
        """The events that lie in these spans of time, each of a part of the index."""
        if len(spans) == 1:
            ((low, high),) = spans
            within = events.filter(at__gte=low * 1000, at__lt=(high + 1) * 1000).order_by()
            sql, params = within.values_list(*_FIELDS, "leaf").query.sql_with_params()
        else:
            within = events.extra(where=["kernel_event.at between r.low and r.high"]).order_by()
            sql, given = within.values_list(*_FIELDS, "leaf").query.sql_with_params()
            fields = ", ".join(f'e."{name}"' for name in (*_FIELDS, "leaf"))
            sql = (
                f"select {fields} from unnest(%s::bigint[], %s::bigint[]) r(low, high) "  # noqa: S608  (names are ours)
                f"cross join lateral ({sql}) e"
            )
            params = ([low * 1000 for low, _ in spans], [high * 1000 + 999 for _, high in spans], *given)
        with text_cursor() as cursor:
            cursor.execute(sql, params)
            return cursor.fetchall()

    def _places(self) -> tuple[array[int], array[int]]:
        """Place and time of each event that fits."""
        places, times = array("q"), array("q")
        sql, given = self._events.order_by().values_list("id", "at").query.sql_with_params()
        with psycopg.ServerCursor(connections["default"].connection, "places") as cursor:
            cursor.itersize = 5_000
            cursor.execute(
                f"select l.place, e.at from ({sql}) e join kernel_leaf l on l.customer_id = %s and l.event = e.id "  # noqa: S608
                "where l.place < %s order by l.place",
                [*given, self.customer_id, self.size],
            )
            for place, at in cursor:
                places.append(place)
                times.append(at)
        return places, times

    def _without_a_place(self) -> list[UUID]:
        """Ids of events up to `until` that the checkpoint does not cover: of one moment, so that none falls between."""
        with connections["default"].cursor() as cursor:
            cursor.execute(
                """select event from ht.events_without_a_place(%s) u(event)
                   union all
                   select event from kernel_leaf where customer_id = %s and place >= %s and event < %s""",
                [self.until, self.customer_id, self.size, UUID(int=(self.until // 1000 + 1) << 80)],
            )
            return sorted(row[0] for row in cursor.fetchall())


def text_cursor() -> psycopg.Cursor[Row]:
    """A cursor of the open transaction that gives every cell as PostgreSQL's own text."""
    cursor = psycopg.Cursor(connections["default"].connection)
    for name in _TYPES:
        cursor.adapters.register_loader(_oid(cursor, name), TextLoader)
    return cursor


def _oid(cursor: psycopg.Cursor[Row], name: str) -> int:
    found = cursor.adapters.types.get(name.removesuffix("[]"))
    if found is None:
        raise LookupError(name)
    return found.array_oid if name.endswith("[]") else found.oid


def _millisecond(event: UUID) -> int:
    return event.int >> 80


def _spans(events: Sequence[UUID]) -> list[Span]:
    return _merged(sorted(map(_millisecond, events)))


def _merged(milliseconds: Sequence[int]) -> list[Span]:
    """Spans of time that hold all of them; far ones lie in spans of their own."""
    spans: list[Span] = []
    for one in milliseconds:
        if spans and one - spans[-1][1] <= _APART:
            spans[-1] = (spans[-1][0], one)
        else:
            spans.append((one, one))
    return spans
