"""Reading these registers: entries with titles and duties, what a reference is to, and levels over the year."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connections
from django.utils import timezone

from heretask.kernel.access.decide import Actor, may
from heretask.system.records import queries as records
from heretask.system.records.models import Value
from heretask.system.records.queries import Change, Item, Standing
from heretask.system.records.registers import REGISTERS, Kind, Register

from . import levels
from .declarations import ASSESSMENT, MONITORING, RISKS, SUBCONTRACTORS
from .shelves import SHELVES, Shelf

NAME_OF = {"staff": "name"}  # the field that names an entry of a register without a shelf


@dataclass(frozen=True, slots=True)
class Listed:
    """A register as it is now."""

    shelf: Shelf
    items: list[Item]
    titles: dict[UUID, str]
    standings: dict[UUID, Standing]  # the newest duty of each
    names: dict[str, dict[str, str]]  # of what the references are to, by register

    def told(self, item: Item, today: dt.date) -> tuple[str, str]:
        """How an entry stands, and its word."""
        return self.shelf.told(item, self.standings.get(item.id), today)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry with all that was."""

    listed: Listed
    item: Item
    history: list[Change]
    duties: list[Standing]


def load(shelf: Shelf, ids: Iterable[UUID] | None = None) -> Listed:
    """Every entry of a register, or those of `ids`."""
    found = records.items(shelf.register, ids)
    duties = records.standings((one.id for one in found), timezone.localdate())
    newest = {entry: of[0] for entry, of in duties.items() if of}
    return Listed(shelf, found, titles_of(shelf, found), newest, references_of(shelf.register))


def entry(shelf: Shelf, entry_id: UUID) -> Entry:
    """One entry; raises Entry.DoesNotExist."""
    item = records.item(shelf.register, entry_id)
    duties = records.standings([entry_id], timezone.localdate())[entry_id]
    return Entry(load(shelf, [entry_id]), item, records.history(shelf.register, entry_id), duties)


def references_of(register: Register) -> dict[str, dict[str, str]]:
    """What the references of a register may be to, by register: ids with names."""
    return {of: names_in(of) for of in {f.of for f in register.fields if f.kind is Kind.REFERENCE and f.of}}


def names_in(key: str) -> dict[str, str]:
    """The entries of a register by what they are called."""
    if key in SHELVES:
        shelf = SHELVES[key]
        return {str(id_): name for id_, name in titles_of(shelf, records.items(shelf.register)).items()}
    name = NAME_OF.get(key)
    return {str(i.id): i.values[name] for i in records.items(REGISTERS[key])} if name else {}


def titles_of(shelf: Shelf, found: Iterable[Item]) -> dict[UUID, str]:
    """What entries are called."""
    fields = [shelf.register.field(key) for key in shelf.title]
    names = {f.of: names_in(f.of) for f in fields if f.kind is Kind.REFERENCE}
    return {
        item.id: " · ".join(
            names[f.of].get(item.values[f.key], "–") if f.kind is Kind.REFERENCE else str(f.shown(item.values[f.key]))
            for f in fields
        ) for item in found
    }  # fmt: skip


def choices_for(register: Register, by: Actor) -> dict[str, list[tuple[str, str]]]:
    """What each reference of a register may be to, for a form; nothing of registers that are not theirs to see."""
    return {
        f.key: sorted(names_in(f.of).items(), key=lambda one: one[1].casefold())
        for f in register.fields
        if f.kind is Kind.REFERENCE and f.of and may_see(f.of, by)
    }


def may_see(key: str, by: Actor) -> bool:
    """Whether somebody may see a register."""
    return may(by, REGISTERS[key].see)


def current(found: Listed) -> list[Item]:
    """What has not been put aside."""
    return [i for i in found.items if not (found.shelf.ends and i.values[found.shelf.ends])]


def levels_by_month(today: dt.date, months: int = 12) -> list[tuple[dt.date, Counter[str]]]:
    """How many risks there were of each level, with their treatment, at the end of each month up to today."""
    keys = {"likely", "citizen", "us", "left_likely", "left_citizen", "left_us", "closed_on"}
    rows = list(
        Value.objects.filter(entry__register=RISKS.key, field__in=keys).order_by("number")
        .values_list("entry_id", "field", "plain", "done_at")
    )  # fmt: skip
    found = []
    for end in _month_ends(today, months):
        values: dict[UUID, dict[str, str]] = {}
        for entry_id, field, plain, at in rows:
            if timezone.localdate(at) <= end:
                values.setdefault(entry_id, {})[field] = plain
        places = [levels.after(of) for of in values.values() if not of.get("closed_on")]
        found.append((end, Counter(place.level for place in places if place)))
    return found


def _month_ends(today: dt.date, months: int) -> list[dt.date]:
    ends, first = [today], today.replace(day=1)
    for _number in range(months - 1):
        ends.append(first - dt.timedelta(days=1))
        first = ends[-1].replace(day=1)
    return ends[::-1]


def unlooked(since: dt.date) -> list[Item]:
    """Risks that nobody has looked at since a day."""
    risks = load(SHELVES[RISKS.key])
    return [i for i in current(risks) if (i.date("looked_on") or dt.date.min) < since]


def last_answer() -> Item | None:
    """The newest answer on monitoring."""
    found = records.items(MONITORING)
    return found[-1] if found else None


def assessments(found: Mapping[UUID, list[Standing]]) -> dict[UUID, dt.date]:
    """When each subcontractor was assessed last."""
    return {
        entry_id: max(s.closing.done_on for s in of if s.closing and s.rule is ASSESSMENT)
        for entry_id, of in found.items()
        if any(s.closing and s.rule is ASSESSMENT for s in of)
    }


def subcontractors() -> list[Item]:
    """Those that work for us now, by name."""
    found = [i for i in records.items(SUBCONTRACTORS) if not i.values["ended_on"]]
    return sorted(found, key=lambda one: one.values["name"].casefold())


def helpers() -> list[dict[str, Any]]:
    """What every customer may read of the subcontractors: `ht.helpers()` is the one place that gives it out."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select * from ht.helpers()")
        return [dict(json.loads(row[0])) for row in cursor.fetchall()]
