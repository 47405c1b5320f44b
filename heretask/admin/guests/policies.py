"""When somebody may be invited, and until when."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from heretask.kernel.access.models import GUEST_LASTS
from heretask.kernel.access.roles import ROLES, Role
from heretask.kernel.tenancy.models import Customer, CustomerKind

LONGEST = 200
SHORTEST = 3


class Refused(Exception):
    """A rule says no to what stands in `field`; the message is a sentence for the person who asked."""

    def __init__(self, sentence: str, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


def last_day() -> dt.date:
    """The latest day that may be chosen: its end is not more than 30 days away."""
    return timezone.localdate() + GUEST_LASTS - dt.timedelta(days=1)


def check_end(last: dt.date) -> dt.datetime:
    """The moment at which it is over: the midnight after the last day, 30 days from now at most."""
    if last < timezone.localdate():
        raise Refused(_("The last day lies in the past."), "until")
    if last > last_day():
        raise Refused(_("A guest reads for 30 days at most."), "until")
    midnight = timezone.make_aware(dt.datetime.combine(last + dt.timedelta(days=1), dt.time()))
    return min(midnight, timezone.now() + GUEST_LASTS)


def check_role(key: str, customer: Customer) -> type[Role]:
    """The guest's role; raises Refused for any other, and at the supplier, who has no citizens to show."""
    role = ROLES.get(key)
    if role is None or not role.guest:
        raise Refused(_("Choose what the guest reads."), "role")
    if customer.kind == CustomerKind.SUPPLIER:
        raise Refused(_("Guests are invited by care providers."), "role")
    return role


def check_text(text: str, field: str) -> str:
    """Who sends the guest, or why; raises Refused where nothing is said."""
    kept = " ".join(text.split())
    if len(kept) < SHORTEST:
        raise Refused(_("Write it in a few words."), field)
    return kept[:LONGEST]


def check_lasts(lasts: bool) -> None:
    """Raise Refused for an invitation that is over."""
    if not lasts:
        raise Refused(_("This guest's access has ended. Invite them anew."))
