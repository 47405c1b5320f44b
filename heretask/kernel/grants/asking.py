"""The supplier's side: ask a customer, enter while the grant runs, hand it back, break the glass.

Each is one transaction at the gate, under the key of the person's own session; the role of the pages can do none of it.
Whether somebody is eligible is asked when they ask *and* whenever they enter (STAFF-4).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from heretask.kernel.access.decide import Denied
from heretask.kernel.approvals import asking as approvals
from heretask.kernel.approvals.managing import Managing, Refused, customer_at_gate, managing
from heretask.kernel.approvals.models import Approval
from heretask.kernel.identity import factors
from heretask.kernel.identity.factors import use_code
from heretask.kernel.identity.models import User
from heretask.kernel.identity.sessions import begin
from heretask.kernel.identity.tries import TRIES_KNOWN, refund, reserve
from heretask.kernel.identity.whence import From
from heretask.kernel.log.registry import Action
from heretask.kernel.secrets import keys
from heretask.kernel.secrets.opening import open_text, place_of
from heretask.kernel.staff.eligibility import Scope
from heretask.kernel.staff.gate import NotEligible, check_eligible
from heretask.kernel.tenancy.base import current
from heretask.kernel.tenancy.models import Customer

from . import events
from .models import MOST_MINUTES, Grant, GrantScope

__all__ = ["Refused"]
GLASS = "access.glass"
SHORTEST_PURPOSE = 10


@dataclass(frozen=True, slots=True)
class Asked:
    """A grant as the supplier sees it: nothing of it is sealed, since the purpose is the customer's to read."""

    id: UUID
    customer_id: UUID
    slug: str
    customer_name: str
    asked_name: str
    mine: bool
    scope: str
    citizens: list[UUID]
    purpose: bytes
    case_number: str
    minutes: int
    asked_at: dt.datetime
    answer_until: dt.datetime
    approved_at: dt.datetime | None
    refused_at: dt.datetime | None
    starts: dt.datetime | None
    ends_at: dt.datetime | None
    cut_at: dt.datetime | None
    ended_at: dt.datetime | None
    broken_glass: bool
    standing: str  # as `ht.grant_state` says it

    @property
    def runs(self) -> bool:
        """Whether it lets somebody in now."""
        return self.standing == "runs"

    @property
    def waits(self) -> bool:
        """Whether the customer can still answer."""
        return self.approved_at is None and self.refused_at is None and self.answer_until > timezone.now()


@dataclass(frozen=True, slots=True)
class Askable:
    """A customer that may be asked; one that is closed only to be told so."""

    id: UUID
    slug: str
    name: str
    active: bool


def customers() -> list[Askable]:
    """All customers, as the supplier may know them."""
    with managing() as here:
        return [Askable(*row) for row in here.call("grant_customers")]


def mine() -> list[Asked]:
    """One's own grants of 30 days, for Management everybody's; looking is an event."""
    with managing() as here:
        found = [Asked(*row) for row in here.call("my_grants")]
        here.record(events.LISTED, hits=len(found))
    return found


def check_may(scope: str) -> None:
    """Raise Refused, with every reason of the staff register, where this person may not have a grant of `scope`."""
    try:
        check_eligible(current().person_id, Scope.STRUCTURE if scope == GrantScope.STRUCTURE else Scope.CONTENT)
    except NotEligible as reason:
        raise Refused(str(reason)) from reason


def ask(
    *, customer_id: UUID, scope: str, citizens: Iterable[UUID], purpose: str, case_number: str, minutes: int
) -> tuple[UUID, bool]:
    """Ask a customer; the grant's id, and whether it was approved beforehand. Raises Refused."""
    check_may(scope)
    purpose, case_number = _checked(purpose), " ".join(case_number.split())[:40]
    named = sorted(set(citizens)) if scope == GrantScope.CITIZENS else []
    if scope == GrantScope.CITIZENS and not named:
        raise Refused(_("Name at least one citizen: paste the address of their page, as the customer sent it."))
    if not case_number:
        raise Refused(_("Write the number of the case."))
    if not 5 <= minutes <= MOST_MINUTES:
        raise Refused(_("Between five minutes and eight hours."))
    customer = _open_customer(customer_id)
    made = Grant(customer_id=customer.id)
    sealed = _seal_purpose(customer, made, purpose)
    with managing() as here:
        running: bool = here.call("ask_grant", made.id, customer.id, scope, named, sealed, case_number, minutes)[0][0]
        said = {"scope": scope, "case": case_number, "minutes": minutes}
        here.record(events.ASKED, on=("grant", made.id), variables={"customer": customer.slug, **said})
        _tell(here, customer, events.SUPPLIER_ASKED, made.id, said | {"purpose": purpose})
        if running:
            _tell(here, customer, events.APPROVED_BEFOREHAND, made.id, None)
    return made.id, running


