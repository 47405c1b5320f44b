"""The geometry of the wheel: twelve months clockwise from the top, a mark for each open duty, today as a hand.

Places stand in attributes, colours in the stylesheet's classes, so that the strict content policy holds.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

SIZE, MIDDLE = 400.0, 200.0
OUTER, INNER, LABEL = 182.0, 154.0, 168.0  # of the band with the months
RADII = (134.0, 107.0, 80.0, 53.0)  # marks whose days lie close stand further in
APART = 26.5  # between the middles of two marks: what a finger needs
DONE, HUB = 191.0, 30.0

Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Month:
    """A month's piece of the band: its outline, where its name stands, and whether a quarter begins with it."""

    number: int
    first: dt.date
    path: str
    label: Place
    spoke: tuple[float, float, float, float]
    quarter: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """An open duty: where it stands, and what it leads to."""

    x: float
    y: float
    what: Any


def at(turn: float, radius: float) -> Place:
    """Where something stands that is a part of the way round."""
    angle = 2 * math.pi * turn - math.pi / 2
    return round(MIDDLE + radius * math.cos(angle), 1), round(MIDDLE + radius * math.sin(angle), 1)


def turn_of(day: dt.date) -> float:
    """How far round the year a day is: each month has a twelfth, however long it is."""
    last = (day.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)
    return (day.month - 1 + (day.day - 0.5) / last.day) / 12


def months(year: int) -> list[Month]:
    """The band."""
    made = []
    for number in range(12):
        begin, end = number / 12, (number + 1) / 12
        (ax, ay), (bx, by) = at(begin, OUTER), at(end, OUTER)
        (cx, cy), (dx, dy) = at(end, INNER), at(begin, INNER)
        path = f"M{ax} {ay}A{OUTER} {OUTER} 0 0 1 {bx} {by}L{cx} {cy}A{INNER} {INNER} 0 0 0 {dx} {dy}z"
        made.append(
            Month(
                number + 1, dt.date(year, number + 1, 1), path, at((begin + end) / 2, LABEL),
                (*at(begin, HUB), *at(begin, INNER)), number % 3 == 0,
            )
        )  # fmt: skip
    return made


def placed(found: Iterable[tuple[dt.date, Any]]) -> list[Mark]:
    """A mark for each, at its day, and as far out as there is room."""
    marks: list[Mark] = []
    for day, what in sorted(found, key=lambda one: turn_of(one[0])):
        places = [at(turn_of(day), radius) for radius in RADII]
        free = (place for place in places if all(math.dist(place, (m.x, m.y)) >= APART for m in marks))
        x, y = next(free, places[-1])
        marks.append(Mark(x, y, what))
    return marks


def hand(today: dt.date) -> tuple[float, float, float, float]:
    """From where to where the hand of today goes."""
    return (*at(turn_of(today), HUB), *at(turn_of(today), OUTER + 4))


def done(days: Iterable[tuple[dt.date, Any]]) -> list[Mark]:
    """A dot outside the band for what was done, at the day it was."""
    return [Mark(*at(turn_of(day), DONE), what) for day, what in days]
