"""Who sees which appointment, and what one may look like.

One about a citizen is seen by everybody who may see the citizen, and by nobody else, whoever takes part (as a task,
decision 40). One of a unit is seen by those who work there; any by those who take part and by who made it. Who sees
one may change it: each act stands in the log with its name.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from heretask.kernel.access import reach
from heretask.kernel.access.decide import Actor, Denied, check
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.rhythm import LONGEST, Refused

from .models import LASTS, Appointment, Participant

__all__ = ["Refused"]
LONGEST_TITLE, LONGEST_PLACE, LONGEST_TEXT, MOST_PEOPLE = 120, 120, 2000, 20


@dataclass(frozen=True, slots=True)
class Words:
    """What is sealed of an appointment."""

    title: str
    place: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when; not `timed` where the days count alone."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    timed: bool = True


def units_worked_in(by: Actor) -> tuple[UUID, ...]:
    """The units whose calendar `by` sees."""
    return tuple({g.unit_id for g in by.given if g.unit_id and P.PLATFORM_CALENDAR_USE in g.may})


def takes_part(by: Actor) -> Q:
    """Rows in which `by` takes part."""
    if by.user_id is None:
        return Q(pk__in=[])
    own = Participant.objects.filter(appointment_id=OuterRef("id"), user_id=by.user_id)
    return Q(Exists(own))


def seen_by(by: Actor, reached: Collection[UUID]) -> Q:
    """Rows that `by` sees; `reached` are the citizens they may see."""
    free = takes_part(by) | Q(made_by_id=by.user_id) | Q(unit_id__in=units_worked_in(by))
    return Q(subject=None) & free | Q(subject__in=reached)


def mine(by: Actor, reached: Collection[UUID]) -> Q:
    """Rows in which `by` takes part, about nobody whom they may not see."""
    return takes_part(by) & (Q(subject=None) | Q(subject__in=reached))


def check_sees(by: Actor, row: Appointment | None) -> Appointment:
    """The appointment; raises Denied alike for one that `by` does not see and for one that is not there."""
    check(by, P.PLATFORM_CALENDAR_USE)
    if row is None:
        raise Denied(permission=P.PLATFORM_CALENDAR_USE)
    if row.subject is not None:
        reach.check_reach(by, P.SOCIAL_CITIZENS_SEE, row.subject)
    elif not Appointment.objects.filter(seen_by(by, ()), id=row.id).exists():
        raise Denied(permission=P.PLATFORM_CALENDAR_USE)
    return row


def check_words(words: Words) -> Words:
    """Tidied; raises Refused for no title, or for too much."""
    title, place, text = " ".join(words.title.split()), " ".join(words.place.split()), words.text.strip()
    if not title:
        raise Refused(_("Write what it is."), "title")
    for kept, most, field in (
        (title, LONGEST_TITLE, "title"), (place, LONGEST_PLACE, "place"), (text, LONGEST_TEXT, "text"),
    ):  # fmt: skip
        if len(kept) > most:
            raise Refused(_("That is too long: %(most)d characters at most.") % {"most": most}, field)
    return Words(title, place, text)


def check_span(span: Span, before: Span | None = None) -> None:
    """Raise Refused for one that ends before it begins, lasts too long, is over already, or lies too far ahead."""
    if span == before:
        return
    if span.ends_at <= span.starts_at:
        raise Refused(_("It must end after it begins."), "until")
    if span.ends_at > span.starts_at + LASTS:
        raise Refused(_("It lasts a month at most."), "last_day")
    if span.ends_at < timezone.now():
        raise Refused(_("That time is over already. Choose a later one."), "day")
    if span.starts_at > timezone.now() + LONGEST:
        raise Refused(_("Choose a day within two years."), "day")


def check_unit(unit_id: UUID | None, by: Actor) -> None:
    """Raise Refused for a unit in which `by` does not work."""
    if unit_id is not None and unit_id not in units_worked_in(by):
        raise Refused(_("You do not work in that unit. Choose another."), "unit")


def check_people(chosen: Collection[UUID], allowed: Collection[UUID]) -> None:
    """Raise Refused for too many, or for somebody who cannot be chosen; `allowed` are those who can."""
    if len(chosen) > MOST_PEOPLE:
        raise Refused(_("Choose %(most)d people at most.") % {"most": MOST_PEOPLE}, "people")
    if not set(chosen) <= set(allowed):
        raise Refused(_("Somebody you chose has no login here any more. Choose again."), "people")


def check_may_see(people: Iterable[Actor], names: dict[UUID, str], subject: UUID) -> None:
    """Raise Refused where somebody who is to take part may not see the citizen: they would not see it."""
    wanted = list(people)
    may = reach.who_reaches(wanted, P.SOCIAL_CITIZENS_SEE, subject)
    missing = [names.get(one.person_id, "") for one in wanted if one.person_id not in may]
    if missing:
        raise Refused(
            _("%(names)s may not see this citizen, and would not see the appointment. Choose others.")
            % {"names": ", ".join(sorted(missing))}, "people",
        )  # fmt: skip


def check_ahead(row: Appointment) -> None:
    """Raise Refused for one that is over: what lies behind is not changed with those that come."""
    if row.ends_at < timezone.now():
        raise Refused(_("It is over, and stays as it is. Open one that is to come, and change it from there."))


def check_stands(row: Appointment) -> None:
    """Raise Refused for one that is cancelled."""
    if row.cancelled_at is not None:
        raise Refused(_("It is cancelled. Take that back first."))
