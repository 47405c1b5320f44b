"""What stands on *My duties* beside the staff register's own: each feature says it of who is signed in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from heretask.kernel.access.decide import Actor


@dataclass(frozen=True, slots=True)
class Mine:
    """One thing somebody has to do or answers for: how it stands, in a word and a state, and where it is done."""

    title: Any
    sub: Any
    url: str
    state: str
    word: Any
    promise: str = ""


Says = Callable[[Actor, dt.date], list[Mine]]
MINE: list[tuple[int, Says]] = []


def mine(order: int) -> Callable[[Says], Says]:
    """Register a function that says, of a person on a day, what they have to do."""

    def registering(function: Says) -> Says:
        MINE.append((order, function))
        MINE.sort(key=lambda one: one[0])
        return function

    return registering


def mine_of(by: Actor, today: dt.date) -> list[Mine]:
    """Everything that features say of `by`, in their order."""
    return [one for _order, says in MINE for one in says(by, today)]
