"""When an entry may be kept. Each check has the entry before and after, and answers with what follows from it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.utils.translation import gettext as _

from heretask.system.records.policies import Refused, check_not_to_come

from . import levels
from .countries import is_outside
from .declarations import ACCEPT, DIFFERS, NOTICE

__all__ = ["Refused", "check_not_to_come"]

Values = Mapping[str, str]
LONGEST_REVIEW = dt.timedelta(days=366)
NOTHING: Values = {}
OPENLY_KEPT = {"none"}


def check_why(why: str) -> None:
    """Raise Refused for a change without a reason."""
    if len(why.strip()) < 5:
        raise Refused(_("Write why it is changed."))


def check_anything(_before: Values, _after: Values, _today: dt.date) -> Values:
    """Nothing beyond what the fields themselves ask."""
    return NOTHING


def check_risk(before: Values, after: Values, today: dt.date) -> Values:
    """Raise Refused for one not looked at within a year, one that grows by treatment, a high one nobody accepts."""
    review = _day(after, "review_on")
    if before.get("review_on") != after.get("review_on") and review is not None:
        check_next_review(review, today)
    raw, left = levels.before(after), levels.after(after)
    if raw is None or left is None:
        raise Refused(_("Say how likely it is and how bad."))
    if left.product > raw.product:
        raise Refused(_("With its treatment a risk cannot be higher than without."))
    if (
        after.get("treatment") == ACCEPT
        and left.is_high
        and not (after.get("accepted_by") and _said(after, "accepted_why"))
    ):
        raise Refused(_("This risk is high. Accepting it takes the name of who accepts it, and why."))
    _check_past(after, today, "closed_on")
    return NOTHING


def check_next_review(day: dt.date, today: dt.date) -> None:
    """Raise Refused for a next look that is not to come, or more than a year away."""
    if not today < day <= today + LONGEST_REVIEW:
        raise Refused(_("The next look lies ahead, within a year."))


def check_subcontractor(_before: Values, after: Values, today: dt.date) -> Values:
    """Raise Refused for a transfer without a basis, data without an agreement, a beginning nobody could object to."""
    if is_outside(after.get("country", "")) and not after.get("basis"):
        raise Refused(_("Outside the EU and the EEA a transfer needs a basis."))
    if handles_personal_data(after) and after.get("processor") != "yes":
        raise Refused(_("Personal data goes to nobody without a data processing agreement."))
    if after.get("processor") == "yes" and not after.get("agreed_on"):
        raise Refused(_("Write the day of the agreement."))
    announced, begins = _day(after, "announced_on"), _day(after, "begins_on")
    if (
        announced is not None
        and begins is not None
        and (begins - announced).days < NOTICE
        and not _said(after, "hurry")
    ):
        raise Refused(
            _("Customers have 30 days to object: it begins 30 days after its announcement, or you write why sooner.")
        )
    agreed, expires = _day(after, "agreed_on"), _day(after, "expires_on")
    if agreed is not None and expires is not None and expires <= agreed:
        raise Refused(_("The agreement would expire before it was made."))
    _check_past(after, today, "announced_on", "agreed_on", "ended_on")
    return NOTHING


def handles_personal_data(values: Values) -> bool:
    """Whether a subcontractor has any personal data, sealed or not."""
    return bool(set(values.get("data", "").split(",")) - OPENLY_KEPT - {""})


def check_requirement(before: Values, after: Values, today: dt.date) -> Values:
    """Raise Refused for a difference that says nothing; what was decided counts no more once the words are others."""
    if after.get("answer") == DIFFERS and not (_said(after, "term") and _said(after, "control")):
        raise Refused(_("A difference says what theirs is, and what makes up for it."))
    _check_past(after, today, "told_on")
    if all(before.get(key, "") == after.get(key, "") for key in ("answer", "term", "control")):
        return NOTHING
    since = today.isoformat() if after.get("answer") == DIFFERS else ""
    return {"decision": "", "decided_on": "", "open_since": since}


def check_report(_before: Values, after: Values, today: dt.date) -> Values:
    """Raise Refused for a report from a day that has not been, or of a period that ends before it begins."""
    _check_past(after, today, "dated_on")
    since, until = _day(after, "since"), _day(after, "until")
    if since is not None and until is not None and until < since:
        raise Refused(_("The period ends before it begins."))
    return NOTHING


def check_physical(_before: Values, after: Values, today: dt.date) -> Values:
    """Raise Refused for evidence from a day that has not been, or that never counted."""
    _check_past(after, today, "received_on")
    received, until = _day(after, "received_on"), _day(after, "valid_until")
    if received is not None and until is not None and until <= received:
        raise Refused(_("It must count for at least a day after it was received."))
    return NOTHING


def check_processing(_before: Values, after: Values, today: dt.date) -> Values:
    """Raise Refused where we process for others and do not say for whom."""
    if after.get("role") == "processor" and not _said(after, "controllers"):
        raise Refused(_("A processor writes for whom it processes."))
    _check_past(after, today, "ended_on")
    return NOTHING


def check_consultation(_before: Values, after: Values, today: dt.date) -> Values:
    """Raise Refused for an answer without words, or from before the question."""
    _check_past(after, today, "asked_on", "answered_on")
    asked, answered = _day(after, "asked_on"), _day(after, "answered_on")
    if asked is not None and answered is not None and (answered < asked or not _said(after, "answer")):
        raise Refused(_("An answer has words, and comes after the question."))
    return NOTHING


def _day(values: Values, key: str) -> dt.date | None:
    kept = values.get(key)
    return dt.date.fromisoformat(kept) if kept else None


def _said(values: Values, key: str) -> bool:
    return len(values.get(key, "").strip()) >= 3


def _check_past(values: Values, today: dt.date, *keys: str) -> None:
    for key in keys:
        day = _day(values, key)
        if day is not None:
            check_not_to_come(day, today)
