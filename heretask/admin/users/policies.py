"""When something about a user may be done, whoever does it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from heretask.kernel.access.models import Assignment
from heretask.kernel.access.roles import ROLES, Administrator, Management
from heretask.kernel.identity.models import ReservedName, User
from heretask.kernel.identity.people import assignments_now, check_user_name
from heretask.kernel.tenancy.models import CustomerKind


class Refused(Exception):
    """A rule says no; the message is a sentence for the person who asked."""


def check_name_is_free(user_name: str) -> str:
    """The folded name; raises Refused where it has ever been given at this customer (DATA-2, LOGIN-3)."""
    try:
        folded = check_user_name(user_name)
    except ValueError as wrong:
        raise Refused(str(wrong)) from wrong
    if ReservedName.objects.filter(user_name=folded).exists():
        raise Refused(_("The user name %(name)s is or has been in use, and is never given again.") % {"name": folded})
    return folded


def check_role_fits(user: User, role: str, unit: object | None) -> None:
    """Raise Refused for a role of another kind of customer, or a unit's role without a unit."""
    found = ROLES.get(role)
    if found is None:
        raise Refused(_("There is no such role."))
    if found.supplier != (user.customer.kind == CustomerKind.SUPPLIER):
        raise Refused(_("This role belongs to another kind of customer."))
    if found.units and unit is None:
        raise Refused(_("Choose the unit that the role is for."))
    if found is Management and assignments_now().filter(role=Management.key).exclude(user_id=user.id).count() >= 2:
        raise Refused(_("There are two managers already; more are not allowed."))


def check_somebody_stays(user: User, role: str | None = None) -> None:
    """Raise Refused where this would take away the last administrator or manager who can sign in."""
    for kind in (Administrator.key, Management.key):
        if role not in (None, kind):
            continue
        holders = assignments_now().filter(role=kind, user__active=True)
        if holders.filter(user_id=user.id).exists() and not holders.exclude(user_id=user.id).exists():
            raise Refused(_("This is the last person with the role %(role)s; give it to somebody else first.") % {"role": ROLES[kind].label})


def check_is_not_oneself(user: User, by_user_id: object) -> None:
    """Raise Refused for somebody who acts on their own login."""
    if user.id == by_user_id:
        raise Refused(_("Your own login is changed by another administrator."))


def check_runs(assignment: Assignment) -> None:
    """Raise Refused for a role that has ended already."""
    if assignment.ended_at is not None:
        raise Refused(_("This role has ended already."))
