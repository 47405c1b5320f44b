"""Reading one's own trace; it is itself an event, since names stand in it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from heretask.kernel.access.decide import Actor, check
from heretask.kernel.access.guests import lists
from heretask.kernel.access.permissions import Permission
from heretask.kernel.log import naming, record
from heretask.kernel.log.models import Event
from heretask.kernel.log.sentences import Teller, citizens_of

from . import events

NEWEST = 200


@dataclass(frozen=True, slots=True)
class Seen:
    """One's own events, the newest first, and who can tell them."""

    events: list[Event]
    teller: Teller
    more: bool


def see_own(by: Actor) -> Seen:
    """What `by` has done here. Names are told only of citizens who are on the list still."""
    check(by, Permission.PLATFORM_SEEN_OWN)
    found = list(Event.objects.filter(actor=by.person_id).order_by("-at", "-id")[: NEWEST + 1])
    meant = citizens_of(found)
    names = naming.names("citizen", meant & lists().scope(by.person_id))
    teller = Teller(citizens={**dict.fromkeys(meant, _("a citizen who is not on your list")), **names})
    teller.learn(found, citizens=False)
    record(events.READ, hits=min(len(found), NEWEST), shown=names, opened=names)
    return Seen(found[:NEWEST], teller, len(found) > NEWEST)
