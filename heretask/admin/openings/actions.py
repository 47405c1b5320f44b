"""Asking who has opened a citizen. The question is itself an event: with the period, and how many events it told of."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone

from heretask.kernel.access.decide import Actor, check
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.log import naming, record
from heretask.kernel.log.openings import Openers, Place, who_opened

from . import events

MOST_FOUND = 50
PERIODS = (7, 30, 90, 400)  # days back; the last is longer than anybody must keep it


@dataclass(frozen=True, slots=True)
class Sought:
    """Citizens whose names fit some words: id, name, unit."""

    words: str
    total: int
    found: list[tuple[UUID, str, str]]


@dataclass(frozen=True, slots=True)
class Answer:
    """Who has opened a citizen within some days; '' for a name that cannot be opened here."""

    citizen: UUID
    name: str
    days: int
    since: dt.datetime
    openers: Openers


def find_citizens(words: str, *, by: Actor) -> Sought:
    """Look for citizens by name, those who have moved out too; all names are opened for it."""
    check(by, P.ADMIN_LOG_READ)
    names = naming.names("citizen", naming.everybody("citizen"))
    wanted = words.casefold().split()
    fit = [(name, i) for i, name in names.items() if wanted and all(word in name.casefold() for word in wanted)]
    shown = [i for _name, i in sorted(fit)[:MOST_FOUND]]
    places = naming.places("citizen", shown)
    record(events.SOUGHT, variables={"q": words}, hits=len(fit), shown=shown, opened=names.keys())
    return Sought(words, len(fit), [(i, names[i], places.get(i, "")) for i in shown])


def see_openers(citizen: UUID, days: int, before: Place | None, *, by: Actor) -> Answer:
    """Everybody who has opened, searched or changed one citizen within `days`, alone or among others."""
    check(by, P.ADMIN_LOG_READ)
    naming.check_is_here("citizen", citizen)
    since = timezone.now() - dt.timedelta(days=days)
    found = who_opened(citizen, before, int(since.timestamp() * 1_000_000))
    names = naming.names("citizen", [citizen])
    record(
        events.READ, citizen=citizen, on=("citizen", citizen), hits=found.events, opened=names.keys(),
        variables={"days": str(days)} | ({"older_than": str(before[1])} if before else {}),
    )  # fmt: skip
    return Answer(citizen, names.get(citizen, ""), days, since, found)
