"""When somebody may open a citizen in an emergency, and who judges it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from heretask.kernel.access.decide import Actor, Denied
from heretask.kernel.access.permissions import Permission
from heretask.social.citizens.models import EmergencyOpening
from heretask.social.citizens.policies import NUMBER, everywhere, units_for

FEWEST_WORDS = 3
SHORTEST_REASON = 12
LONGEST_REASON = 500
_CPR = re.compile(r"\d{6}[- ]?\d{4}", re.ASCII)
ANSWERED_WITHIN = dt.timedelta(days=3)


class Refused(Exception):
    """A rule says no to what stands in `field`; the message is a sentence for the person who asked."""

    def __init__(self, sentence: str, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


def is_cpr(words: str) -> bool:
    """Whether somebody is looked for by a whole CPR number."""
    return _CPR.fullmatch(words.strip()) is not None


def check_words(words: str) -> str:
    """The words; raises Refused for less than a whole CPR number or a name of two words: nobody is to be guessed at."""
    if not is_cpr(words) and len(words.split()) < 2:
        raise Refused(_("Write the whole CPR number, or the full name exactly as it is written."), "q")
    return words


def check_needed(reached: bool) -> None:
    """Raise Refused for a citizen whom they reach anyway."""
    if reached:
        raise Refused(_("You have access to this citizen already."), "citizen")


def check_reason(reason: str) -> str:
    """The reason as it is kept; raises Refused for one that says nothing, or holds a number of a person."""
    kept = " ".join(reason.split())
    if len(kept) < SHORTEST_REASON or len(kept.split()) < FEWEST_WORDS:
        raise Refused(_("Say in a few words what has happened: the citizen's leader reads it."), "reason")
    if len(kept) > LONGEST_REASON:
        raise Refused(_("Give the reason in %(most)d characters at most.") % {"most": LONGEST_REASON}, "reason")
    return check_no_numbers(kept, "reason")


def check_no_numbers(text: str, field: str) -> str:
    """The text; raises Refused where a CPR number or a telephone's stands in it."""
    if NUMBER.search(text):
        raise Refused(_("Leave CPR numbers and telephone numbers out of it."), field)
    return text


def check_remark(remark: str, *, justified: bool) -> str:
    """The remark as it is kept; whoever hears 'not justified' must hear why."""
    kept = " ".join(remark.split())
    if not justified and len(kept) < SHORTEST_REASON:
        raise Refused(_("Say in a few words why it was not justified: the one who opened reads it."), "remark")
    if len(kept) > LONGEST_REASON:
        raise Refused(_("Write %(most)d characters at most.") % {"most": LONGEST_REASON}, "remark")
    return check_no_numbers(kept, "remark")


def may_follow(by: Actor, opening: EmergencyOpening, leaders: Collection[UUID]) -> bool:
    """Whether `by` judges this opening: a leader of the citizen's unit, or an administrator where no other leads it.

    Nobody judges their own.
    """
    if by.user_id is None or opening.user_id == by.user_id:
        return False
    if opening.citizen.unit_id in units_for(by, Permission.SOCIAL_CITIZENS_FOLLOW_UP):
        return True
    return everywhere(by, Permission.SOCIAL_CITIZENS_FOLLOW_UP) and not set(leaders) - {opening.user_id}


def check_may_follow(by: Actor, opening: EmergencyOpening | None, leaders: Collection[UUID]) -> EmergencyOpening:
    """The opening; raises Denied for one that others judge, and for none."""
    if opening is None or not may_follow(by, opening, leaders):
        raise Denied(permission=Permission.SOCIAL_CITIZENS_FOLLOW_UP)
    return opening


def check_not_answered(opening: EmergencyOpening) -> None:
    """Raise Refused for one that somebody has judged already."""
    if opening.followed_at is not None:
        raise Refused(_("A colleague has answered this already."))


def is_late(opening: EmergencyOpening) -> bool:
    """Whether it has waited for an answer longer than it may."""
    return opening.followed_at is None and opening.made_at + ANSWERED_WITHIN < timezone.now()
