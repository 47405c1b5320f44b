"""Acts of Management on customers and logins: each one transaction at the gate, the change and events on both sides."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from heretask.kernel.access import events as access_events
from heretask.kernel.access.roles import Administrator
from heretask.kernel.approvals import events as approval_events
from heretask.kernel.approvals.asking import (
    ACTS,
    CLOSE,
    REOPEN,
    REPLACE,
    ask_inside,
    check_reason,
    declare,
    parameters_of,
    said_of,
)
from heretask.kernel.approvals.managing import Managing, Refused, customer_at_gate, managing
from heretask.kernel.approvals.models import Approval
from heretask.kernel.identity import passwords
from heretask.kernel.identity.models import User
from heretask.kernel.identity.people import check_user_name, fold_user_name
from heretask.kernel.secrets import keys
from heretask.kernel.secrets.opening import open_text, place_of
from heretask.kernel.tenancy.base import current, uuid7
from heretask.kernel.tenancy.models import Customer, CustomerKind

from . import events
from .models import Suspension

SHORT = re.compile(r"[a-z][a-z0-9-]{1,39}")


@dataclass(frozen=True, slots=True)
class Overview:
    """A customer as the supplier may know it: numbers, no names of people."""

    id: UUID
    slug: str
    name: str
    kind: str
    active: bool
    made_at: dt.datetime
    open_logins: int
    closed_logins: int
    suspended: int
    last_sign_in: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Login:
    """A login that was asked for by its whole name."""

    full_name: str
    customer_id: UUID
    customer_name: str
    user_id: UUID
    active: bool
    suspended_at: dt.datetime | None
    manages: bool


@dataclass(frozen=True, slots=True)
class Suspended:
    """A suspension as Management sees it."""

    id: UUID
    full_name: str
    why: str
    by: UUID
    at: dt.datetime
    lifted_by: UUID | None
    lifted_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Founded:
    """A new customer, and how its first administrator gets in: shown once."""

    slug: str
    name: str
    user_name: str
    password: str
    until: dt.datetime


def my_name() -> str:
    """The name of the manager of this session, for what a customer reads."""
    return open_text(User.objects.get(id=current().person_id), "name")


def customers() -> list[Overview]:
    """All customers but the synthetic one; looking is an event."""
    with managing() as here:
        found = [Overview(*row) for row in here.call("customers")]
        here.record(events.CUSTOMERS_SEEN, hits=len(found))
    return found


def found_customer(*, slug: str, name: str, user_name: str, person: str, start: tuple[str, str]) -> Founded:
    """A new customer with its own key, and its first administrator with a start password; raises Refused.

    `start` is (password, hash), made before any row is locked. Nobody of the supplier can see the password later.
    """
    slug, name, folded, person = _checked(slug, name, user_name, person)
    customer = Customer(id=uuid7(), kind=CustomerKind.PROVIDER, slug=slug, name=name)
    key = keys.make_key()
    customer.wrapped_key = keys.wrap_customer_key(customer.id, key)
    user = User(id=uuid7(), customer_id=customer.id, user_name=folded)
    sealed = keys.seal_bytes(key, person.encode(), place_of(customer.id, user, "name"))
    assignment, until = uuid7(), timezone.now() + dt.timedelta(hours=passwords.START_HOURS)
    if Customer.objects.using("gate").filter(slug=slug).exists():
        raise Refused(_("There is a customer %(name)s already, or was.") % {"name": slug})
    with managing() as here:
        here.call(
            "found_customer", customer.id, slug, name, customer.wrapped_key, user.id, folded, sealed, assignment,
            start[1], passwords.RULE, until,
        )  # fmt: skip
        here.record(
            events.FOUNDED, on=("customer", customer.id),
            variables={"customer": slug, "name": name, "user_name": f"{folded}@{slug}"},
        )  # fmt: skip
        here.tell(customer, events.MADE_BY_SUPPLIER, on=("user", user.id), variables={"by": my_name()})
        here.tell(
            customer, access_events.ROLE_GIVEN, on=("user", user.id), changed=("role",),
            variables={"role": Administrator.key, "unit": "", "until": "", "assignment": str(assignment)},
        )  # fmt: skip
    return Founded(slug, name, f"{folded}@{slug}", start[0], until)


def _checked(slug: str, name: str, user_name: str, person: str) -> tuple[str, str, str, str]:
    slug, name, person = slug.strip(), " ".join(name.split()), " ".join(person.split())
    if not SHORT.fullmatch(slug):
        raise Refused(
            _("A short name has 2 to 40 small letters (a to z), digits and hyphens, and begins with a letter.")
        )
    if not name or not person:
        raise Refused(_("Write the names."))
    try:
        return slug, name[:120], check_user_name(user_name), person[:120]
    except ValueError as wrong:
        raise Refused(str(wrong)) from wrong


def close_customer(approval: Approval) -> None:
    """Close a customer, as both wanted; every session of it ends at its next request."""
    _opened_or_closed(approval, "close_customer", events.CLOSED, events.CLOSED_BY_SUPPLIER)


def reopen_customer(approval: Approval) -> None:
    """Open a customer again, as both wanted."""
    _opened_or_closed(approval, "reopen_customer", events.REOPENED, events.REOPENED_BY_SUPPLIER)


def _opened_or_closed(approval: Approval, function: str, own: Any, theirs: Any) -> None:
    why = open_text(approval, "words")
    with managing() as here:
        customer = customer_at_gate(here.call(function, approval.id)[0][0])
        here.record(own, on=("customer", customer.id), variables={"customer": customer.slug, "why": why})
        here.tell(customer, theirs, variables={"why": why, "by": my_name()})


def find_login(full_name: str) -> Login | None:
    """The login of exactly that whole name, or None; looking is an event with what was looked for (LOG-1)."""
    name, _at, slug = fold_user_name(full_name)[:120].replace("\x00", "").partition("@")
    with managing() as here:
        rows = here.call("find_login", name, slug)
        here.record(
            events.LOGIN_SOUGHT, variables={"q": full_name}, hits=len(rows), shown=tuple(row[2] for row in rows)
        )
    return Login(f"{name}@{slug}", *rows[0]) if rows else None


def suspend(login: Login, why: str) -> int:
    """Suspend a login at once, in any customer; returns how many sessions ended. Raises Refused."""
    why, by = check_reason(why), my_name()
    if login.user_id == current().user_id:
        raise Refused(_("Nobody suspends their own login."))
    if login.suspended_at is not None:
        raise Refused(_("This login is suspended already."))
    customer = customer_at_gate(login.customer_id)
    key = keys.unwrap_customer_key(customer.id, bytes(customer.wrapped_key))
    made = Suspension(customer_id=customer.id)
    words = json.dumps({"why": why, "by": by}, ensure_ascii=False).encode()
    sealed = keys.seal_bytes(key, words, place_of(customer.id, made, "words"))
    with managing() as here:
        ended: list[UUID] = here.call("suspend", made.id, customer.id, login.user_id, sealed)[0][0]
        here.record(events.SUSPENDED, on=("suspension", made.id), variables={"login": login.full_name, "why": why})
        here.tell(
            customer, events.SUSPENDED_BY_SUPPLIER, on=("user", login.user_id), changed=("active",),
            variables={"why": why, "by": by},
        )  # fmt: skip
        here.tell_ended(customer, login.user_id, ended, "suspended")
    return len(ended)


def suspensions() -> list[Suspended]:
    """The suspensions that run, then those that were lifted; looking is an event."""
    with managing() as here:
        rows = here.call("suspensions")
        here.record(events.SUSPENSIONS_SEEN, hits=len(rows), shown=tuple(row[0] for row in rows))
    found = []
    rings = {c.id: bytes(c.wrapped_key) for c in Customer.objects.using("gate").filter(id__in={r[1] for r in rows})}
    for own, customer_id, slug, user_name, words, by, at, lifted_by, lifted_at in rows:
        key = keys.unwrap_customer_key(customer_id, rings[customer_id])
        plain = keys.open_bytes(key, bytes(words), place_of(customer_id, Suspension(id=own), "words"))
        found.append(Suspended(own, f"{user_name}@{slug}", str(json.loads(plain)["why"]), by, at, lifted_by, lifted_at))
    return found


def lift(suspension_id: UUID, why: str) -> None:
    """Lift a suspension: the login is again what it was before. Raises Refused."""
    why, by = check_reason(why), my_name()
    with managing() as here:
        customer_id, user_id = here.call("lift_suspension", suspension_id)[0]
        customer = customer_at_gate(customer_id)
        here.record(events.LIFTED, on=("suspension", suspension_id), variables={"customer": customer.slug, "why": why})
        here.tell(
            customer, events.LIFTED_BY_SUPPLIER, on=("user", user_id), changed=("active",),
            variables={"why": why, "by": by},
        )  # fmt: skip


def ask_replacement(*, outgoing: User, incoming: User, minutes: str, why: str) -> Approval:
    """Ask for the other manager to be replaced: all customers are told now, it is carried out after 24 hours."""
    slug = Customer.objects.get(id=current().customer_id).slug
    asker = User.objects.get(id=current().person_id)
    parameters = {
        "outgoing": str(outgoing.id), "outgoing_name": f"{outgoing.user_name}@{slug}",
        "incoming": str(incoming.id), "incoming_name": f"{incoming.user_name}@{slug}", "minutes": minutes,
    }  # fmt: skip
    with managing() as here:
        made = ask_inside(here, REPLACE, parameters, why)
        _tell_all(here, events.MANAGER_CHANGES, parameters, f"{asker.user_name}@{slug}")
    return made


def replace_manager(approval: Approval) -> None:
    """Carry out a replacement whose 24 hours are over and that nobody refused. Raises Refused."""
    parameters, asker = parameters_of(approval), approval.asked_by.user_name
    supplier = Customer.objects.get(id=current().customer_id)
    assignment = uuid7()
    with managing() as here:
        gone, came, ended = here.call("replace_manager", approval.id, assignment)[0]
        here.record(events.REPLACED, on=("user", came), variables=said_of(approval))
        here.record(
            access_events.ROLE_ENDED, on=("user", gone), changed=("role",),
            variables={"role": "management", "unit": "", "assignment": ""},
        )  # fmt: skip
        here.record(
            access_events.ROLE_GIVEN, on=("user", came), changed=("role",),
            variables={"role": "management", "unit": "", "until": "", "assignment": str(assignment)},
        )  # fmt: skip
        here.tell_ended(supplier, gone, ended, "replaced as manager")
        _tell_all(here, events.MANAGER_CHANGED, parameters, f"{asker}@{supplier.slug}")


def refuse_replacement(approval: Approval) -> None:
    """Stop a replacement: the one to be replaced may, and the one who asked. All customers are told."""
    parameters, asker = parameters_of(approval), approval.asked_by.user_name
    supplier = Customer.objects.get(id=current().customer_id)
    with managing() as here:
        here.call("refuse_approval", approval.id)
        here.record(approval_events.REFUSED, on=("approval", approval.id), variables=said_of(approval))
        _tell_all(here, events.MANAGER_STAYS, parameters, f"{asker}@{supplier.slug}")


def _tell_all(here: Managing, action: Any, parameters: dict[str, str], asker: str) -> None:
    said = {
        "before": parameters["outgoing_name"], "after": parameters["incoming_name"], "asked by": asker,
        "minutes": parameters["minutes"],
    }  # fmt: skip
    for customer in _all_customers():
        here.tell(customer, action, variables=said)


def _all_customers() -> Iterable[Customer]:
    return Customer.objects.using("gate").filter(active=True, kind=CustomerKind.PROVIDER).order_by("slug")


for _act, _done in ((CLOSE, close_customer), (REOPEN, reopen_customer), (REPLACE, replace_manager)):
    declare(replace(ACTS[_act], carry_out=_done))
