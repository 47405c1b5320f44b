"""When a plan may be published or agreed to, and what an exercise must have before it counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.utils.translation import gettext as _

from heretask.kernel.periods import months_after
from heretask.system.records.policies import Refused, check_not_to_come

from .declarations import YEAR

__all__ = ["Refused", "check_not_to_come"]

AGAIN = 9  # months after which somebody may agree to the same version once more


def check_review_on(review_on: dt.date, today: dt.date) -> None:
    """Raise Refused for a next revision that is not to come, or later than in a year."""
    if not today < review_on <= months_after(today, YEAR):
        raise Refused(_("The next review lies ahead, within twelve months."))


def check_again(last: dt.date | None, today: dt.date) -> None:
    """Raise Refused for a manager who has agreed to this version not long ago."""
    if last is not None and today < months_after(last, AGAIN):
        raise Refused(_("You have agreed to this version already."))


def check_agreed_on(agreed_on: dt.date, published_on: dt.date, today: dt.date) -> None:
    """Raise Refused for an agreement from before there was this version, or from a day to come."""
    check_not_to_come(agreed_on, today)
    if agreed_on < published_on:
        raise Refused(_("This version was not published yet on that day."))


def check_participants(people: Collection[object]) -> None:
    """Raise Refused for an exercise without people."""
    if not people:
        raise Refused(_("Choose who takes part."))


def check_phase(phase: str, *allowed: str) -> None:
    """Raise Refused where an exercise has not come so far, or is past it."""
    if phase not in allowed:
        raise Refused(_("The exercise has not come so far, or is past it. Look at the page again."))


def check_action_due(due_on: dt.date, today: dt.date) -> None:
    """Raise Refused for an action that has no time, or too much of it."""
    if not today <= due_on <= months_after(today, YEAR):
        raise Refused(_("An action is to be done within a year from today."))
