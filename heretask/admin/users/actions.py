"""What an administrator does with users: each is permission, policy, change and event in one transaction."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, connections, transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from heretask.kernel.access import events as access_events
from heretask.kernel.access.changing import changed
from heretask.kernel.access.decide import Actor, check
from heretask.kernel.access.models import Assignment, OwnRole
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.access.roles import AnyRole
from heretask.kernel.identity import passwords
from heretask.kernel.identity.ending import end_sessions_of
from heretask.kernel.identity.models import ReservedName, User
from heretask.kernel.log import record
from heretask.kernel.log.trace import trace
from heretask.kernel.secrets.opening import seal
from heretask.kernel.tenancy.base import current
from heretask.kernel.tenancy.models import Unit
from heretask.kernel.undo.undoing import offer, undoes

from . import events, policies, queries
from .policies import Refused
from .queries import Detail, UserList


@dataclass(frozen=True, slots=True)
class Start:
    """How somebody gets in the first time: shown once, never stored in the clear; worth nothing after `until`."""

    user: User
    until: dt.datetime
    password: str = ""
    link: str = ""


def create_user(*, user_name: str, name: str, by: Actor, hashed: str = "") -> User:
    """Create a login without a way in yet; `give_start_password` or `give_link` comes next."""
    check(by, P.ADMIN_USERS_CHANGE)
    folded, plain = policies.check_name_is_free(user_name), policies.check_name(name)
    user = User(user_name=folded, customer_id=current().customer_id)
    seal(user, name=plain)
    with _name_taken_meanwhile(folded):
        ReservedName.objects.create(user_name=folded, user=user.id)
        user.save(force_insert=True)
    if hashed:  # the operator's way (demo, tests): a password of the person's own, not a start password
        _store_password(user.id, hashed, start=None)
    record(events.USER_CREATED, on=("user", user.id), changed=["user_name", "name"])
    return user


def add_user(
    *, user_name: str, name: str, role: str, unit: Unit | None, until: dt.date | None, by: Actor,
    hashed: tuple[str, str] | None,
) -> Start:  # fmt: skip
    """Create a login with its first role and its way in: a start password where `hashed` is given, else a link."""
    with undone_if_refused():
        user = create_user(user_name=user_name, name=name, by=by)
        give_role(user=user, role=role, unit=unit, by=by, until=until)
        return give_start_password(user=user, by=by, hashed=hashed) if hashed else give_link(user=user, by=by)


def give_start_password(*, user: User, by: Actor, hashed: tuple[str, str]) -> Start:
    """Give a start password that lives 72 hours; `hashed` is (password, hash), made outside the transaction."""
    check(by, P.ADMIN_USERS_CHANGE)
    policies.check_is_not_oneself(user, by.user_id)
    policies.check_manager_is_left_alone(user, by)
    policies.check_is_open(user)
    policies.check_may_let_in(user, by)
    password, encoded = hashed
    until = timezone.now() + dt.timedelta(hours=passwords.START_HOURS)
    _store_password(user.id, encoded, start=until)
    end_sessions(user, "new start password")
    record(events.START_GIVEN, on=("user", user.id), changed=["password"])
    return Start(user, until, password=password)


def give_link(*, user: User, by: Actor) -> Start:
    """Make a one-time link that lives 72 hours; an older password or link is worth nothing any more."""
    check(by, P.ADMIN_USERS_CHANGE)
    policies.check_is_not_oneself(user, by.user_id)
    policies.check_manager_is_left_alone(user, by)
    policies.check_is_open(user)
    policies.check_may_let_in(user, by)
    link = secrets.token_urlsafe(32)
    until = timezone.now() + dt.timedelta(hours=passwords.START_HOURS)
    with connections["default"].cursor() as cursor:
        cursor.execute("select ht.give_link(%s, %s, %s)", [user.id, hashlib.sha256(link.encode()).digest(), until])
    end_sessions(user, "new link")
    record(events.LINK_GIVEN, on=("user", user.id), changed=["password"])
    return Start(user, until, link=link)


def start_over(*, user: User, by: Actor) -> Start:
    """For somebody who has lost telephone and codes: second factors and password go, and one link lets them begin anew.

    One act, since without the new link whoever knows the password could set up factors of their own.
    """
    start = give_link(user=user, by=by)
    with connections["default"].cursor() as cursor:
        cursor.execute("select ht.forget_factors(%s)", [user.id])
        gone = cursor.fetchone()[0]
    record(events.FACTORS_REMOVED, on=("user", user.id), changed=["second_factor"], hits=gone)
    return start


def rename_user(*, user: User, user_name: str, by: Actor) -> User:
    """Give another user name; identity and history stay, the old name stays reserved (LOGIN-3)."""
    check(by, P.ADMIN_USERS_CHANGE)
    policies.check_is_not_oneself(user, by.user_id)
    folded = policies.check_name_is_free(user_name, of=user.id)
    policies.check_is_another_name(user, folded)
    before, user.user_name = user.user_name, folded
    with _name_taken_meanwhile(folded):
        if not ReservedName.objects.filter(user_name=folded, user=user.id).exists():  # or an earlier one of their own
            ReservedName.objects.create(user_name=folded, user=user.id)
        user.save(update_fields=["user_name"])
    change = {"before": before, "after": folded}
    record(events.USER_RENAMED, on=("user", user.id), variables=change, changed=["user_name"])
    offer(RENAMED, user.id, about=("user", user.id), before=before, by=by)
    return user


def change_name(*, user: User, name: str, by: Actor) -> User:
    """Change the person's name."""
    check(by, P.ADMIN_USERS_CHANGE)
    policies.check_is_not_oneself(user, by.user_id)
    seal(user, name=policies.check_name(name))
    user.save(update_fields=["name"])
    record(events.USER_NAMED, on=("user", user.id), changed=["name"])
    return user


