"""When a note is marked for the next shift, and what is taken over. The journal's rule decides whom one sees."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from heretask.kernel.access.decide import Actor, Denied, Given, check
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.log.models import Event
from heretask.kernel.rhythm import COPENHAGEN, moment

from .models import Mark, Takeover

DAY = dt.timedelta(hours=24)
FURTHEST = dt.timedelta(days=14)  # how far back a hand-over reaches, after holidays too
SCREEN = dt.timedelta(hours=12)  # as long as a session lives: a screen is not taken over after that
SHIFTS = {"day": dt.time(7), "evening": dt.time(15), "night": dt.time(23)}


class Refused(Exception):
    """A rule says no; the message is a sentence for the person who asked."""


def units_of(by: Actor) -> dict[UUID, str]:
    """The units whose hand-over `by` may read and take over, by their names."""
    found: dict[UUID, str] = {
        g.unit_id: g.unit_name for g in by.given if g.unit_id and not g.guest and P.SOCIAL_HANDOVER_TAKE in g.may
    }
    return dict(sorted(found.items(), key=lambda one: one[1]))


def check_unit(by: Actor, unit_id: UUID) -> UUID:
    """The unit; raises Denied for one that `by` does not work in."""
    check(by, P.SOCIAL_HANDOVER_TAKE)
    if unit_id not in units_of(by):
        raise Denied(permission=P.SOCIAL_HANDOVER_TAKE)
    return unit_id


def leads(by: Actor, unit_id: UUID) -> bool:
    """Whether `by` sees who of the unit has not taken over."""
    return any(g.unit_id == unit_id and P.SOCIAL_HANDOVER_LEAD in g.may for g in by.given)


def takes_over(given: Given) -> bool:
    """Whether a role is one of those that take over."""
    return not given.guest and P.SOCIAL_HANDOVER_TAKE in given.may


def since_of(period: str, last: dt.datetime | None) -> dt.datetime:
    """Since when: the latest beginning of that shift, otherwise since `last`, and for 24 hours at least."""
    now = timezone.now()
    if period in SHIFTS:
        today = timezone.localdate(now, COPENHAGEN)
        begins = moment(today, SHIFTS[period])
        return begins if begins <= now else moment(today - dt.timedelta(days=1), SHIFTS[period])
    return max(min(last or now, now - DAY), now - FURTHEST)


def check_standing(mark: Mark | None) -> Mark:
    """The mark; raises Refused where it was taken away before."""
    if mark is None:
        raise Refused(_("This note carries no mark any more."))
    return mark


def check_screen(showing: Event | None) -> Event:
    """The event of the screen that is taken over; raises Refused for none of one's own, of today and of this unit."""
    if showing is None:
        raise Refused(_("Read the hand-over first: this screen is too old to be taken over."))
    return showing


def check_own(taken: Takeover | None, by: Actor) -> Takeover:
    """The takeover; raises Denied for anybody else's, and Refused for one that was taken back."""
    if taken is None or taken.user_id != by.user_id:
        raise Denied(permission=P.SOCIAL_HANDOVER_TAKE)
    if taken.undone_at is not None:
        raise Refused(_("This has been taken back already."))
    return taken
