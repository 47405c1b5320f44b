"""When something may be handed over by a link, and what must be said of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from heretask.kernel.access.decide import Actor, Denied, check
from heretask.kernel.access.permissions import Permission as P
from heretask.platform.printing.policies import Refused

from .models import Handing

__all__ = ["Refused"]
MOST_DAYS, LONGEST, LONGEST_WHY, SHORTEST = 14, 120, 300, 4
BASES = {
    "consent": gettext_lazy("The citizen's consent"),
    "guardian": gettext_lazy("Guardian, custody holder or power of attorney"),
    "treatment": gettext_lazy("Treatment: doctor, hospital or home nursing"),
    "authority": gettext_lazy("The municipality that decides, or a supervising authority"),
    "documents": gettext_lazy("Right of access to documents (aktindsigt)"),
    "insight": gettext_lazy("Insight into data about oneself (GDPR article 15)"),
}


class State(StrEnum):
    """What became of something that was handed over."""

    WAITING = "waiting"
    OPENED = "opened"
    WITHDRAWN = "withdrawn"
    DEAD = "dead"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class To:
    """Who is to have it, what they are to the citizen, and what it is for."""

    name: str
    relation: str
    why: str


def state_of(row: Handing) -> State:
    """What became of it."""
    if row.opened_at:
        return State.OPENED
    if row.withdrawn_at:
        return State.WITHDRAWN
    if row.dead_at:
        return State.DEAD
    return State.EXPIRED if row.ends_at <= timezone.now() else State.WAITING


def check_to(to: To) -> To:
    """Tidied; raises Refused where it is not said who, what they are, or what for."""
    name, relation, why = (" ".join(part.split()) for part in (to.name, to.relation, to.why))
    if len(name) < 2:
        raise Refused(_("Write the name of who is to have it."), "name")
    if len(relation) < 2:
        raise Refused(_("Write what they are to the citizen, or where they work."), "relation")
    if len(why) < SHORTEST:
        raise Refused(_("Say in a few words what it is for."), "why")
    if max(len(name), len(relation)) > LONGEST or len(why) > LONGEST_WHY:
        raise Refused(_("Say it in %(most)d characters at most.") % {"most": LONGEST}, "name")
    return To(name, relation, why)


def check_basis(basis: str) -> str:
    """Raise Refused for a basis that is not offered: without one nothing is handed over."""
    if basis not in BASES:
        raise Refused(_("Choose on what basis it is handed over."), "basis")
    return basis


def check_end(last_day: dt.date) -> dt.datetime:
    """The last minute of the last day, two weeks from now at most; raises Refused for a day too early or too late."""
    today = timezone.localdate()
    if not today <= last_day <= today + dt.timedelta(days=MOST_DAYS):
        raise Refused(_("Choose a day within the next %(most)d days.") % {"most": MOST_DAYS}, "last_day")
    end = timezone.make_aware(dt.datetime.combine(last_day, dt.time(23, 59)))
    return min(end, timezone.now() + dt.timedelta(days=MOST_DAYS) - dt.timedelta(minutes=1))


def check_own(by: Actor, row: Handing | None) -> Handing:
    """One's own; raises Denied alike for another's and for none."""
    check(by, P.PLATFORM_HANDING_USE)
    if row is None or row.giver_id != by.user_id:
        raise Denied(permission=P.PLATFORM_HANDING_USE)
    return row


def check_waiting(row: Handing) -> None:
    """Raise Refused for what was opened, withdrawn or is over already."""
    if state_of(row) != State.WAITING:
        raise Refused(_("It is over already: it was opened, withdrawn, or its time has ended."))