def give_role(*, user: User, role: str, unit: Unit | None, by: Actor, until: dt.date | None = None) -> Assignment:
    """Give a role, in a unit where the role is one of units; ends by itself after `until`."""
    check(by, P.ADMIN_USERS_CHANGE)
    policies.check_is_not_oneself(user, by.user_id)
    policies.check_manager_is_left_alone(user, by, role)
    policies.one_at_a_time()
    found = policies.check_role_fits(user, role, unit)
    policies.check_reaches_no_further(found.may, by)
    place = unit if found.units else None
    policies.check_is_not_held(user, found, place, until)
    made = Assignment.objects.create(user_id=user.id, unit=place, until=until, **Assignment.columns_of(found))
    record(
        access_events.ROLE_GIVEN, on=("user", user.id), changed=["role"],
        variables={
            "role": role, "unit": place.name if place else "", "until": str(until or ""), "assignment": str(made.id),
            "unit_id": str(place.id) if place else "", **named(found),
        },
    )  # fmt: skip
    offer(GIVEN, made.id, about=("user", user.id), before=None, by=by)
    changed(user.id, made.id, by)
    return made


def end_role(*, assignment: Assignment, by: Actor, job_changes: bool = True) -> None:
    """Take a role away, effective at the person's next request. In a review no job changes: it asks about the rest."""
    check(by, P.ADMIN_USERS_CHANGE)
    policies.check_is_not_oneself(assignment.user, by.user_id)
    policies.check_manager_is_left_alone(assignment.user, by)
    _end(assignment)
    until = str(assignment.until or "")
    before = {"role": assignment.role_key, "unit": str(assignment.unit_id or ""), "until": until}
    offer(ENDED, assignment.id, about=("user", assignment.user_id), before=before, by=by)
    if job_changes:
        changed(assignment.user_id, assignment.id, by)


def end_role_by_the_clock(*, assignment: Assignment) -> None:
    """Take a role away at a deadline that people were told of; the last administrator keeps theirs even then."""
    _end(assignment)


def _end(assignment: Assignment) -> None:
    policies.one_at_a_time()
    policies.check_runs(assignment)
    policies.check_somebody_stays(assignment.user, assignment.role)
    if not Assignment.objects.filter(id=assignment.id, ended_at=None).update(ended_at=Now()):
        raise Refused(_("This role has ended already."))
    unit = assignment.unit.name if assignment.unit else ""
    record(
        access_events.ROLE_ENDED, on=("user", assignment.user_id), changed=["role"],
        variables={
            "role": assignment.role_key, "unit": unit, "assignment": str(assignment.id), **named(assignment.is_role),
        },
    )  # fmt: skip


