"""What is odd about a right, and who may decide on it. Nothing here reads the database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.access.reasons import Reason
from heretask.kernel.access.roles import Administrator, Developer, Management, TeamLeader

UNUSED_AFTER = dt.timedelta(days=90)
KNOWN_FOR = dt.timedelta(days=180)  # so long the log keeps who gave a right, whatever a customer chose
MOST_UNITS = 3
LASTS = dt.timedelta(days=30)
LASTS_CHANGE = dt.timedelta(days=14)
YEAR = dt.timedelta(days=365)

UNUSED, WIDE, LEAVER, CONFLICT = "unused", "wide", "leaver", "conflict"
FACTOR, OWN, PAST, UNKNOWN = "factor", "own", "past", "unknown"
FLAGS = {
    LEAVER: gettext_lazy("Has left, or the login is closed"),
    UNUSED: gettext_lazy("Not used for 90 days"),
    WIDE: gettext_lazy("Reaches wide"),
    CONFLICT: gettext_lazy("Should not be held together with another role"),
    FACTOR: gettext_lazy("No second factor"),
    OWN: gettext_lazy("Given by themselves"),
    PAST: gettext_lazy("A guest past the end"),
    UNKNOWN: gettext_lazy("Nobody known gave it"),
}
APART = (  # roles that one person does not hold together: who watches, and who is watched
    frozenset({Administrator.key, TeamLeader.key}), frozenset({Management.key, Developer.key}),
)  # fmt: skip


class Refused(Exception):
    """A rule says no; the message is a sentence for the person who asked."""


@dataclass(frozen=True, slots=True)
class Held:
    """A right as the rules see it."""

    role: str
    unit: UUID | None
    in_units: bool
    guest: bool
    since: dt.datetime
    may: frozenset[P]
    factor_needed: bool
    used_at: dt.datetime | None
    given_by: UUID | None
    giver_known: bool


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose right it is, as the rules see them."""

    id: UUID
    here: bool
    factor: bool
    invited: bool


def flags_of(held: Held, all_held: Collection[Held], who: Holder, now: dt.datetime) -> list[str]:
    """Everything odd about one right, the gravest first."""
    roles = {one.role for one in all_held}
    others = [one for one in all_held if one is not held]
    found = {
        LEAVER: not who.here,
        UNUSED: who.here and held.since < now - UNUSED_AFTER and (held.used_at or held.since) < now - UNUSED_AFTER,
        WIDE: _is_wide(held, all_held),
        CONFLICT: any(held.role in pair and pair <= roles for pair in APART) or (held.guest and bool(others)),
        FACTOR: who.here and held.factor_needed and not who.factor,
        OWN: held.given_by == who.id,
        PAST: held.guest and not who.invited,
        UNKNOWN: held.since > now - KNOWN_FOR and not held.giver_known,
    }
    return [name for name in FLAGS if found[name]]


def _is_wide(held: Held, all_held: Collection[Held]) -> bool:
    """Whoever runs the users reads no journal too; and nobody works everywhere."""
    if P.ADMIN_USERS_CHANGE in held.may:
        return any(P.SOCIAL_JOURNAL_READ in one.may for one in all_held)
    return held.in_units and len({one.unit for one in all_held if one.role == held.role}) > MOST_UNITS


def uses(reason: Reason, held: Held, all_held: Collection[Held]) -> bool:
    """Whether an act done for this reason was one by this right."""
    if reason.role != held.role:
        return False
    if reason.kind == "unit":
        return reason.unit == held.unit
    same = [one for one in all_held if one.role == held.role]
    return reason.kind != "role" or len(same) == 1


def check_may_decide(user: UUID, by: UUID | None) -> None:
    """Raise Refused for somebody who decides on their own right."""
    if by is None or user == by:
        raise Refused(_("Your own rights are decided by somebody else."))


def check_reason(reason: str, *, needed: bool) -> str:
    """The reason as it is kept."""
    plain = " ".join(reason.split())
    if needed and len(plain) < 3:
        raise Refused(_("Write why this right stays, although something about it is odd."))
    if len(plain) > 200:
        raise Refused(_("The reason may have 200 characters at most."))
    return plain


def ends_at_deadline(flags: Iterable[str], *, supplier: bool, ends_care: bool) -> bool:
    """Whether a right that nobody answered for ends at the deadline, or turns red and stays."""
    return supplier or ends_care or UNUSED in flags
