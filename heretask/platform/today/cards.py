"""What the start page is made of: cards that other features register, each for those who may see it.

Platform knows nothing of the systems above it; a feature says in its `today` module what it has for this day.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from heretask.kernel.access.decide import may
from heretask.kernel.access.permissions import Permission
from heretask.kernel.access.reach import looking_once
from heretask.kernel.identity.people import Person


@dataclass(slots=True)
class Row:
    """A line of a card: what, about whom or when, and where it leads.

    `act` is an address to which its one button is sent, with `act_word` on it and the drawing `act_icon`.
    """

    title: Any
    sub: Any = ""
    url: str = ""
    lead: str = ""
    state: str = ""
    state_word: Any = ""
    light: str = ""
    light_word: Any = ""
    button: Any = ""
    keep: bool = False
    act: str = ""
    act_word: Any = ""
    act_icon: str = "tick"


@dataclass(slots=True)
class Card:
    """A headed list. `urgent` stands on top; `aside` in the narrow column; `empty` is said where there is nothing.

    `poll` is a passive address that gives the note anew, asked by the page now and then. With a `total`,
    `done` of it is drawn as progress, named by `progress`.
    """

    title: Any
    rows: list[Row] = field(default_factory=list)
    note: Any = ""
    poll: str = ""
    empty: Any = ""
    urgent: bool = False
    aside: bool = False
    more_url: str = ""
    more: Any = ""
    done: int = 0
    total: int = 0
    progress: Any = ""


Maker = Callable[[Person], list[Card]]


@dataclass(frozen=True, slots=True)
class Source:
    """A feature's function that makes cards, in which order and for whom."""

    order: int
    permission: Permission
    function: Maker


SOURCES: list[Source] = []


def cards(order: int, permission: Permission) -> Callable[[Maker], Maker]:
    """Register a function that makes cards for those who hold `permission`; none where there is nothing to show."""

    def registering(function: Maker) -> Maker:
        SOURCES.append(Source(order, permission, function))
        SOURCES.sort(key=lambda s: s.order)
        return function

    return registering


def cards_for(person: Person) -> list[Card]:
    """Today's cards for `person`, each made by the feature that answers for it."""
    with looking_once():
        return [card for source in SOURCES if may(person.actor, source.permission) for card in source.function(person)]
