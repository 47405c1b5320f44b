"""The matrix, made from what decides: the roles as they are now, and the mark of every address."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from heretask.kernel.access.models import OwnRole
from heretask.kernel.access.permissions import Permission
from heretask.kernel.access.roles import ROLES, AnyRole
from heretask.kernel.identity.people import assignments_now
from heretask.kernel.tenancy.models import Customer, CustomerKind


@dataclass(frozen=True, slots=True)
class Matrix:
    """The roles of a customer with how many people hold each, and the rights there are."""

    roles: list[AnyRole]
    holders: Counter[str]
    rights: list[Permission]


def matrix(customer: Customer) -> Matrix:
    """Roles that can be held at `customer`, built in and its own, and every right that one of them includes."""
    supplier = customer.kind == CustomerKind.SUPPLIER
    roles: list[AnyRole] = [role for role in ROLES.values() if role.supplier == supplier]
    roles += OwnRole.objects.filter(active=True)
    held = assignments_now().filter(user__active=True).select_related("own")
    people = {(one.user_id, one.role_key) for one in held}
    included = frozenset().union(*(role.may for role in roles))
    return Matrix(roles, Counter(key for _user, key in people), [right for right in Permission if right in included])
