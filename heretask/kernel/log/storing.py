"""The one INSERT that stores events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

_TYPES = {
    "id": "uuid", "at": "bigint", "customer": "uuid", "actor": "uuid", "session": "uuid", "grant": "uuid",
    "action": "text", "object_kind": "text", "object_id": "uuid", "citizen": "uuid", "purpose": "text",
    "detail": "bytea", "hits": "integer", "shown": "uuid[]", "outcome": "text", "address": "text", "agent": "text",
    "changed": "text[]", "times": "integer", "salt": "bytea", "leaf": "bytea",
}  # fmt: skip
_COLUMNS = ", ".join('"customer_id"' if name == "customer" else f'"{name}"' for name in _TYPES)


@dataclass(frozen=True, slots=True)
class Stored:
    """An event as the table holds it."""

    id: UUID
    values: dict[str, Any]
    salt: bytes
    leaf: bytes


def statement(events: Sequence[Stored], *, numbered: bool) -> tuple[str, list[Any]]:
    """INSERT for `events` and its parameters; `numbered` for the wire ($1), otherwise for a cursor (%s)."""
    rows, params = [], []
    for stored in events:
        values = {**stored.values, "salt": stored.salt, "leaf": stored.leaf}
        places = []
        for name, kind in _TYPES.items():
            value = values[name]
            params.append(list(value) if isinstance(value, tuple) else value)
            places.append(f"${len(params)}::{kind}" if numbered else f"%s::{kind}")
        rows.append(f"({', '.join(places)})")
    return f"insert into kernel_event ({_COLUMNS}) values {', '.join(rows)}", params  # noqa: S608  (names are ours)
