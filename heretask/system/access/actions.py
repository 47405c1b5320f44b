"""What the supplier's staff do with grants: each checks the permission; the kernel holds the rules."""

from __future__ import annotations

import re
from dataclasses import dataclass
from uuid import UUID

from heretask.kernel.access.decide import Actor, check, may
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.grants import asking
from heretask.kernel.grants.asking import Askable, Asked
from heretask.kernel.identity.whence import From

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Seen:
    """Everything on the page."""

    grants: list[Asked]
    customers: list[Askable]
    manages: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for."""

    customer: UUID
    scope: str
    citizens: str
    purpose: str
    case_number: str
    minutes: int


def see(*, by: Actor) -> Seen:
    """One's grants, and who may be asked."""
    check(by, P.SYSTEM_ACCESS_ASK)
    return Seen(asking.mine(), asking.customers(), may(by, P.ADMIN_APPROVALS_USE))


def ask(wanted: Wanted, *, by: Actor) -> bool:
    """Ask; whether it was approved beforehand. Citizens are read from the addresses that the customer sent."""
    check(by, P.SYSTEM_ACCESS_ASK)
    named = [UUID(found) for found in _UUID.findall(wanted.citizens.lower())]
    _id, running = asking.ask(
        customer_id=wanted.customer, scope=wanted.scope, citizens=named, purpose=wanted.purpose,
        case_number=wanted.case_number, minutes=wanted.minutes,
    )  # fmt: skip
    return running


def enter(grant_id: UUID, code: str, *, whence: From, by: Actor) -> str:
    """The token of the second session."""
    check(by, P.SYSTEM_ACCESS_ASK)
    return asking.enter(grant_id, code, whence=whence)


def hand_back(grant_id: UUID, *, by: Actor) -> None:
    """End one's own grant before its time."""
    check(by, P.SYSTEM_ACCESS_ASK)
    asking.hand_back(grant_id)


def ask_for_glass(wanted: Wanted, *, by: Actor) -> UUID:
    """Ask the other manager for access without the customer's answer; the request's id."""
    check(by, P.ADMIN_APPROVALS_USE)
    made = asking.ask_for_glass(
        customer_id=wanted.customer, scope=wanted.scope, case_number=wanted.case_number, minutes=wanted.minutes,
        why=wanted.purpose,
    )  # fmt: skip
    return made.id
