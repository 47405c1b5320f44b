"""Making customers, and the first people in them; done by the operator at the server, with the owner's credentials."""

from __future__ import annotations

import re

from django.db import transaction

from heretask.kernel.access.decide import Actor
from heretask.kernel.secrets import keys
from heretask.kernel.tenancy.base import uuid7
from heretask.kernel.tenancy.models import Customer, CustomerKind

SHORT = re.compile(r"[a-z][a-z0-9-]{1,39}")
SUPPLIER = "heretask"
SYNTHETIC = "proof"


def create_customer(slug: str, name: str, kind: CustomerKind = CustomerKind.PROVIDER) -> Customer:
    """A new customer with a key of its own; raises ValueError for a short name that nobody could sign in with."""
    if not SHORT.fullmatch(slug):
        raise ValueError(
            "A short name has 2 to 40 small letters (a to z), digits and hyphens, and begins with a letter."
        )
    customer = Customer(id=uuid7(), kind=kind, slug=slug, name=name)
    customer.wrapped_key = keys.wrap_customer_key(customer.id, keys.make_key())
    customer.save(using="owner", force_insert=True)
    return customer


def ensure_own_customers() -> None:
    """The supplier itself, and the customer of nobody in which the synthetic person lives."""
    with transaction.atomic(using="owner"):
        for slug, name, kind in (
            (SUPPLIER, "HereTask", CustomerKind.SUPPLIER),
            (SYNTHETIC, "HereTask proof", CustomerKind.SYNTHETIC),
        ):
            if not Customer.objects.using("owner").filter(slug=slug).exists():
                create_customer(slug, name, kind)


def customer_called(slug: str) -> Customer:
    """The customer of that short name; raises Customer.DoesNotExist."""
    return Customer.objects.using("owner").get(slug=slug)


def operator_of(customer: Customer) -> Actor:
    """The operator at the server, acting inside `customer`."""
    return Actor(customer.id, None, "operator", kind="operator")
