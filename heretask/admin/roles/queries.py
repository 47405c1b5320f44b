"""Reading roles: which there are, what each allows, and who has it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from heretask.kernel.access.models import Assignment, OwnRole
from heretask.kernel.access.roles import ROLES, AnyRole
from heretask.kernel.identity.people import assignments_now, names_of
from heretask.kernel.log.queries import Entry, history_of
from heretask.kernel.tenancy.base import current
from heretask.kernel.tenancy.models import Customer, CustomerKind


@dataclass(frozen=True, slots=True)
class Counted:
    """A role, and how many people have it now."""

    role: Any
    people: int


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who has a role: where, and until when."""

    user_id: UUID
    name: str
    active: bool
    unit: str
    until: dt.date | None


@dataclass(frozen=True, slots=True)
class Shown:
    """A role with everything that its page shows."""

    role: Any
    holders: list[Holder]
    history: list[Entry]


def is_supplier() -> bool:
    """Whether this customer is the supplier, who has no roles of its own making."""
    return bool(Customer.objects.get(id=current().customer_id).kind == CustomerKind.SUPPLIER)


def roles() -> tuple[list[Counted], list[Counted], list[OwnRole]]:
    """Built-in roles of this kind of customer, its own in use, and its own out of use; a bounded number of queries."""
    supplier = is_supplier()
    held: Counter[str] = Counter()
    for key, _user in {(row.role_key, row.user_id) for row in assignments_now().select_related("own")}:
        held[key] += 1
    built_in = [Counted(role, held[key]) for key, role in ROLES.items() if role.supplier == supplier]
    own = list(OwnRole.objects.all())
    used = [Counted(role, held[role.key]) for role in own if role.active]
    return built_in, used, [role for role in own if not role.active]


def own_role(role_id: UUID) -> OwnRole:
    """One of the customer's own roles; raises OwnRole.DoesNotExist."""
    return OwnRole.objects.get(id=role_id)


def locked(role_id: UUID) -> OwnRole:
    """The same, held until the transaction ends."""
    return OwnRole.objects.select_for_update().get(id=role_id)


def built_in(key: str) -> AnyRole | None:
    """The built-in role of that key, where this kind of customer has it."""
    role = ROLES.get(key)
    return role if role is not None and role.supplier == is_supplier() else None


def holders_of(role: AnyRole) -> list[Holder]:
    """Who has a role now, by name."""
    rows: list[Assignment] = list(
        assignments_now().filter(**Assignment.columns_of(role)).select_related("unit", "user").order_by("made_at")
    )
    names = names_of(row.user_id for row in rows)
    found = [
        Holder(row.user_id, names[row.user_id], row.user.active, row.unit.name if row.unit else "", row.until)
        for row in rows
    ]
    return sorted(found, key=lambda one: (one.name.casefold(), one.unit))


def history_of_role(role: OwnRole) -> list[Entry]:
    """The newest changes of one of the customer's own roles."""
    return history_of("role", role.id)


def labels_by_id(ids: set[UUID]) -> dict[UUID, str]:
    """The names of the customer's own roles."""
    return dict(OwnRole.objects.filter(id__in=ids).values_list("id", "label"))
