"""Reading what somebody reaches: rights with the roles that give them, and citizens counted by reason."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from heretask.kernel.access.decide import Actor
from heretask.kernel.access.models import OwnRole
from heretask.kernel.access.permissions import Permission
from heretask.kernel.access.reach import Reached, reached
from heretask.kernel.access.roles import AnyRole
from heretask.kernel.identity.models import User
from heretask.kernel.identity.people import actor_for, assignments_now
from heretask.kernel.secrets.opening import open_text
from heretask.kernel.tenancy.models import Customer, CustomerKind, Unit


@dataclass(frozen=True, slots=True)
class Source:
    """A role that gives a right: where, and until when."""

    label: str
    unit: str
    until: dt.date | None


@dataclass(frozen=True, slots=True)
class Reach:
    """Everything somebody reaches: each right with what gives it; citizens by reason, none by name."""

    user: User
    name: str
    actor: Actor
    rights: dict[Permission, list[Source]]
    citizens: list[Reached]
    total: int
    units: dict[UUID, str]  # names of units, and of the customer's own roles

    @property
    def reached(self) -> int:
        """How many citizens in all."""
        return sum(one.count for one in self.citizens)


def get_user(user_id: UUID) -> User:
    """A user of this customer; raises User.DoesNotExist."""
    return User.objects.select_related("customer").get(id=user_id)


def is_supplier(customer: Customer) -> bool:
    """Whether this is the supplier, who has rights that no customer has."""
    return bool(customer.kind == CustomerKind.SUPPLIER)


def name_of(user: User) -> str:
    """The name of a user."""
    return open_text(user, "name")


def actor_of_user(user: User) -> Actor:
    """The actor somebody is at this moment: with a closed login nobody acts, whatever roles they have kept."""
    return actor_for(user) if user.active else Actor(user.owner_id, user.id, user.user_name)


def reach_of(user: User) -> Reach:
    """What `user` reaches now; the same few queries for everybody."""
    sources: dict[Permission, list[Source]] = {}
    rows = assignments_now().filter(user_id=user.id).select_related("unit", "own").order_by("made_at")
    for row in rows if user.active else ():
        role: AnyRole | None = row.is_role
        if role is None:
            continue
        for right in role.may:
            sources.setdefault(right, []).append(Source(str(role.label), row.unit.name if row.unit else "", row.until))
    actor = actor_of_user(user)
    citizens, total = reached(actor, Permission.SOCIAL_CITIZENS_SEE)
    names = dict(Unit.objects.values_list("id", "name")) | dict(OwnRole.objects.values_list("id", "label"))
    return Reach(user, name_of(user), actor, {p: sources.get(p, []) for p in Permission}, citizens, total, names)
