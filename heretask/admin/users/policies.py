"""When something about a user may be done, whoever does it."""

from __future__ import annotations

import datetime as dt

from django.db import connections
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from heretask.kernel.access.models import Assignment, role_called
from heretask.kernel.access.roles import ROLES, Administrator, AnyRole, Management
from heretask.kernel.identity.models import ReservedName, User
from heretask.kernel.identity.people import assignments_now, check_user_name
from heretask.kernel.spreadsheet import Unreadable, text
from heretask.kernel.tenancy.models import CustomerKind, Unit

LONGEST_NAME = 120


class Refused(Exception):
    """A rule says no; the message is a sentence for the person who asked."""


def check_name(name: str) -> str:
    """The name of a person as it is kept; raises Refused for an empty one, or one with hidden characters."""
    try:
        plain = " ".join(text(name).split())
    except Unreadable as wrong:
        raise Refused(wrong.sentence) from wrong
    if not plain:
        raise Refused(_("Write the person's name."))
    if len(plain) > LONGEST_NAME:
        raise Refused(_("The name may have %(count)d characters at most.") % {"count": LONGEST_NAME})
    return plain


def one_at_a_time() -> None:
    """Wait until nobody else changes who is administrator or manager here.

    Without it two administrators could take each other's role in the same moment, each seeing the other still there.
    """
    with connections["default"].cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('rights ' || ht.customer()::text))")


def check_name_is_free(user_name: str) -> str:
    """The folded name; raises Refused where it has ever been given at this customer (DATA-2, LOGIN-3)."""
    try:
        folded = check_user_name(user_name)
    except ValueError as wrong:
        raise Refused(str(wrong)) from wrong
    if ReservedName.objects.filter(user_name=folded).exists():
        raise Refused(in_use(folded))
    return folded


def in_use(user_name: str) -> str:
    """The sentence for a name that has been given before."""
    return _("The user name %(name)s is or has been in use, and is never given again.") % {"name": user_name}


def check_role_fits(user: User, role: str, unit: Unit | None) -> AnyRole:
    """The role of that key; raises Refused for one of another kind of customer, or a unit's role without a unit."""
    found = role_called(role)
    if found is None or found.guest:  # a guest is invited, with a list and an end; the role is never simply given
        raise Refused(_("There is no such role."))
    if found.supplier != (user.customer.kind == CustomerKind.SUPPLIER):
        raise Refused(_("This role belongs to another kind of customer."))
    if found.units and unit is None:
        raise Refused(_("Choose the unit that the role is for."))
    if unit is not None and not unit.active:
        raise Refused(_("This unit is closed."))
    if found is Management and assignments_now().filter(role=Management.key).exclude(user_id=user.id).count() >= 2:
        raise Refused(_("There are two managers already; more are not allowed."))
    return found


def check_is_not_held(user: User, role: AnyRole, unit: Unit | None, until: dt.date | None) -> None:
    """Raise Refused for a role that the user has there already for as long, or one that would end before it begins."""
    if until is not None and until < timezone.localdate():
        raise Refused(_("The last day lies in the past."))
    same = assignments_now().filter(user_id=user.id, unit=unit, **Assignment.columns_of(role))
    longer = same.filter(Q(until=None) | Q(until__gte=until)) if until else same.filter(until=None)
    if longer.exists():
        raise Refused(_("They have this role there already."))


def check_somebody_stays(user: User, role: str | None = None) -> None:
    """Raise Refused where this would take away the last administrator or manager who can sign in."""
    for kind in (Administrator.key, Management.key):
        if role not in (None, kind):
            continue
        holders = assignments_now().filter(role=kind, user__active=True)
        if holders.filter(user_id=user.id).exists() and not holders.exclude(user_id=user.id).exists():
            sentence = _("This is the last person with the role %(role)s; give it to somebody else first.")
            raise Refused(sentence % {"role": ROLES[kind].label})


def check_is_not_oneself(user: User, by_user_id: object) -> None:
    """Raise Refused for somebody who acts on their own login."""
    if user.id == by_user_id:
        raise Refused(_("Your own login is changed by another administrator."))


def check_is_open(user: User) -> None:
    """Raise Refused for a login that is closed."""
    if not user.active:
        raise Refused(_("This login is closed. Open it again first."))


def check_runs(assignment: Assignment) -> None:
    """Raise Refused for a role that has ended already."""
    if assignment.ended_at is not None:
        raise Refused(_("This role has ended already."))
