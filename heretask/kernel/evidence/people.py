"""Measured: who has access, who gave it, and that it ends when it is taken back."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from heretask.kernel.access.events import ROLE_GIVEN
from heretask.kernel.identity.events import SIGNED_IN
from heretask.kernel.identity.models import ReservedName, Session, User
from heretask.kernel.identity.people import assignments_now, fold_user_name
from heretask.kernel.log.models import Event
from heretask.kernel.log.registry import ACTIONS, Category
from heretask.kernel.tenancy.base import current

from .measuring import Result, State, evidence, zero
from .reading import PERIOD, credentials, detail_of, events_since, moment, person_sessions, since

SLOWEST = 5.0  # seconds: a page that was being answered when the login was closed may still have been finished
KEPT = dt.timedelta(days=180)  # events live for six months at least, whatever a customer chose
_ACTS = frozenset({Category.OPENED, Category.SEARCHED, Category.CHANGED, Category.HANDED})


@evidence(
    "ORG-3",
    counts=_("from a login being closed to its last accepted act, 5 s at most"),
    how=_(
        "For every closed login of this customer, the log is asked for the last act that was accepted, and "
        "the sessions for the last time one was used. The figure is the longest time between the closing and "
        "either of them. A page that was being answered at that moment may finish, so up to 5 seconds hold."
    ),
)
def org_3() -> Result:
    """Seconds from deactivation to the last accepted act."""
    users = User.objects.filter(active=False).values_list("id", "deactivated_at")
    closed = {user: at for user, at in users if at is not None}
    accepted = [a.name for a in ACTIONS.values() if a.category in _ACTS or a is SIGNED_IN]
    last = Event.objects.filter(actor__in=closed, action__in=accepted).values_list("actor").annotate(Max("at"))
    gaps = [(moment(at) - closed[actor]).total_seconds() for actor, at in last if actor]
    own = Session.objects.filter(customer_id=current().customer_id, kind="person", user_id__in=closed)
    used = own.values_list("user_id").annotate(Max("last_act"))
    gaps += [(at - closed[user]).total_seconds() for user, at in used if user]
    longest = max([0.0, *gaps])
    late = sum(gap > SLOWEST for gap in gaps)
    return Result(State.BROKEN if late else State.HOLDS, f"{longest:.0f} s", {"closed": len(closed), "late": late})


@evidence(
    "ACCESS-1",
    counts=_("rights without an entry saying who gave them, of all that run"),
    how=_(
        "Every role that runs today and was given in the last 180 days must have an entry in the log that "
        "names it, about the same user, by a user of this customer or by the operator at the server. A right "
        "that was written straight into the database has none and counts as a fault."
    ),
)
def access_1() -> Result:
    """Running assignments without the event of their giving."""
    start = timezone.now() - KEPT
    running = list(assignments_now().filter(made_at__gte=start).values_list("id", "user_id"))
    own = set(User.objects.values_list("id", flat=True))
    given = {
        (detail_of(event).get("assignment"), event.object_id)
        for event in events_since(start - dt.timedelta(minutes=1)).filter(action=ROLE_GIVEN.name)
        if event.actor is None or event.actor in own
    }
    unsaid = sum((str(assignment), user) not in given for assignment, user in running)
    changes = events_since(since()).filter(action__startswith="access.role.").count()
    return zero(unsaid, len(running), changes=changes)


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
