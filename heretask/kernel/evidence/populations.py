"""What a sample may be drawn from: all rows of one kind in a period, told by the feature that keeps them.

The kernel has no pages, so each feature says in its `populations` how its rows are found, who may see one, and how
one is read as a line with a link.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.functional import Promise as Lazy

from heretask.kernel.access.decide import Actor
from heretask.kernel.access.permissions import Permission

from .promises import PROMISES


@dataclass(frozen=True, slots=True)
class Period:
    """From one moment until before another."""

    since: dt.datetime
    until: dt.datetime


@dataclass(frozen=True, slots=True)
class Line:
    """One row as its reader may see it: when it was, what it says, and where all of it stands."""

    id: UUID
    at: dt.datetime
    words: str
    url: str


Finding = Callable[[Period, int], list[UUID]]
Telling = Callable[[Collection[UUID], Period, Actor], list[Line]]


@dataclass(frozen=True, slots=True)
class Population:
    """Rows of one kind: which promises rest on them, and the right without which nobody sees one.

    `find` gives the ids of a period in any order, and no more of them than it is told; `tell` reads some of them.
    """

    key: str
    label: Lazy | str
    promises: tuple[str, ...]
    permission: Permission
    find: Finding
    tell: Telling


def between(rows: QuerySet[Any], moment: str, period: Period, most: int) -> list[UUID]:
    """The ids of those rows whose column `moment` lies in the period, no more than `most`."""
    found = rows.filter(**{f"{moment}__gte": period.since, f"{moment}__lt": period.until})
    return list(found.values_list("id", flat=True)[:most])


POPULATIONS: dict[str, Population] = {}


def population(
    key: str, label: Lazy, *, promises: tuple[str, ...], permission: Permission, find: Finding
) -> Callable[[Telling], Telling]:
    """Declare a population by the function that tells its rows."""
    if unknown := set(promises) - PROMISES.keys():
        raise ValueError(f"no such promises: {unknown}")

    def declare(tell: Telling) -> Telling:
        if key in POPULATIONS:
            raise ValueError(f"the population {key} is declared twice")
        POPULATIONS[key] = Population(key, label, promises, permission, find, tell)
        return tell

    return declare
