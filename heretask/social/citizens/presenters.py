"""How lists of citizens are shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from .queries import Summary


@dataclass(frozen=True, slots=True)
class Group:
    """The citizens of one unit."""

    unit: str
    rows: tuple[Summary, ...]


def by_unit(rows: Sequence[Summary]) -> list[Group]:
    """Grouped by unit, in the order in which they come."""
    return [Group(unit, tuple(found)) for unit, found in groupby(rows, key=lambda row: row.unit_name)]
