"""Customers: seen as numbers, created by one manager, closed and opened again by both (ORG-3)."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from heretask.kernel.access.decide import Actor, check
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.approvals import asking, queries
from heretask.kernel.approvals.managing import Refused
from heretask.kernel.approvals.models import Approval
from heretask.kernel.supplier import governing
from heretask.kernel.supplier.governing import Founded, Overview


def see_customers(*, by: Actor) -> list[Overview]:
    """All customers, without a name of anybody in them."""
    check(by, P.ADMIN_CUSTOMERS_RUN)
    return governing.customers()


def see_customer(customer_id: UUID, *, by: Actor) -> Overview | None:
    """One customer; None where there is none of that id."""
    return next((one for one in see_customers(by=by) if one.id == customer_id), None)


def create(*, slug: str, name: str, user_name: str, person: str, start: tuple[str, str], by: Actor) -> Founded:
    """A new customer and its first administrator, whose start password is shown once. Raises Refused."""
    check(by, P.ADMIN_CUSTOMERS_RUN)
    return governing.found_customer(slug=slug, name=name, user_name=user_name, person=person, start=start)


def ask(customer: Overview, why: str, *, by: Actor) -> Approval:
    """Ask the other manager to close this customer, or to open it again where it is closed. Raises Refused."""
    check(by, P.ADMIN_CUSTOMERS_RUN)
    if customer.kind != "provider":
        raise Refused(_("The supplier itself is never closed."))
    act = asking.CLOSE if customer.active else asking.REOPEN
    if queries.pending(act, customer=str(customer.id)) is not None:
        raise Refused(_("This has been asked for already. See Two people."))
    return asking.ask(act, {"customer": str(customer.id), "slug": customer.slug, "name": customer.name}, why)
