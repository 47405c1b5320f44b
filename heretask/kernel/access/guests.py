"""The list of citizens a guest may read: kept by the system that has citizens, made by the one that invites.

Admin and Social never meet; the feature that keeps the lists registers here how it does so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


class Put(Protocol):
    """Puts citizens on a guest's list until a moment, each with its event; those who may not be read are left out."""

    def __call__(self, user_id: UUID, citizens: Iterable[UUID], ends_at: dt.datetime) -> int:
        """How many were put on it."""
        ...


class Take(Protocol):
    """Takes one citizen, or all, off a guest's list, each with its event."""

    def __call__(self, user_id: UUID, citizen: UUID | None = None) -> int:
        """How many were taken off."""
        ...


class Scope(Protocol):
    """Which citizens a guest reaches now."""

    def __call__(self, user_id: UUID) -> set[UUID]:
        """Their ids."""
        ...


@dataclass(frozen=True, slots=True)
class Lists:
    """How lists are kept."""

    put: Put
    take: Take
    scope: Scope


_LISTS: list[Lists] = []


def register(*, put: Put, take: Take, scope: Scope) -> None:
    """Declare how lists are kept; once."""
    if _LISTS:
        raise ValueError("guests' lists are kept twice")
    _LISTS.append(Lists(put, take, scope))


def lists() -> Lists:
    """How lists are kept; raises RuntimeError where nothing keeps any."""
    if not _LISTS:
        raise RuntimeError("nothing keeps guests' lists")
    return _LISTS[0]
