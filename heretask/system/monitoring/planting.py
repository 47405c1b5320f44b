"""Planting faults where no person and no customer is touched, to see whether watching finds them (MON-1).

Entries of the log are planted in the synthetic person's customer, where nobody is; jobs that fail are real ones. What
cannot be brought about without harm, a full disk, an old backup, is tried the other way round: for the time of the
exercise the limit lies where today's figure is beyond it. Whoever raises alarms is not told which ones were planted.
"""

from __future__ import annotations

from dataclasses import dataclass

from heretask.kernel.evidence import synthetic
from heretask.kernel.jobs import queue
from heretask.kernel.log import record

from . import events
from .signals import ABOVE, SIGNALS, Figures, Signal

TASK = "system.monitoring.fail"
MORE = 5  # than the limit, of what is planted
ENTRIES = {"failed": events.TRIAL_FAILED, "denied": events.TRIAL_DENIED}


class PlantedFault(Exception):
    """Nothing is wrong: this was planted to be found."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How one signal is to be brought beyond its limit: `count` entries or jobs, or a `limit`."""

    signal: str
    how: str
    count: int = 0
    limit: float | None = None


def plan(figures: Figures, limits: dict[str, float], alarming: set[str]) -> list[Plan]:
    """What can be planted now: not where an alarm stands already, nor where nothing can be read."""
    found = []
    for key, signal in SIGNALS.items():
        figure = figures.get(key)
        if key in alarming or figure is None:
            continue
        missing = int(limits[key] - figure) + MORE
        if key in ENTRIES:
            found.append(Plan(key, "entries", count=missing))
        elif key == "jobs":
            found.append(Plan(key, "jobs", count=missing))
        else:
            found.append(Plan(key, "limit", limit=_beyond(signal, figure)))
    return found


def _beyond(signal: Signal, figure: float) -> float:
    """A limit that leaves room for the figure to move a little before the next round."""
    return figure - 1 - abs(figure) if signal.alarms == ABOVE else figure + 1 + abs(figure)


def plant_entries(plans: list[Plan]) -> None:
    """Write the entries, as the synthetic person, in a transaction of its own."""
    wanted = [one for one in plans if one.how == "entries"]
    if wanted:
        synthetic.alone(lambda: _write(wanted))


def _write(plans: list[Plan]) -> None:
    with synthetic.signed_in() as (person, token), synthetic.inside(person, token):
        for one in plans:
            for _number in range(one.count):
                record(ENTRIES[one.signal], on=("user", person.user_id))


def plant_jobs(plans: list[Plan]) -> None:
    """Put the jobs that fail into the queue, in the session of whoever asked."""
    for one in plans:
        if one.how == "jobs":
            for _number in range(one.count):
                queue.defer(TASK)
