"""Measured: every customer is told of every breach within 24 hours, and it is tried once a year (NOTIFY-1)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from heretask.kernel.evidence.measuring import INSTALLATION, Result, State, evidence
from heretask.kernel.periods import months_after
from heretask.system.records.figures import SOON

from . import figures
from .figures import CaseFigure
from .policies import DEADLINE

YEAR = dt.timedelta(days=366)
STAYS = dt.timedelta(days=30)  # so long a breach of which somebody was told too late stays red
DUE, BROKEN = "due", "broken"
HOURS = DEADLINE.total_seconds() / 3600


@evidence(
    "NOTIFY-1",
    scope=INSTALLATION,
    counts=_("customers told / customers, of the breaches of a year and of the last exercise"),
    how=_(
        "Every case of a breach of a year, and the last exercise, which is the same path with a mark: when it was "
        "reported, when the last customer had its notice, and when the last one had opened it or was said to have "
        "received it. No case may be older than 24 hours while a customer is not told; one that was told later "
        "stays broken for 30 days. An exercise must have been closed within twelve months, with every customer "
        "told. The sealed sheet of emergency contacts was put in its box within a year, as somebody of Management "
        "wrote down: it is due after twelve months, and 30 days later broken. How many customers have confirmed "
        "theirs in a year stands beside it."
    ),
)
def all_are_told_in_time() -> Result:
    """Customers told and customers, the hours it took, and what is late."""
    found, now = figures.figures(), timezone.now()
    today = timezone.localdate(now)
    real = [
        c for c in found.cases if not c.exercise and not c.dismissed and (not c.closed_at or c.reported_at > now - YEAR)
    ]
    exercises = [c for c in found.cases if c.exercise and c.closed_at and not c.dismissed]
    last = max(exercises, key=lambda one: one.closed_at or now, default=None)
    counted = real + ([last] if last else [])
    late = [one for one in real if _is_late(one, now)]
    incomplete = last is not None and (last.told < last.all or last.hours(last.last_at) > HOURS)
    sample: dict[str, Any] = {
        "breaches": len(real), "breaches_open": sum(1 for one in real if not one.closed_at),
        "breaches_late": len(late), "breaches_dismissed": sum(1 for c in found.cases if c.dismissed and not c.exercise),
        "hours_told": [one.hours(one.last_at) for one in real if one.last_at],
        "hours_received": [one.hours(one.receipt_at) for one in real if one.receipt_at],
        "exercises": len(exercises), "contacts_fresh": found.sheets, "customers": found.providers,
    }  # fmt: skip
    if last:
        sample |= {
            "exercise_hours_told": last.hours(last.last_at), "exercise_received": f"{last.received} / {last.all}",
            "exercise_hours_received": last.hours(last.receipt_at) if last.receipt_at else None,
        }  # fmt: skip
    figure = f"{sum(one.told for one in counted)} / {sum(one.all for one in counted)}"
    done_on = timezone.localdate(last.closed_at) if last and last.closed_at else None
    due_on = months_after(done_on or found.gates_from, 12)
    sheet = figures.sheet(found.gates_from)
    sample |= {
        "due_on": min(due_on, sheet.due_on).isoformat(),
        "sheet_on": sheet.boxed_on.isoformat() if sheet.boxed_on else None,
    }  # fmt: skip
    if late or incomplete or today > due_on or sheet.state(today) == BROKEN:
        return Result(State.BROKEN, figure, sample)
    if last is None or due_on <= today + SOON or sheet.state(today) == DUE or any(one.told < one.all for one in real):
        return Result(State.DUE, figure, sample)
    return Result(State.HOLDS, figure, sample)


def _is_late(one: CaseFigure, now: dt.datetime) -> bool:
    """Whether somebody was not told in time: now, or in a breach of the last days."""
    if one.told < one.all:
        return now - one.reported_at > DEADLINE
    return one.last_at is not None and one.hours(one.last_at) > HOURS and one.last_at > now - STAYS
