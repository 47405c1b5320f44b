"""Measured: who has access, who gave it, and that it ends when it is taken back."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from heretask.kernel.access.events import ROLE_CHANGED, ROLE_ENDED, ROLE_GIVEN, ROLE_MADE
from heretask.kernel.access.models import Assignment, OwnRole
from heretask.kernel.access.reasons import read as read_reason
from heretask.kernel.identity.events import SIGNED_IN
from heretask.kernel.identity.models import ReservedName, Session, User
from heretask.kernel.identity.people import assignments_now, fold_user_name
from heretask.kernel.log.models import Event
from heretask.kernel.log.registry import ACTIONS, Category
from heretask.kernel.supplier.models import Suspension
from heretask.kernel.tenancy.base import current

from .measuring import Result, State, evidence, zero
from .reading import PERIOD, credentials, detail_of, events_since, microseconds, moment, person_sessions, since

SLOWEST = 5.0  # seconds: a page that was being answered when the login was closed may still have been finished
KEPT = dt.timedelta(days=180)  # events live for six months at least, whatever a customer chose
_RIGHTS = (ROLE_GIVEN.name, ROLE_ENDED.name)
_ACTS = frozenset({Category.OPENED, Category.SEARCHED, Category.CHANGED, Category.HANDED})


@evidence(
    "ORG-3",
    counts=_("from a right being taken back to its last accepted act, 5 s at most"),
    how=_(
        "Taken back is a right when a login is closed, when the supplier suspends it, and when a role ends. For each, "
        "the log is asked for the last act that was accepted afterwards (for a role: by the right of that role), and "
        "the sessions of closed logins for the last time one was used. The figure is the longest time between the two. "
        "A page that was being answered at that moment may finish, so up to 5 seconds hold."
    ),
)
def org_3() -> Result:
    """Seconds from closing, suspension and end of a role to the last accepted act."""
    accepted = [a.name for a in ACTIONS.values() if a.category in _ACTS or a is SIGNED_IN]
    users = User.objects.filter(active=False).values_list("id", "deactivated_at")
    closed = {user: at for user, at in users if at is not None}
    gaps = [*_after_closing(closed, accepted), *_after_suspending(accepted), *_after_roles(accepted)]
    longest = max([0.0, *gaps])
    late = sum(gap > SLOWEST for gap in gaps)
    changes = Counter(events_since(since()).filter(action__in=_RIGHTS).values_list("action", flat=True))
    return Result(
        State.BROKEN if late else State.HOLDS, f"{longest:.0f} s",
        {
            "closed": len(closed), "suspended": Suspension.objects.filter(lifted_at=None).count(), "late": late,
            "roles_given": changes[ROLE_GIVEN.name], "roles_ended": changes[ROLE_ENDED.name],
        },
    )  # fmt: skip


def _after_closing(closed: dict[UUID, dt.datetime], accepted: list[str]) -> list[float]:
    """Seconds from each closing to the last act, and to the last use of a session."""
    last = Event.objects.filter(actor__in=closed, action__in=accepted).values_list("actor").annotate(Max("at"))
    gaps = [(moment(at) - closed[actor]).total_seconds() for actor, at in last if actor]
    own = Session.objects.filter(customer_id=current().customer_id, kind="person", user_id__in=closed)
    used = own.values_list("user_id").annotate(Max("last_act"))
    return gaps + [(at - closed[user]).total_seconds() for user, at in used if user]


def _after_suspending(accepted: list[str]) -> list[float]:
    """Seconds from each suspension to the last act before it was lifted."""
    gaps = []
    for one in Suspension.objects.all():
        acts = Event.objects.filter(actor=one.user, action__in=accepted, at__gt=microseconds(one.at))
        if one.lifted_at:
            acts = acts.filter(at__lt=microseconds(one.lifted_at))
        last = acts.aggregate(last=Max("at"))["last"]
        if last:
            gaps.append((moment(last) - one.at).total_seconds())
    return gaps


def _after_roles(accepted: list[str]) -> list[float]:
    """Seconds from the end of each role to the last act by its right, where the user has not got that role again."""
    rows = list(Assignment.objects.select_related("own"))
    still = {(a.user_id, a.role_key) for a in rows if a.ended_at is None}
    ended: dict[tuple[UUID, str], dt.datetime] = {}
    for a in rows:
        key = (a.user_id, a.role_key)
        if a.ended_at is not None and a.ended_at > timezone.now() - KEPT and key not in still:
            ended[key] = max(a.ended_at, ended.get(key, a.ended_at))
    acts = Event.objects.filter(actor__in={user for user, _role in ended}, action__in=accepted)
    gaps = []
    for actor, purpose, at in acts.values_list("actor", "purpose").annotate(Max("at")):
        reason = read_reason(purpose)
        taken = ended.get((actor, reason.role)) if reason and actor else None
        if taken is not None:
            gaps.append((moment(at) - taken).total_seconds())
    return gaps


@evidence(
    "ACCESS-1",
    counts=_("rights without an entry saying who gave them, of all that run"),
    how=_(
        "Every role that runs today and was given in the last 180 days must have an entry in the log that "
        "names it with the same role, unit and last day, about the same user, by a user of this customer or by "
        "the operator at the server. A role of the customer's own must allow what the newest entry about it says. "
        "A right that was written straight into the database, or changed there, counts as a fault."
    ),
)
def access_1() -> Result:
    """Running roles that differ from the entry of their giving, and own roles that differ from their newest entry."""
    start = timezone.now() - KEPT
    own = set(User.objects.values_list("id", flat=True))
    said = _said(start, own)
    running = list(assignments_now().select_related("own", "unit"))
    unsaid = sum(not _is_as_said(row, said.given.get(str(row.id))) for row in running if _given_since(row, start))
    revived = sum(str(row.id) in said.ended for row in running)
    roles = list(OwnRole.objects.filter(active=True))
    bent = sum(
        said.allowed.get(role.id, None if role.made_at >= start else role.permissions) != role.permissions
        for role in roles
    )
    changes = events_since(since()).filter(action__startswith="access.").count()
    return zero(unsaid + revived + bent, len(running) + len(roles), changes=changes, unsaid=unsaid, bent=bent)


@dataclass(slots=True)
class _Said:
    """What the log says of rights: who was given what, what has ended, and what each own role allows."""

    given: dict[str, tuple[object, dict[str, Any]]] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)
    allowed: dict[object, list[str]] = field(default_factory=dict)


def _said(start: dt.datetime, own: set[UUID]) -> _Said:
    told = _Said()
    actions = [ROLE_GIVEN.name, ROLE_ENDED.name, ROLE_MADE.name, ROLE_CHANGED.name]
    for event in events_since(start - dt.timedelta(minutes=1)).filter(action__in=actions).order_by("at", "id"):
        if event.actor is not None and event.actor not in own:
            continue
        detail = detail_of(event)
        if event.action == ROLE_GIVEN.name:
            told.given[str(detail.get("assignment"))] = (event.object_id, detail)
        elif event.action == ROLE_ENDED.name:
            told.ended.add(str(detail.get("assignment")))
        else:
            told.allowed[event.object_id] = detail.get("after", [])
    return told


def _given_since(row: Assignment, start: dt.datetime) -> bool:
    """Whether its giving must still stand in the log. An id tells its own time: what was put back in time is found."""
    made = dt.datetime.fromtimestamp((row.id.int >> 80) / 1000, tz=dt.UTC) if row.id.version == 7 else timezone.now()
    return max(row.made_at, made) >= start


def _is_as_said(row: Assignment, told: tuple[object, dict[str, Any]] | None) -> bool:
    """Whether a running role is the one that its entry names: whose, which, where and until when."""
    if told is None or told[0] != row.user_id:
        return False
    detail = told[1]
    return (
        detail.get("role") == row.role_key
        and detail.get("until", "") == str(row.until or "")
        and detail.get("unit_id", str(row.unit_id or "")) == str(row.unit_id or "")
    )


@evidence(
    "DATA-2",
    counts=_("accounts without a password of their own or with a name like another's, of all open ones"),
    how=_(
        "Every open account must have a password, a start password or one-time link that still lives, or be "
        "younger than 72 hours. User names are compared as signing in compares them: without regard to "
        "capital letters and ways of writing. Sessions of one user that ran at the same time from different "
        "addresses are counted as a sample to look at."
    ),
)
def data_2() -> Result:
    """Active users without a way in of their own, and names that fold into one another."""
    users = list(User.objects.filter(active=True))
    kept = {c.user_id: c for c in credentials()}
    now = timezone.now()
    without = 0
    for user in users:
        own = kept.get(user.id)
        if own is None:
            without += user.made_at < now - dt.timedelta(hours=72)
        elif not own.password:
            without += own.link_until is None or own.link_until < now
    names = Counter(fold_user_name(user.user_name) for user in users)
    alike = sum(count - 1 for count in names.values())
    return zero(without + alike, len(users), without=without, alike=alike, pairs=_impossible_pairs())


def _impossible_pairs() -> int:
    """Sessions of one user that overlap and come from different addresses."""
    pairs, before = 0, None
    for own in (
        person_sessions().order_by("user_id", "made_at").only("user_id", "made_at", "ended_at", "ends_at", "address")
    ):
        if before is not None and before.user_id == own.user_id and before.address != own.address:
            pairs += (before.ended_at or before.ends_at) > own.made_at
        before = own
    return pairs


@evidence(
    "LOGIN-1",
    counts=_("start passwords and links that live longer than 72 hours, of all that wait"),
    how=_(
        "Every start password and one-time link that has not been used yet is compared with the moment it was "
        "given: none may be valid for more than 72 hours. First sign-ins of the last 30 days are counted "
        "beside it."
    ),
)
def login_1() -> Result:
    """Start passwords and links that live too long."""
    longest = dt.timedelta(hours=72, minutes=1)
    waiting, late = 0, 0
    for own in credentials():
        until = [end for end in (own.start_until, own.link_until if own.link_hash else None) if end is not None]
        waiting += bool(until)
        late += any(end - own.set_at > longest for end in until)
    return zero(late, waiting, first_sign_ins=credentials().filter(first_used_at__gte=since()).count())


@evidence(
    "LOGIN-3",
    counts=_("user names that are not reserved for their owner alone, of all"),
    how=_(
        "Every user name in use must stand in the list of names ever given, for that user and nobody else. A "
        "name that was changed past the administrator's page, or given twice, is a fault. Renames of the last "
        "30 days are counted beside it."
    ),
)
def login_3() -> Result:
    """Names in use that are not reserved for their user."""
    reserved: dict[str, set[object]] = {}
    given: Counter[object] = Counter()
    renamed = 0
    for name in ReservedName.objects.order_by("made_at"):
        reserved.setdefault(fold_user_name(name.user_name), set()).add(name.user)
        renamed += bool(given[name.user]) and name.made_at > timezone.now() - PERIOD
        given[name.user] += 1
    users = list(User.objects.values_list("id", "user_name"))
    return zero(sum(reserved.get(fold_user_name(name)) != {user} for user, name in users), len(users), renamed=renamed)
