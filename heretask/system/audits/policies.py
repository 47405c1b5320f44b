"""When something about a self-audit or minutes may be recorded, whoever records it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from uuid import UUID

from django.utils.translation import gettext as _

from heretask.system.records.policies import Refused

from .declarations import FAILS, REMARK, UNASSESSED, VERDICTS

__all__ = ["Refused"]

LONGEST = dt.timedelta(days=366)  # until something must have been mended


def check_open(*, finished: bool) -> None:
    """Raise Refused for a conclusion on an audit that is finished."""
    if finished:
        raise Refused(_("This self-audit is finished and locked. What has changed since belongs to the next one."))


def check_shown(shown_at: dt.datetime | None) -> None:
    """Raise Refused for a conclusion on what was never looked at."""
    if shown_at is None:
        raise Refused(_("Open the section and read what was measured before you conclude on it."))


def check_conclusion(verdict: str, words: str) -> None:
    """Raise Refused for no conclusion, or one that must be explained and is not."""
    if verdict not in VERDICTS:
        raise Refused(_("Choose a conclusion."))
    if verdict in {REMARK, FAILS, UNASSESSED} and not words.strip():
        raise Refused(_("Write why: a remark, what does not hold, or why it was not assessed."))


def check_mending(
    what: str, responsible: UUID | None, due_on: dt.date | None, people: Collection[UUID], today: dt.date
) -> None:
    """Raise Refused for something to be mended that nobody answers for, or that has no day within a year."""
    if not what.strip():
        raise Refused(_("Write what must be done."))
    if responsible not in people:
        raise Refused(_("Choose who is responsible."))
    if due_on is None or not today <= due_on <= today + LONGEST:
        raise Refused(_("Choose the day by which it must be done: between today and a year from now."))


def check_complete(left: int) -> None:
    """Raise Refused while a promise has no conclusion."""
    if left:
        raise Refused(_("%(count)d promises have no conclusion yet.") % {"count": left})


def check_other_person(first: UUID | None, second: UUID) -> None:
    """Raise Refused for somebody who would countersign their own audit."""
    if first == second:
        raise Refused(_("You finished it yourself. The other manager reads and countersigns it."))


def check_same_version(newest: UUID, given: UUID) -> None:
    """Raise Refused for a signature or a change of another version than the newest."""
    if newest != given:
        raise Refused(_("A newer version has been saved meanwhile. Read that one first."))


def check_not_locked(*, signed: bool) -> None:
    """Raise Refused for a change of minutes that both have signed."""
    if signed:
        raise Refused(_("Both managers have signed these minutes; they are locked."))