def deactivate_user(*, user: User, by: Actor) -> int:
    """Close a login: every session ends at its next request. Returns how many lived."""
    check(by, P.ADMIN_USERS_CHANGE)
    policies.check_is_not_oneself(user, by.user_id)
    policies.check_manager_is_left_alone(user, by)
    policies.check_is_open(user)
    policies.one_at_a_time()
    policies.check_somebody_stays(user)
    User.objects.filter(id=user.id).update(active=False, deactivated_at=Now())
    ended = end_sessions(user, "deactivated")
    record(events.USER_DEACTIVATED, on=("user", user.id), changed=["active"], hits=ended)
    offer(CLOSED, user.id, about=("user", user.id), before=True, by=by)
    return ended


def reactivate_user(*, user: User, by: Actor) -> None:
    """Open a closed login again; the old password fits, the sessions stay ended."""
    check(by, P.ADMIN_USERS_CHANGE)
    policies.check_is_not_oneself(user, by.user_id)
    policies.check_is_not_suspended(user)
    if not User.objects.filter(id=user.id, active=False).update(active=True, deactivated_at=None):
        raise Refused(_("This login is open already."))
    record(events.USER_REACTIVATED, on=("user", user.id), changed=["active"])


def named(role: AnyRole | None) -> dict[str, str]:
    """The name that a customer's own role has now, for the log: it may be called otherwise later."""
    return {"label": role.label} if isinstance(role, OwnRole) else {}


def see_users(*, q: str, show: str, page: int, by: Actor) -> UserList:
    """Look at the list of users; searching it is an event with its words, hits and the ids shown (LOG-1)."""
    check(by, P.ADMIN_USERS_SEE)
    found = queries.list_users(q=q, show=show, page=page)
    shown = [user.id for user in found.users]
    if q:
        record(events.USERS_SEARCHED, variables={"q": q, "show": show, "page": page}, hits=found.total, shown=shown)
    else:
        record(events.USERS_LISTED, variables={"show": show, "page": page}, hits=found.total, shown=shown)
    return found


def see_user(*, user: User, by: Actor) -> Detail:
    """Look at one user."""
    check(by, P.ADMIN_USERS_SEE)
    record(events.USER_SEEN, on=("user", user.id), shown=[user.id])
    return queries.detail_for(user)


def end_sessions(user: User, reason: str) -> int:
    """End every live session of `user`, with an event for each (LOG-2)."""
    return end_sessions_of(user.id, reason)


def _give_back(assignment_id: UUID, before: dict[str, str], by: Actor) -> None:
    row = queries.assignment_of(assignment_id)
    unit = queries.unit_of(before["unit"])
    until = dt.date.fromisoformat(before["until"]) if before["until"] else None
    give_role(user=queries.get_user(row.user_id), role=before["role"], unit=unit, by=by, until=until)


def _take_back(assignment_id: UUID, _before: None, by: Actor) -> None:
    end_role(assignment=queries.assignment_of(assignment_id), by=by)


def _rename_back(user_id: UUID, before: str, by: Actor) -> None:
    rename_user(user=queries.get_user(user_id), user_name=before, by=by)


def _open_again(user_id: UUID, _before: bool, by: Actor) -> None:
    reactivate_user(user=queries.get_user(user_id), by=by)


GIVEN = undoes("role_given", state=queries.state_of_role, inverse=_take_back, refusal=Refused)
ENDED = undoes("role_ended", state=queries.state_of_role, inverse=_give_back, refusal=Refused)
RENAMED = undoes("user_renamed", state=queries.state_of_name, inverse=_rename_back, refusal=Refused)
CLOSED = undoes("login_closed", state=queries.state_of_login, inverse=_open_again, refusal=Refused)


@contextmanager
def undone_if_refused() -> Iterator[None]:
    """Several steps as one: where a later one is refused, the earlier ones and their events never happened."""
    here = trace()
    before = len(here.pending)
    try:
        with transaction.atomic():
            yield
    except Refused:
        del here.pending[before:]
        raise


@contextmanager
def _name_taken_meanwhile(user_name: str) -> Iterator[None]:
    """Turn the database's refusal of a name that somebody else has just given into a sentence."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as taken:
        raise Refused(policies.in_use(user_name)) from taken


def _store_password(user_id: UUID, encoded: str, *, start: dt.datetime | None) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute("select ht.give_password(%s, %s, %s::smallint, %s)", [user_id, encoded, passwords.RULE, start])
