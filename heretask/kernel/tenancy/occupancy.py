"""What still lives in a unit: each feature says what of its own must move before the unit can be closed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

Count = Callable[[Iterable[UUID]], Mapping[UUID, int]]
Words = Callable[[int], str]


@dataclass(frozen=True, slots=True)
class Occupant:
    """One kind of thing that units hold: how many are in each, and how so many are called ('3 citizens')."""

    count: Count
    words: Words


OCCUPANTS: dict[str, Occupant] = {}


def occupies(kind: str, count: Count, words: Words) -> None:
    """Declare that rows of `kind` are in units; `count` answers for several units in one query."""
    if kind in OCCUPANTS:
        raise ValueError(f"{kind} is counted twice")
    OCCUPANTS[kind] = Occupant(count, words)


def counts(units: Iterable[UUID]) -> dict[str, Mapping[UUID, int]]:
    """How many of each kind are in each unit."""
    ids = list(units)
    return {kind: occupant.count(ids) for kind, occupant in OCCUPANTS.items()}


def what_lives_in(unit: UUID) -> list[str]:
    """What must move first, in words."""
    return [o.words(n) for o in OCCUPANTS.values() if (n := o.count([unit]).get(unit, 0))]
