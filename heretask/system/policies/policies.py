"""When a policy may be published, and when it counts as acknowledged."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping

from django.utils.translation import gettext as _

from heretask.kernel.periods import months_after
from heretask.system.records.policies import Refused

from .declarations import ACKNOWLEDGE_WITHIN, REVIEW_MONTHS, Policy

__all__ = ["Refused", "WrongAnswer"]

SHORTEST = 30  # characters of a sentence that says something


class WrongAnswer(Refused):
    """The control question was answered wrongly: read the passage and try again."""


def items_of(policy: Policy, given: Mapping[str, str]) -> dict[str, str]:
    """The required sentences that are there, by key."""
    cleaned = {one.key: " ".join(given.get(one.key, "").split()) for one in policy.required}
    words = {one.key: one.words for one in policy.required}
    return {
        key: text
        for key, text in cleaned.items()
        if len(text) >= SHORTEST and any(word in text.casefold() for word in words[key])
    }


def check_items(policy: Policy, found: Mapping[str, str]) -> None:
    """Raise Refused where a required sentence is missing, or stands there twice instead of the other (BREACH-2)."""
    for one in policy.required:
        if one.key not in found:
            raise Refused(str(one.missing))
    if len({text.casefold() for text in found.values()}) < len(found):
        raise Refused(_("Each of the two must be an item of its own."))


def check_review_on(review_on: dt.date, today: dt.date) -> None:
    """Raise Refused for a next review that is not to come, or later than in a year."""
    if not today < review_on <= months_after(today, REVIEW_MONTHS):
        raise Refused(_("The next review lies ahead, within twelve months."))


def check_answer(policy: Policy, answer: int | None) -> None:
    """Raise WrongAnswer where the control question was answered wrongly."""
    if answer != policy.question.right:
        raise WrongAnswer(_("That is not what the policy says. Read the passage below once more, and try again."))


def check_all_items(policy: Policy, ticked: Collection[str]) -> None:
    """Raise Refused where a required item was not acknowledged on its own."""
    if not {one.key for one in policy.required} <= set(ticked):
        raise Refused(_("Acknowledge each of the two items on its own."))


def due_on(published_on: dt.date, hired_on: dt.date) -> dt.date:
    """By when somebody must have acknowledged a version."""
    return max(published_on, hired_on) + dt.timedelta(days=ACKNOWLEDGE_WITHIN)
