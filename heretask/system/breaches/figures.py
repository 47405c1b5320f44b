"""Breaches in numbers and moments, for everybody's evidence; no word and no name of a person."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass

from django.db import connections
from django.utils import timezone

from heretask.kernel.periods import months_after
from heretask.kernel.staff.eligibility import GRACE
from heretask.system.records import figures as records

from .declarations import SHEET

YEAR = 12  # months


@dataclass(frozen=True, slots=True)
class CaseFigure:
    """One case in numbers and moments, for everybody's evidence."""

    exercise: bool
    reported_at: dt.datetime
    dismissed: bool
    sent_at: dt.datetime | None
    closed_at: dt.datetime | None
    all: int
    told: int
    last_at: dt.datetime | None
    received: int
    receipt_at: dt.datetime | None

    def hours(self, at: dt.datetime | None) -> float:
        """Hours from the report to that moment, or until now."""
        return round(((at or timezone.now()) - self.reported_at).total_seconds() / 3600, 1)


@dataclass(frozen=True, slots=True)
class Figures:
    """All of them, and how old the sheets of contacts are."""

    cases: list[CaseFigure]
    providers: int
    sheets: int
    gates_from: dt.date


@dataclass(frozen=True, slots=True)
class SheetFigure:
    """The sealed sheet of emergency contacts: since when it lies in its box, and by when it is written anew."""

    boxed_on: dt.date | None
    due_on: dt.date

    def state(self, today: dt.date) -> str:
        """Holds; is due once its day has come; and is broken thirty days later."""
        return "ok" if today < self.due_on else "due" if today <= self.due_on + GRACE else "broken"


def sheet(gates_from: dt.date) -> SheetFigure:
    """How old it is; a new installation that has none yet gets as long as one whose year is over."""
    last = records.figures().last_done(SHEET)
    boxed_on = last.done_on if last else None
    return SheetFigure(boxed_on, months_after(boxed_on, YEAR) if boxed_on else gates_from)


def figures() -> Figures:
    """What every customer's evidence may know."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select cases, providers, sheets, gates_from from ht.breach_figures()")
        rows, providers_, sheets, gates_from = cursor.fetchone()
    found = []
    for row in json.loads(rows):
        at = {key: dt.datetime.fromisoformat(row[key]) if row[key] else None for key in row if key.endswith("_at")}
        dismissed, assessed = at["dismissed_at"], at["assessed_at"]
        found.append(
            CaseFigure(
                row["exercise"], at["reported_at"] or timezone.now(),
                dismissed is not None and (assessed is None or assessed < dismissed), at["sent_at"], at["closed_at"],
                row["all"], row["told"], at["last_at"], row["received"], at["receipt_at"],
            )
        )  # fmt: skip
    return Figures(found, providers_, sheets, gates_from)
