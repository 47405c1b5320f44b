"""Ending access because of a breach: logins, sessions, grants. Each is a step of the case, with its result."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from heretask.kernel.access.decide import Actor, check
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.approvals.managing import Refused as NotDone
from heretask.kernel.approvals.managing import customer_at_gate, managing
from heretask.kernel.supplier import governing
from heretask.kernel.supplier.governing import Login
from heretask.kernel.tenancy.models import Customer

from . import actions, events, policies, queries
from .policies import Refused
from .queries import Opened

SUSPENDED, LIFTED, SESSIONS, GRANTS = "suspended", "lifted", "sessions", "grants"


def suspend(one: Opened, full_name: str, why: str, *, by: Actor) -> int:
    """Suspend a login; how many sessions ended by it. Raises Refused."""
    login = _login(one, full_name, by)
    try:
        ended = governing.suspend(login, why)
    except NotDone as refused:
        raise Refused(str(refused)) from None
    actions.contained(one, SUSPENDED, about=login.user_id, text=login.full_name, count=ended)
    return ended


def lift(one: Opened, full_name: str, why: str, *, by: Actor) -> None:
    """Lift a suspension that was made in a case. Raises Refused."""
    login = _login(one, full_name, by)
    running = next((s for s in governing.suspensions() if s.full_name == login.full_name and s.lifted_at is None), None)
    if running is None:
        raise Refused(_("This login is not suspended."))
    try:
        governing.lift(running.id, why)
    except NotDone as refused:
        raise Refused(str(refused)) from None
    actions.contained(one, LIFTED, about=login.user_id, text=login.full_name)


def end_sessions(one: Opened, of: str, *, by: Actor) -> int:
    """End every session of one login, or of everybody at a customer; how many. Raises Refused."""
    check(by, P.SYSTEM_BREACHES_RUN)
    policies.check_open(one.kinds)
    if "@" in of:
        login = _login(one, of, by)
        customer, who, words = customer_at_gate(login.customer_id), login.user_id, login.full_name
    else:
        customer, who = _customer(of), None
        words = customer.name
    try:
        with managing() as here:
            gone = here.call("end_sessions_for_breach", customer.id, who)
            here.record(events.ENDED, on=("breach", one.id), variables={"what": SESSIONS, "count": len(gone)})
            for session, person in gone:
                here.tell_ended(customer, person, [session], "breach")
    except NotDone as refused:
        raise Refused(str(refused)) from None
    actions.contained(one, SESSIONS, about=who or customer.id, text=words, count=len(gone))
    return len(gone)


def end_grants(one: Opened, of: str, *, by: Actor) -> int:
    """End the supplier's own access at one customer, or with nothing given everywhere; how many grants."""
    check(by, P.SYSTEM_BREACHES_RUN)
    policies.check_open(one.kinds)
    customer = _customer(of) if of.strip() else None
    with managing() as here:
        gone: list[tuple[UUID, UUID]] = [
            (own, at) for own, at in here.call("end_grants_for_breach", customer.id if customer else None)
        ]
        here.record(events.ENDED, on=("breach", one.id), variables={"what": GRANTS, "count": len(gone)})
        for own, at in gone:
            here.tell(
                customer_at_gate(at), events.SUPPLIER_ENDED, on=("grant", own), variables={"what": GRANTS}
            )  # fmt: skip
    actions.contained(
        one, GRANTS, about=customer.id if customer else None, text=customer.name if customer else "", count=len(gone)
    )
    return len(gone)


def _login(one: Opened, full_name: str, by: Actor) -> Login:
    check(by, P.SYSTEM_BREACHES_RUN)
    policies.check_open(one.kinds)
    login = governing.find_login(full_name)
    if login is None:
        raise Refused(_("There is no login of exactly this name."))
    return login


def _customer(given: str) -> Customer:
    wanted = given.strip().casefold()
    for customer in queries.providers():
        if wanted in {customer.slug.casefold(), customer.name.casefold()}:
            return customer
    raise Refused(_("There is no customer of this name."))
