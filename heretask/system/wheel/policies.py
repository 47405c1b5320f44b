"""When duties of the wheel fall due, and when they may be closed or handed over."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from heretask.kernel.periods import months_after
from heretask.kernel.rhythm import holidays_of
from heretask.kernel.staff.eligibility import State
from heretask.system.records.policies import Refused
from heretask.system.records.queries import Item
from heretask.system.records.rules import Rule, a_note

__all__ = ["Refused"]

AHEAD = dt.timedelta(days=14)  # nobody is given less time for the first one
YEAR = 12


def first_due(rule: Rule, today: dt.date) -> dt.date:
    """The last workday of the rule's season, the first such day that is two weeks ahead at least.

    What comes several times a year has as many seasons: from its month on, each so many months.
    """
    step = rule.months if 0 < rule.months < YEAR and YEAR % rule.months == 0 else YEAR
    month = today.replace(day=1)
    while True:
        if (month.month - rule.season) % step == 0 and (day := last_workday(month)) >= today + AHEAD:
            return day
        month = months_after(month, 1)


def last_workday(month: dt.date) -> dt.date:
    """The last day of a month that is neither in a weekend nor a public holiday in Denmark."""
    day = months_after(month.replace(day=1), 1) - dt.timedelta(days=1)
    free = holidays_of(day.year)
    while day.weekday() > 4 or day in free:
        day -= dt.timedelta(days=1)
    return day


def closes_by_note(rule: Rule) -> bool:
    """Whether words are its proof, so that it can be closed where the wheel stands."""
    return rule.accepts is a_note


def check_closes_here(rule: Rule) -> None:
    """Raise Refused for what closes where it is done."""
    if not closes_by_note(rule):
        raise Refused(_("This is closed where it is done, not here."))


def check_reason(why: str) -> None:
    """Raise Refused for a duty that changes hands without a reason."""
    if not why.strip():
        raise Refused(_("Write why."))


def check_answers(person: Item | None) -> None:
    """Raise Refused for somebody who cannot answer for a duty."""
    if person is not None and person.values["state"] == State.LEFT:
        raise Refused(_("This person has left and can answer for nothing."))
