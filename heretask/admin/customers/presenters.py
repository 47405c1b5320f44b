"""Customers as pages."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from heretask.kernel.approvals import queries
from heretask.kernel.approvals.asking import CLOSE, REOPEN
from heretask.kernel.supplier.governing import Founded, Overview
from heretask.kernel.tenancy.models import CustomerKind


def list_context(found: list[Overview]) -> dict[str, Any]:
    """The list, and what it adds up to."""
    kinds = dict(CustomerKind.choices)
    providers = [one for one in found if one.kind == CustomerKind.PROVIDER]
    return {
        "customers": [(one, kinds.get(one.kind, one.kind)) for one in found],
        "open": sum(one.active for one in providers), "closed": sum(not one.active for one in providers),
        "logins": sum(one.open_logins for one in providers),
    }  # fmt: skip


def customer_context(one: Overview) -> dict[str, Any]:
    """One customer, and what is under way about it."""
    act = CLOSE if one.active else REOPEN
    return {
        "customer": one, "kind": dict(CustomerKind.choices).get(one.kind, one.kind),
        "own": one.kind != CustomerKind.PROVIDER, "pending": queries.pending(act, customer=str(one.id)),
    }  # fmt: skip


def founded_context(made: Founded) -> dict[str, Any]:
    """The way in of the first administrator, shown once."""
    return {"made": made, "address": f"{settings.HERETASK_ADDRESS}/sign-in/"}
