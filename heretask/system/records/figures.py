"""The records for everybody's evidence: states, days and ids of registers, duties and documents; no name of a person.

A measurement over the installation runs in no customer's session: `ht.record_figures()` is the one place that gives
this out, and of the supplier's records alone.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connections

from heretask.kernel.evidence.measuring import Result, State

from .registers import Register
from .rules import Rule

SOON = dt.timedelta(days=30)  # so many days before its day something is due


@dataclass(frozen=True, slots=True)
class EntryFigure:
    """An entry of a register: its dates, choices and references as they are now."""

    id: UUID
    added_on: dt.date
    changed_on: dt.date
    values: dict[str, str]

    def day(self, key: str) -> dt.date | None:
        """A day that is kept; None where there is none."""
        kept = self.values.get(key)
        return dt.date.fromisoformat(kept) if kept else None


@dataclass(frozen=True, slots=True)
class DutyFigure:
    """One duty: its days, and what closed it."""

    entry: UUID | None
    opens_on: dt.date
    due_on: dt.date
    done_on: dt.date | None
    reference: str

    def missed_by(self, today: dt.date) -> int:
        """Days after its day that it was done, or is not done yet."""
        return max(0, ((self.done_on or today) - self.due_on).days)


@dataclass(frozen=True, slots=True)
class VersionFigure:
    """A published version of a document; the newest of a key has the highest number."""

    id: UUID
    kind: str
    key: str
    number: int
    on_day: dt.date
    review_on: dt.date


@dataclass(frozen=True, slots=True)
class SignatureFigure:
    """Who (an entry of the staff register) has signed or acknowledged which version, and how."""

    version: UUID
    entry: UUID
    how: str
    signed_on: dt.date


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything at once, read by one query."""

    registers: dict[str, list[EntryFigure]] = field(default_factory=dict)
    duties: dict[str, list[DutyFigure]] = field(default_factory=dict)  # by rule, the oldest first
    versions: list[VersionFigure] = field(default_factory=list)
    signatures: list[SignatureFigure] = field(default_factory=list)

    def entries(self, register: Register) -> list[EntryFigure]:
        """What stands in a register."""
        return self.registers.get(register.key, [])

    def newest(self, kind: str) -> list[VersionFigure]:
        """The newest version of each document of a kind."""
        return list({v.key: v for v in self.versions if v.kind == kind}.values())

    def last_done(self, rule: Rule) -> DutyFigure | None:
        """The duty of a rule that was closed last."""
        done = [d for d in reversed(self.duties.get(rule.key, [])) if d.done_on]
        return max(done, key=lambda d: d.done_on or dt.date.min, default=None)

    def staff_on(self, today: dt.date) -> list[UUID]:
        """Who of the staff register has begun and has not left."""
        return [
            e.id for e in self.registers.get("staff", [])
            if e.values.get("state") != "left" and (e.day("hired_on") or dt.date.max) <= today
        ]  # fmt: skip


def figures() -> Figures:
    """What the supplier's records say now."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select entries, duties, versions, signatures from ht.record_figures()")
        entries, duties, versions, signatures = (json.loads(part) for part in cursor.fetchone())
    found = Figures(
        versions=[
            VersionFigure(
                UUID(v["id"]), v["kind"], v["key"], v["number"], _day(v["on_day"]), _day(v["review_on"]),
            ) for v in versions
        ],
        signatures=[
            SignatureFigure(UUID(s["version"]), UUID(s["entry"]), s["how"], _day(s["signed_on"])) for s in signatures
        ],
    )  # fmt: skip
    for e in entries:
        made = EntryFigure(
            UUID(e["id"]), _day(e["added_on"]), _day(e["changed_on"] or e["added_on"]), e["values"]
        )  # fmt: skip
        found.registers.setdefault(e["register"], []).append(made)
    for d in duties:
        found.duties.setdefault(d["rule"], []).append(
            DutyFigure(
                UUID(d["entry"]) if d["entry"] else None, _day(d["opens_on"]), _day(d["due_on"]),
                _day(d["done_on"]) if d["done_on"] else None, d["reference"] or "",
            )
        )  # fmt: skip
    return found


def result(
    figure: str, *, today: dt.date, wrong: int, due: Iterable[dt.date | None] = (), **sample: Any
) -> Result:  # fmt: skip
    """Broken where something is wrong or a day of `due` has passed; due where one is within 30 days; else it holds."""
    days = [day for day in due if day is not None]
    if wrong or any(day < today for day in days):
        return Result(State.BROKEN, figure, sample)
    near = [day for day in days if day <= today + SOON]
    if near:
        return Result(State.DUE, figure, {**sample, "due_on": min(near).isoformat()})
    return Result(State.HOLDS, figure, sample)


def open_days(duties: Iterable[DutyFigure]) -> list[dt.date]:
    """The days by which open duties are to be done."""
    return [duty.due_on for duty in duties if duty.done_on is None]


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)
