"""What the general meeting and the yearly self-audit have before them: each feature says it of itself.

A feature registers a function in its `agenda` module; minutes keep what it said that day (REVIEW-2).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Line:
    """One fact: a sentence in the reader's language, the promise it bears on, and how it stands (ok, due, broken)."""

    text: str
    promise: str = ""
    state: str = ""


Facts = Callable[[dt.date, dt.date], list[Line]]


@dataclass(frozen=True, slots=True)
class Item:
    """One item of the agenda, filled from the year between two days."""

    order: int
    key: str
    title: Promise | str
    facts: Facts


AGENDA: list[Item] = []


def agenda(order: int, key: str, title: Promise | str) -> Callable[[Facts], Facts]:
    """Register a function that says, in a session of Management, what the period from one day to another brought."""

    def registering(function: Facts) -> Facts:
        if any(one.key == key for one in AGENDA):
            raise ValueError(f"{key} is on the agenda twice")
        AGENDA.append(Item(order, key, title, function))
        AGENDA.sort(key=lambda item: item.order)
        return function

    return registering
