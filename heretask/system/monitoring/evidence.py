"""Measured: rounds are made, alarms are taken on, the switch outside looks, and planted faults were found (MON-1)."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from heretask.kernel.evidence.measuring import INSTALLATION, Result, State, evidence
from heretask.kernel.periods import months_after

from . import queries
from .signals import SIGNALS

ROUND_WITHIN = dt.timedelta(minutes=15)
LOOK_WITHIN = dt.timedelta(hours=3)
TAKEN_SOON, TAKEN_WITHIN = dt.timedelta(hours=1), dt.timedelta(hours=24)
FIRST_EXERCISE = dt.timedelta(days=30)  # after the installation was made
SOON = dt.timedelta(days=30)


@evidence(
    "MON-1",
    scope=INSTALLATION,
    counts=_("planted faults that were found, of all planted in the last exercise"),
    how=_(
        "Every five minutes each signal is read and held against its limit; the last round must not be older than 15 "
        "minutes, and every signal must have been readable. Once a year faults are planted, and every one must have "
        "raised an alarm; the first exercise is due 30 days after the installation was made. An alarm must have been "
        "taken on by a person within 24 hours. A switch outside the server must have looked within three hours."
    ),
)
def mon_1() -> Result:
    """The watching, and whether it is watched."""
    now, found = timezone.now(), queries.facts()
    age = None if found.round_at is None else now - found.round_at
    silent = sum(1 for key in SIGNALS if found.figures.get(key) is None)
    oldest = now - min(found.waiting) if found.waiting else dt.timedelta()
    looked = found.looked_at is not None and now - found.looked_at <= LOOK_WITHIN
    young = now < found.installed_at + FIRST_EXERCISE
    due_on = _exercise_due(found)
    sample = {
        "rounds_minutes": None if age is None else int(age.total_seconds() // 60), "signals": len(SIGNALS),
        "signals_silent": silent, "alarms_waiting": len(found.waiting), "watcher_looked": looked,
        "exercise_due": due_on.isoformat(),
        "alarm_minutes": sorted(found.minutes)[len(found.minutes) // 2] if found.minutes else None,
    }  # fmt: skip
    figure = f"{found.found} / {found.planted}"
    missed = found.exercised_at is not None and found.found < found.planted
    today = timezone.localdate()
    if (
        age is None or age > ROUND_WITHIN or oldest > TAKEN_WITHIN or missed or today > due_on
        or (not looked and not young)
    ):  # fmt: skip
        return Result(State.BROKEN, figure, sample)
    if silent or oldest > TAKEN_SOON or not looked or due_on <= today + SOON:
        return Result(State.DUE, figure, sample)
    return Result(State.HOLDS, figure, sample)


def _exercise_due(found: queries.Facts) -> dt.date:
    if found.exercised_at is None:
        return timezone.localdate(found.installed_at + FIRST_EXERCISE)
    return months_after(timezone.localdate(found.exercised_at), 12)
