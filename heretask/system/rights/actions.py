"""The matrix is read; that is an event like any other reading."""

from __future__ import annotations

from heretask.kernel.access.decide import Actor, check
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.log import record
from heretask.kernel.tenancy.models import Customer

from . import events, queries
from .queries import Matrix


def read_matrix(*, customer: Customer, by: Actor) -> Matrix:
    """Which role may reach what at one's own customer, now."""
    check(by, P.SYSTEM_ASSESSMENT_SEE)
    found = queries.matrix(customer)
    record(events.READ, hits=len(found.roles))
    return found
