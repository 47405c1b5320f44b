"""Measured: passwords, and the guidelines that a customer sets on top of the floor."""

from __future__ import annotations

import datetime as dt

from django.db import connections
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from heretask.kernel.identity import passwords
from heretask.kernel.identity.events import PASSWORD_CHANGED
from heretask.kernel.identity.models import Credential, User
from heretask.kernel.tenancy.base import current
from heretask.kernel.tenancy.models import Customer

from .measuring import Result, State, evidence, zero
from .reading import credentials, events_since, microseconds, person_sessions, since

FLOORS = ("customer_idle_floor", "customer_password_floor", "session_idle_floor")
ARGON2ID = "argon2$argon2id$"  # how Django writes down which hash it is
NEAR = dt.timedelta(minutes=2)  # between a password's own time and its event


@evidence(
    "LOGIN-2",
    counts=_("passwords that somebody else chose or that were never changed, of those changed in 30 days"),
    how=_(
        "Every password that was replaced in the last 30 days must have an entry in the log by which its "
        "owner changed it. A session that went on with a start password, and a change made by somebody else, "
        "are faults too."
    ),
)
def login_2() -> Result:
    """Passwords that are not their owner's own."""
    start = since()
    changes = list(
        events_since(start - NEAR).filter(action=PASSWORD_CHANGED.name).values_list("actor", "object_id", "at")
    )
    said: dict[object, list[int]] = {}
    for actor, _of, at in changes:
        said.setdefault(actor, []).append(at)
    replaced = credentials().filter(set_at__gte=start, start_until=None).exclude(password="")
    others = sum(bool(actor != of) for actor, of, _at in changes)
    for own, made_at in _with_age(replaced):
        if own.set_at - made_at < NEAR:  # the first one, given together with the account
            continue
        near = microseconds(NEAR + dt.datetime.fromtimestamp(0, tz=dt.UTC))
        others += all(abs(at - microseconds(own.set_at)) > near for at in said.get(own.user_id, []))
    waiting = dict(credentials().exclude(start_until=None).values_list("user_id", "set_at"))
    begun = person_sessions().filter(user_id__in=waiting).values_list("user_id", "made_at")
    went_on = sum(made_at > waiting[user] for user, made_at in begun if user)
    return zero(others + went_on, len(changes), went_on=went_on)


def _with_age(found: QuerySet[Credential]) -> list[tuple[Credential, dt.datetime]]:
    """Each with the moment its account was made."""
    own = list(found)
    made = dict(User.objects.filter(id__in=[c.user_id for c in own]).values_list("id", "made_at"))
    return [(c, made[c.user_id]) for c in own if c.user_id in made]


@evidence(
    "LOGIN-4",
    counts=_("passwords accepted under a weaker rule or kept in a weaker form, of all"),
    how=_(
        "With each password we keep the version of the rule it was accepted under, and its hash. Counted are "
        "passwords of an older, weaker rule and those that are not kept as argon2id."
    ),
)
def login_4() -> Result:
    """Passwords under a weaker rule."""
    kept = credentials().exclude(password="")
    weak = kept.filter(Q(rule__lt=passwords.RULE) | ~Q(password__startswith=ARGON2ID))
    return zero(weak.count(), kept.count(), floor=passwords.FLOOR, rule=passwords.RULE)


@evidence(
    "LOGIN-5",
    counts=_("guidelines below the floor, and floors that the database does not enforce"),
    how=_(
        "This customer's guidelines are read and held against the floor: passwords of 8 characters, signed "
        "out after 300 seconds. The database's own rules that refuse anything below are looked up as well, "
        "since without them a guideline could quietly sink."
    ),
)
def login_5() -> Result:
    """The customer's settings beside the floor."""
    own = Customer.objects.get(id=current().customer_id)
    low = (own.password_length < passwords.FLOOR) + (own.idle_seconds > 300)
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select count(*) from pg_constraint where conname = any(%s) and contype = 'c' and convalidated",
            [list(FLOORS)],
        )
        missing = len(FLOORS) - cursor.fetchone()[0]
    longer = person_sessions().filter(idle_limit__gt=300).count()
    sample = {
        "password_length": own.password_length, "idle_seconds": own.idle_seconds,
        "second_factor": own.second_factor, "floors_missing": missing,
    }  # fmt: skip
    faults = low + missing + longer
    return Result(State.BROKEN if faults else State.HOLDS, f"{faults} / {2 + len(FLOORS)}", sample)
