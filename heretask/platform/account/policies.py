"""When something of one's own account may be changed."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from heretask.kernel.access.decide import Actor
from heretask.kernel.access.roles import ROLES
from heretask.kernel.identity.factors import needs_second_factor, second_factors
from heretask.kernel.identity.models import Credential, Factor, User
from heretask.kernel.identity.sessions import At
from heretask.kernel.identity.vouching import VOUCHED


class Refused(Exception):
    """A rule says no; the message is a sentence for the person who asked."""


def check_may_vouch(by: Actor, at: At, user_id: UUID, units: set[UUID]) -> None:
    """Raise Refused unless `by` works beside the one who asks, is no guest, and was not let in by vouching."""
    if by.user_id == user_id:
        raise Refused(_("You cannot vouch for yourself."))
    if at.purpose == VOUCHED:
        raise Refused(_("Colleagues vouched for you tonight, so you cannot vouch for others."))
    guests = {key for key, role in ROLES.items() if role.guest}
    if not units & {g.unit_id for g in by.given if g.role not in guests}:
        raise Refused(_("Only colleagues from the same unit can vouch."))


def check_may_change_factors(at: At) -> None:
    """Raise Refused in a session that colleagues vouched for: it must not become more than one night."""
    if at.purpose == VOUCHED:
        raise Refused(_("Your colleagues vouched for you, so your ways in cannot be changed now. Ask your leader."))


def check_another_way_stays(user: User, factor: Factor) -> None:
    """Raise Refused where this is the last second factor of somebody who needs one, or the last way in at all."""
    if second_factors(user.id).exclude(id=factor.id).exists():
        return
    if needs_second_factor(user, user.customer):
        raise Refused(_("This is your last second factor. Set up another one before you remove it."))
    if not Credential.objects.filter(user_id=user.id).exclude(password="").exists():
        raise Refused(_("This is your only way in. Set up another one before you remove it."))
