"""Where a request at the door came from, and the log's line about what it tried there."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from uuid import UUID

from heretask.kernel.log.gate import record_at_gate
from heretask.kernel.log.registry import Action
from heretask.kernel.secrets.keys import keyed_hash
from heretask.kernel.tenancy.models import Customer, CustomerKind

from .models import User
from .people import fold_user_name


@dataclass(frozen=True, slots=True)
class From:
    """Where a request came from."""

    address: str
    agent: str
    mark: str = ""  # the browser's cookie


def note(
    action: Action, customer: Customer | None, user: User | None, whence: From, outcome: str, given: str = ""
) -> None:
    """A failure or step at the door. A name that does not exist is kept as a keyed hash only."""
    whose = customer.id if customer else _supplier()
    record_at_gate(
        action, customer_id=whose, actor=user.id if user else None, on=("user", user.id if user else None),
        purpose="" if user or not given else "name " + keyed_hash("unknown name", fold_user_name(given)).hex()[:16],
        outcome=outcome, address=whence.address, agent=whence.agent,
    )  # fmt: skip


@functools.cache
def _supplier() -> UUID:
    """In whose log a name without a customer stands. Asked for once, so that such a name costs no query more."""
    supplier: UUID = Customer.objects.using("gate").values_list("id", flat=True).get(kind=CustomerKind.SUPPLIER)
    return supplier
