"""What each feature does when somebody is erased: clears hashes and sealed words, marks its rows.

A feature registers itself in its `erasing` module. The functions run in the session that erases, and again by the
owner after a restore, so they are told the connection and the customer, and may be run twice.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from .models import DataKey

Keys = QuerySet[DataKey]
Forget = Callable[[str, UUID, Mapping[UUID, dt.datetime]], None]
Remembers = Callable[[str, UUID, Sequence[UUID]], set[UUID]]
Tell = Callable[[UUID], dict[str, int]]


@dataclass(frozen=True, slots=True)
class Part:
    """One feature's share. `forget(alias, customer, subjects with their time)` clears what it has of them;
    `remembers(alias, customer, subjects)` says of whom something is left; `tell(subject)` counts what there is.
    """

    forget: Forget
    remembers: Remembers
    tell: Tell


_PARTS: dict[str, Part] = {}


def register(feature: str, *, forget: Forget, remembers: Remembers, tell: Tell) -> None:
    """Let a feature take part in every erasure."""
    if feature in _PARTS:
        raise ValueError(f"{feature} is registered twice")
    _PARTS[feature] = Part(forget, remembers, tell)


def forget(alias: str, customer_id: UUID, subjects: Mapping[UUID, dt.datetime]) -> None:
    """Let every feature clear what it has of these."""
    for part in _PARTS.values():
        part.forget(alias, customer_id, subjects)


def remembered(alias: str, customer_id: UUID, subjects: Sequence[UUID]) -> set[UUID]:
    """Of whom some feature still has something that an erasure clears."""
    return {subject for part in _PARTS.values() for subject in part.remembers(alias, customer_id, subjects)}


def told(subject: UUID) -> dict[str, int]:
    """How much there is of one subject, by kind; opens nothing."""
    return {kind: count for part in _PARTS.values() for kind, count in part.tell(subject).items()}
