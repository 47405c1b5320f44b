"""What else has a time and stands in a calendar, though it is no appointment: registered by the features it is of.

A feature says in its `scheduling` module what it has between two moments, each only for who may see it. The calendar
draws it, with the button that is the feature's own; a month shows a number, for which nothing is opened.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from heretask.kernel.access.decide import Actor, may
from heretask.kernel.access.permissions import Permission


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose calendar is looked at and between which moments: one's own, or that of a unit or a citizen."""

    by: Actor
    since: dt.datetime
    until: dt.datetime
    unit_id: UUID | None = None
    citizen_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Thing:
    """Something at a moment: where it leads, and the address of its one button, with the word and drawing on it."""

    id: UUID
    title: str
    at: dt.datetime
    url: str
    sub: str = ""
    done: bool = False
    late: str = ""
    act: str = ""
    act_word: str = ""
    act_icon: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What one feature has, and the citizens that were opened for it."""

    things: tuple[Thing, ...] = ()
    opened: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Counted:
    """How many of one kind a day has, as a sentence under the kind's drawing."""

    icon: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Others:
    """What stands in a calendar beside its appointments: the things, or for a month how many on which day."""

    things: tuple[Thing, ...] = ()
    counts: Mapping[dt.date, list[Counted]] = field(default_factory=dict)
    opened: frozenset[UUID] = frozenset()


Shower = Callable[[Asked], Found]


@dataclass(frozen=True, slots=True)
class Source:
    """One feature's function, with how it counts by the day and how it says the number."""

    permission: Permission
    icon: str
    shows: Shower
    counts: Callable[[Asked], Mapping[dt.date, int]]
    told: Callable[[int], str]


SOURCES: list[Source] = []


def shows_in_calendar(
    permission: Permission, icon: str, *, counts: Callable[[Asked], Mapping[dt.date, int]], told: Callable[[int], str]
) -> Callable[[Shower], Shower]:
    """Let a function say what stands in the calendars of those who hold `permission`."""

    def registering(function: Shower) -> Shower:
        SOURCES.append(Source(permission, icon, function, counts, told))
        return function

    return registering


def others(asked: Asked, *, counted: bool) -> Others:
    """All that stands beside the appointments; `counted`: how many by the day, and nothing is opened."""
    held = [one for one in SOURCES if may(asked.by, one.permission)]
    if counted:
        return Others(counts=_by_day(asked, held))
    found = [source.shows(asked) for source in held]
    things = sorted((one for part in found for one in part.things), key=lambda one: (one.at, one.title))
    return Others(tuple(things), opened=frozenset().union(*(part.opened for part in found)))


def _by_day(asked: Asked, held: Iterable[Source]) -> dict[dt.date, list[Counted]]:
    days: dict[dt.date, list[Counted]] = {}
    for source in held:
        for day, count in source.counts(asked).items():
            days.setdefault(day, []).append(Counted(source.icon, source.told(count)))
    return days
