"""When something may be printed, and what may be said of a paper."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from heretask.kernel.access.decide import Actor, Denied, check
from heretask.kernel.access.models import Assignment
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.identity.people import assignments_now

from .models import Paper

LASTS = dt.timedelta(hours=24)  # a shift and the way to the shredder; after that a paper is overdue
TAKE_BACK = dt.timedelta(minutes=10)
LONGEST, LONGEST_NAME, SHORTEST = 300, 120, 4
OTHER = "other"
REASONS = {
    "care": gettext_lazy("For the work with the citizen now"),
    "meeting": gettext_lazy("For a meeting or the change of shifts"),
    "health": gettext_lazy("Goes with the citizen to a doctor or hospital"),
    "authority": gettext_lazy("For an authority"),
    "citizen": gettext_lazy("For the citizen, a guardian or a relative"),
    OTHER: gettext_lazy("Something else"),
}
PERIODS = {
    1: gettext_lazy("A day"), 7: gettext_lazy("A week"), 30: gettext_lazy("30 days"), 90: gettext_lazy("90 days"),
}  # fmt: skip
PRINTED_ALREADY = gettext_lazy(
    "This was printed a moment ago, and stands under My papers. To print it once more, begin again from its page."
)


class Refused(Exception):
    """A rule says no; the message is a sentence for the person who asked."""

    def __init__(self, sentence: str | Promise, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True, slots=True)
class Handed:
    """To whom a paper went: who, what they are to the citizen, and why."""

    name: str
    relation: str
    why: str


def check_reason(reason: str, words: str) -> str:
    """The own words, tidied; raises Refused for no reason, and for 'something else' that is not said."""
    kept = " ".join(words.split())
    if reason not in REASONS:
        raise Refused(_("Say why you print it."), "reason")
    if reason == OTHER and len(kept) < SHORTEST:
        raise Refused(_("Say in a few words what it is for."), "words")
    if len(kept) > LONGEST:
        raise Refused(_("Say it in %(most)d characters at most.") % {"most": LONGEST}, "words")
    return kept


def check_period(days: int, *, periods: bool) -> int:
    """How many days back; raises Refused for a number that is not offered."""
    if not periods:
        return 0
    if days not in PERIODS:
        raise Refused(_("Choose how far back it goes."), "days")
    return days


def check_handed(to: Handed) -> Handed:
    """Tidied; raises Refused where it is not said who, what they are, or why."""
    name, relation, why = (" ".join(part.split()) for part in (to.name, to.relation, to.why))
    if len(name) < 2:
        raise Refused(_("Write the name of who has it now."), "name")
    if len(relation) < 2:
        raise Refused(_("Write what they are to the citizen, or where they work."), "relation")
    if len(why) < SHORTEST:
        raise Refused(_("Say in a few words why they have it."), "why")
    if max(len(name), len(relation)) > LONGEST_NAME or len(why) > LONGEST:
        raise Refused(_("Say it in %(most)d characters at most.") % {"most": LONGEST_NAME}, "name")
    return Handed(name, relation, why)


def units_led(by: Actor) -> tuple[UUID, ...]:
    """The units whose people's papers `by` answers for."""
    return tuple({g.unit_id for g in by.given if g.unit_id and P.PLATFORM_PRINTING_LEAD in g.may})


def of_people_in(units: tuple[UUID, ...]) -> Q:
    """Papers of those who work there now, and of those who did and have left for good: their paper is still paper."""
    working = assignments_now().values("user_id")
    here = working.filter(unit_id__in=units)
    left = Assignment.objects.filter(unit_id__in=units).exclude(user_id__in=working).values("user_id")
    return Q(user_id__in=here) | Q(user_id__in=left)


def check_answers_for(by: Actor, paper: Paper | None) -> Paper:
    """The paper, of one's own or of one's people; raises Denied alike for another's and for one that is not there."""
    check(by, P.PLATFORM_PRINTING_USE)
    if paper is None:
        raise Denied(permission=P.PLATFORM_PRINTING_USE)
    if paper.user_id == by.user_id:
        return paper
    units = units_led(by)
    if not units or not Paper.objects.filter(of_people_in(units), id=paper.id).exists():
        raise Denied(permission=P.PLATFORM_PRINTING_USE)
    return paper


def check_open(paper: Paper) -> None:
    """Raise Refused for a paper that is gone already."""
    if paper.ended_at is not None:
        raise Refused(_("That paper is ticked off already."))


def check_just_ended(paper: Paper) -> None:
    """Raise Refused for one that is still there, or was ticked off longer than ten minutes ago."""
    if paper.ended_at is None:
        raise Refused(_("That paper is still open."))
    if paper.ended_at < timezone.now() - TAKE_BACK:
        raise Refused(_("It is more than ten minutes ago, and stands as it is."))
