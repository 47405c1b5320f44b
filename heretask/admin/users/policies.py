"""When something about a user may be done, whoever does it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from django.db import connections
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from heretask.kernel.access.decide import Actor, may
from heretask.kernel.access.models import Assignment, Guest, role_called
from heretask.kernel.access.permissions import Permission
from heretask.kernel.access.roles import ROLES, Administrator, AnyRole, Management, beyond_care
from heretask.kernel.identity.models import ReservedName, User
from heretask.kernel.identity.people import assignments_now, check_user_name
from heretask.kernel.spreadsheet import Unreadable, text
from heretask.kernel.tenancy.models import CustomerKind, Unit

LONGEST_NAME = 120
NOBODY = UUID(int=0)


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


def check_name_is_free(user_name: str, of: UUID | None = None) -> str:
    """The folded name; raises Refused where it has ever been given to anybody but `of` here (DATA-2, LOGIN-3)."""
    try:
        folded = check_user_name(user_name)
    except ValueError as wrong:
        raise Refused(str(wrong)) from wrong
    if ReservedName.objects.filter(user_name=folded).exclude(user=of or NOBODY).exists():
        raise Refused(in_use(folded))
    return folded


def in_use(user_name: str) -> str:
    """The sentence for a name that has been given before."""
    return _("The user name %(name)s is or has been in use, and is never given again.") % {"name": user_name}


def check_role_fits(user: User, role: str, unit: Unit | None) -> AnyRole:
    """The role of that key; raises Refused for one of another kind of customer, or a unit's role without a unit."""
    found = role_called(role)
    if found is None:
        raise Refused(_("There is no such role."))
    if found.guest:
        raise Refused(_("A guest is invited, with a last day. No role is given for it."))
    if Guest.objects.filter(user_id=user.id).exists():
        raise Refused(_("This login is a guest's. It gets no other role."))
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


def check_reaches_no_further(rights: Iterable[Permission], by: Actor) -> None:
    """Raise Refused where somebody would hand on, or get into their hands, more than they hold themselves (B25)."""
    lacking = sorted(one for one in beyond_care(frozenset(rights)) if not may(by, one))
    if lacking:
        sentence = _("You do not hold this right yourself, so you cannot hand it on: %(right)s.")
        raise Refused(sentence % {"right": lacking[0].sentence})


def check_may_let_in(user: User, by: Actor) -> None:
    """Raise Refused where a way in would give somebody the login of a person who rules more than they do."""
    rows = assignments_now().filter(user_id=user.id).select_related("own")
    check_reaches_no_further({right for row in rows if row.is_role for right in row.is_role.may}, by)


def check_somebody_stays(user: User, role: str | None = None) -> None:
    """Raise Refused where this would take away the last administrator or manager who can sign in.

    One whose role has a last day does not count where another has none: else that day would leave nobody.
    """
    for kind in (Administrator.key, Management.key):
        if role not in (None, kind):
            continue
        holders = assignments_now().filter(role=kind, user__active=True)
        own, others = holders.filter(user_id=user.id), holders.exclude(user_id=user.id)
        if not own.exists() or others.filter(until=None).exists():
            continue
        if not others.exists():
            sentence = _("This is the last person with the role %(role)s; give it to somebody else first.")
            raise Refused(sentence % {"role": ROLES[kind].label})
        if own.filter(until=None).exists():
            sentence = _("All others with the role %(role)s have a last day. Give it to somebody without one first.")
            raise Refused(sentence % {"role": ROLES[kind].label})


def check_is_not_oneself(user: User, by_user_id: object) -> None:
    """Raise Refused for somebody who acts on their own login."""
    if user.id == by_user_id:
        raise Refused(_("Your own login is changed by another administrator."))


def check_manager_is_left_alone(user: User, by: Actor, role: str = "") -> None:
    """Raise Refused where a page would make a manager, end one or give one a way in: that takes two people (ORG-1)."""
    if by.kind == "operator":
        return
    if role == Management.key or assignments_now().filter(role=Management.key, user_id=user.id).exists():
        raise Refused(_("A manager is neither made nor changed here. Replace one under Two people."))


def check_is_not_suspended(user: User) -> None:
    """Raise Refused for a login that the supplier has suspended: only its Management lifts that (ORG-3)."""
    if user.suspended_at is not None:
        raise Refused(_("This login is suspended by HereTask. Only HereTask can open it again."))


def check_is_another_name(user: User, folded: str) -> None:
    """Raise Refused for the name that somebody has already."""
    if user.user_name == folded:
        raise Refused(_("That is the user name already."))


def check_is_open(user: User) -> None:
    """Raise Refused for a login that is closed."""
    check_is_not_suspended(user)
    if not user.active:
        raise Refused(_("This login is closed. Open it again first."))


def check_runs(assignment: Assignment) -> None:
    """Raise Refused for a role that has ended already."""
    if assignment.ended_at is not None:
        raise Refused(_("This role has ended already."))