def enter(grant_id: UUID, code: str, *, whence: From) -> str:
    """A second session, bound to the grant's customer and ending with it; the token of its cookie. Raises Refused.

    `code` is a one-time code of this moment: having signed in this morning is not enough.
    """
    grant = next((one for one in mine() if one.id == grant_id and one.mine), None)
    if grant is None:
        raise Denied
    if not grant.runs or grant.ends_at is None:
        raise Refused(_("This access does not run now."))
    check_may(grant.scope)
    _check_code(code)
    customer = customer_at_gate(grant.customer_id)
    with managing() as here:
        token, session = begin(
            "grant", customer_id=grant.customer_id, user_id=current().person_id, ends_at=grant.ends_at,
            grant_id=grant.id, address=whence.address[:64], agent=whence.agent[:200],
        )  # fmt: skip
        here.record(events.ENTERED, on=("grant", grant.id), variables={"customer": grant.slug, "scope": grant.scope})
        here.tell_acting(
            customer, events.SUPPLIER_ENTERED, actor=current().person_id, session=session, grant=grant.id,
            on=("grant", grant.id), variables={"scope": grant.scope, "case": grant.case_number},
        )  # fmt: skip
    return token


def hand_back(grant_id: UUID) -> None:
    """End one's own grant before its time. Raises Refused, and Denied for one of others."""
    if not any(one.id == grant_id and one.mine for one in mine()):
        raise Denied
    with managing() as here:
        customer = customer_at_gate(here.call("hand_back_grant", grant_id)[0][0])
        here.record(events.HANDED_BACK, on=("grant", grant_id))
        _tell(here, customer, events.SUPPLIER_HANDED_BACK, grant_id, None)


def ask_for_glass(*, customer_id: UUID, scope: str, case_number: str, minutes: int, why: str) -> Approval:
    """Ask the other manager for access that the customer does not answer; the customer is told once it is used."""
    check_may(scope)
    if scope not in {GrantScope.STRUCTURE, GrantScope.CONTENT} or not 5 <= minutes <= MOST_MINUTES:
        raise Refused(_("Between five minutes and eight hours."))
    customer = _open_customer(customer_id)
    asked = {
        "customer": str(customer.id), "slug": customer.slug, "name": customer.name, "scope": scope,
        "case_number": " ".join(case_number.split())[:40], "minutes": str(minutes),
    }  # fmt: skip
    return approvals.ask(GLASS, asked, why)


def break_glass(approval: Approval) -> None:
    """Give oneself what both of Management wanted, exactly that; the customer is told in the same moment."""
    said = approvals.parameters_of(approval)
    check_may(said["scope"])
    why = open_text(approval, "words")
    customer = _open_customer(UUID(said["customer"]))
    made = Grant(customer_id=customer.id)
    sealed = _seal_purpose(customer, made, why)
    with managing() as here:
        here.call("break_glass", approval.id, made.id, sealed)
        told = {"scope": said["scope"], "case": said["case_number"], "minutes": said["minutes"]}
        here.record(events.GLASS_BROKEN, on=("grant", made.id), variables={"customer": customer.slug, **told})
        _tell(here, customer, events.SUPPLIER_BROKE_GLASS, made.id, told | {"purpose": why})


def glass_facts(said: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What the other manager reads before approving."""
    return [
        (_("Customer"), said["name"]), (_("Scope"), str(GrantScope(said["scope"]).label)),
        (_("Case"), said["case_number"]), (_("Minutes"), said["minutes"]),
    ]  # fmt: skip


approvals.declare(
    approvals.Act(GLASS, gettext_lazy("Enter a customer without its answer"), carry_out=break_glass, facts=glass_facts)
)


def _tell(here: Managing, customer: Customer, action: Action, grant: UUID, said: Mapping[str, object] | None) -> None:
    here.tell(customer, action, on=("grant", grant), variables=said)


def _open_customer(customer_id: UUID) -> Customer:
    found = Customer.objects.using("gate").filter(id=customer_id, kind="provider").first()
    if found is None:
        raise Refused(_("There is no such customer."))
    if not found.active:
        raise Refused(
            _("%(name)s is closed: nobody there can answer, and nothing there is opened.") % {"name": found.name}
        )
    return found


def _seal_purpose(customer: Customer, made: Grant, purpose: str) -> bytes:
    key = keys.unwrap_customer_key(customer.id, bytes(customer.wrapped_key))
    return keys.seal_bytes(key, purpose.encode(), place_of(customer.id, made, "purpose"))


def _checked(purpose: str) -> str:
    plain = " ".join(purpose.split())
    if len(plain) < SHORTEST_PURPOSE:
        raise Refused(_("Write what you must see and why, so that the customer can decide."))
    return plain[:400]


def _check_code(code: str) -> None:
    if not code:
        raise Refused(_("Write the code that your device shows now."))
    person = current().person_id
    counter = ("proof", person.bytes, TRIES_KNOWN)
    if reserve([counter]):
        raise Refused(_("Too many tries. Wait a quarter of an hour."))
    user = User.objects.using("gate").select_related("customer").get(id=person)
    if not factors.second_factors(person).exists() or not use_code(user, code):
        raise Refused(_("That code is not right, or was used before. Wait for the next one."))
    refund(counter)
