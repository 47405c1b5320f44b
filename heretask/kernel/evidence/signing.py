"""Measured: passwords, and the guidelines that a customer sets on top of the floor."""

from __future__ import annotations

import datetime as dt
import ipaddress
from uuid import UUID

from django.db import connections
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from heretask.kernel.access.roles import ROLES
from heretask.kernel.identity import passwords
from heretask.kernel.identity.events import PASSWORD_CHANGED
from heretask.kernel.identity.models import Credential, Factor, User
from heretask.kernel.identity.people import assignments_now
from heretask.kernel.tenancy.base import current
from heretask.kernel.tenancy.guidelines import DEFAULTS, LONGEST_IDLE, Guidelines
from heretask.kernel.tenancy.models import Customer, GuidelineChange

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
    counts=_(
        "guidelines that nobody chose or accepted, floors that the database does not enforce, and ways around them"
    ),
    how=_(
        "Each guideline of this customer is held against its floor, its default and the newest line of its "
        "history: one that differs from its default must have been chosen by somebody, and one below its default "
        "must be an accepted deviation. The database's own rules that refuse anything below the floor are looked "
        "up, since without them a guideline could quietly sink. Sessions that last longer idle, that go on outside "
        "the networks, or that an administrator has without a second factor, are faults too."
    ),
)
def login_5() -> Result:
    """The customer's settings beside floor and default, and the history that accounts for each."""
    own = Customer.objects.get(id=current().customer_id)
    now = Guidelines.of(own)
    low = (own.password_length < passwords.FLOOR) + (own.idle_seconds > LONGEST_IDLE)
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select count(*) from pg_constraint where conname = any(%s) and contype = 'c' and convalidated",
            [list(FLOORS)],
        )
        missing = len(FLOORS) - cursor.fetchone()[0]
    newest: dict[str, GuidelineChange] = {}
    for row in GuidelineChange.objects.order_by("made_at", "id"):
        newest[row.setting] = row
    unsaid = sum(_unaccounted(name, code, now, newest.get(name)) for name, code in now.told.items())
    longer = person_sessions().filter(idle_limit__gt=LONGEST_IDLE).count()
    sample = {
        "password_length": own.password_length, "idle_seconds": own.idle_seconds, "second_factor": own.second_factor,
        "hours": now.told["hours"] or "-", "networks": len(now.networks), "deviations": len(now.deviations),
        "floors_missing": missing, "unaccounted": unsaid,
    }  # fmt: skip
    faults = low + missing + longer + unsaid + _outside(now) + _governing_without_factor()
    return Result(State.BROKEN if faults else State.HOLDS, f"{faults} / {len(now.told) + len(FLOORS)}", sample)


def _unaccounted(name: str, code: str, now: Guidelines, newest: GuidelineChange | None) -> bool:
    """Whether nobody's choice accounts for a guideline as it stands."""
    if newest is None:
        return code != DEFAULTS.told[name] or name in now.deviations
    return newest.after != code or (name in now.deviations and not newest.deviation)


def _outside(now: Guidelines) -> int:
    """Live sessions of people that began outside the networks and have been used since the networks were chosen."""
    if not now.networks:
        return 0
    chosen = GuidelineChange.objects.filter(setting="networks").order_by("-made_at").first()
    if chosen is None:
        return 0
    used = person_sessions().filter(last_act__gt=chosen.made_at + NEAR)
    nets = [ipaddress.ip_network(one) for one in now.networks]
    return sum(not _within(address, nets) for address in used.values_list("address", flat=True))


def _within(address: str, nets: list[ipaddress.IPv4Network | ipaddress.IPv6Network]) -> bool:
    try:
        return any(ipaddress.ip_address(address) in net for net in nets)
    except ValueError:
        return False


def _governing_without_factor() -> int:
    """People who govern and are in now, by a session begun since they do, and who have no second factor at all."""
    roles = [key for key, role in ROLES.items() if role.second_factor]
    rows = assignments_now().filter(Q(role__in=roles) | Q(own__second_factor=True), user__active=True)
    since_when: dict[UUID, dt.datetime] = {}
    for user, made_at in rows.values_list("user_id", "made_at"):
        since_when[user] = min(made_at, since_when.get(user, made_at))
    live = person_sessions().filter(user_id__in=list(since_when), ended_at=None).values_list("user_id", "made_at")
    been_in = {user for user, made_at in live if user and made_at > since_when[user]}
    factors = Factor.objects.filter(user_id__in=been_in).exclude(confirmed_at=None).exclude(kind="recovery")
    return len(been_in - set(factors.values_list("user_id", flat=True)))
