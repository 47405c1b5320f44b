"""When a customer's own role may be made or changed, whoever does it."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from heretask.kernel.access.decide import Actor, may
from heretask.kernel.access.models import OwnRole
from heretask.kernel.access.permissions import Permission
from heretask.kernel.access.roles import OFFERED, ROLES, beyond_care
from heretask.kernel.identity.people import assignments_now
from heretask.kernel.tenancy.base import current
from heretask.kernel.tenancy.models import Customer, CustomerKind

LONGEST_LABEL, LONGEST_SENTENCE = 60, 200
NOBODY = UUID(int=0)


class Refused(Exception):
    """A rule says no; the message is a sentence for the person who asked."""


def check_customer_may() -> None:
    """Raise Refused at the supplier, whose roles are the built-in ones."""
    if Customer.objects.get(id=current().customer_id).kind == CustomerKind.SUPPLIER:
        raise Refused(_("The supplier has the built-in roles only."))


def check_label(label: str, of: UUID | None = None) -> str:
    """The name of a role; raises Refused for one that another role has, in either language."""
    plain = " ".join(label.split())
    if not plain or not plain.isprintable() or len(plain) > LONGEST_LABEL:
        raise Refused(_("Write a name of %(count)d characters at most.") % {"count": LONGEST_LABEL})
    taken = {one.label.casefold() for one in OwnRole.objects.exclude(id=of or NOBODY)}
    for language in ("da", "en"):
        with override(language):
            taken |= {str(role.label).casefold() for role in ROLES.values()}
    if plain.casefold() in taken:
        raise Refused(_("There is or was a role of that name. Choose another, so that the log stays clear."))
    return plain


def check_permissions(
    chosen: Iterable[str], by: Actor, before: frozenset[Permission] = frozenset()
) -> list[Permission]:
    """What a role is to allow; raises Refused for nothing, for a supplier's right, or for more than `by` rules."""
    given = {str(one) for one in chosen}
    found = [one for one in OFFERED if one.value in given]
    if len(found) != len(given):
        raise Refused(_("One of these rights cannot be given by a role of your own."))
    if not found:
        raise Refused(_("Choose at least one right."))
    check_reaches_no_further(frozenset(found) | before, by)
    return sorted(found)


def check_reaches_no_further(rights: frozenset[Permission], by: Actor) -> None:
    """Raise Refused where a role rules more than the person who makes or changes it."""
    lacking = sorted(one for one in beyond_care(rights) if not may(by, one))
    if lacking:
        sentence = _("You do not hold this right yourself, so you cannot hand it on: %(right)s.")
        raise Refused(sentence % {"right": lacking[0].sentence})


def check_is_not_ones_own(role: OwnRole, by: Actor) -> None:
    """Raise Refused for a role that the person has themselves: nobody changes their own rights."""
    if by.user_id is not None and any(given.role == role.key for given in by.given):
        raise Refused(_("You have this role yourself. Another administrator changes it."))


def check_somebody_rules(role: OwnRole, after: Iterable[Permission]) -> None:
    """Raise Refused where nobody would be left who may manage users."""
    right = Permission.ADMIN_USERS_CHANGE
    if right not in role.may or right in set(after):
        return
    rows = assignments_now().filter(user__active=True).exclude(own_id=role.id).select_related("own")
    if not any(found is not None and right in found.may for found in (row.is_role for row in rows)):
        raise Refused(_("Nobody would be left who may manage users. Give somebody else that right first."))


def check_in_use(role: OwnRole) -> None:
    """Raise Refused for a role that is out of use."""
    if not role.active:
        raise Refused(_("This role is out of use."))


def check_nobody_has(role: OwnRole) -> None:
    """Raise Refused for a role that somebody still has: rights are taken from people, not pulled from under them."""
    count = assignments_now().filter(own_id=role.id).values("user_id").distinct().count()
    if count:
        sentence = ngettext(
            "%(count)d person has this role. End it for them first.",
            "%(count)d people have this role. End it for them first.",
            count,
        )
        raise Refused(sentence % {"count": count})
