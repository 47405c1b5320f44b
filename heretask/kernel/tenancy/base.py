"""The base of every row that belongs to a customer, and the one way into a customer's rows.

Django knows `id` as the key; the database's own keys are `(customer_id, …)`, made by `SecureTables`.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connections, models, transaction


@dataclass(frozen=True, slots=True)
class Entered:
    """Whose rows this transaction may see: what `ht.enter` answered."""

    customer_id: UUID
    user_id: UUID | None
    session_id: UUID
    kind: str

    @property
    def person_id(self) -> UUID:
        """The user; raises RuntimeError for the operator and the system's own work, who have nothing of their own."""
        if self.user_id is None:
            raise RuntimeError("this belongs to a person, and nobody is signed in")
        return self.user_id


_entered: ContextVar[Entered | None] = ContextVar("entered", default=None)


def uuid7() -> UUID:
    """A time-ordered UUID (RFC 9562, version 7), made in Python so that PostgreSQL 15 to 18 behave alike."""
    return uuid7_at(time.time_ns() // 1_000_000)


def uuid7_at(milliseconds: int) -> UUID:
    """A version 7 UUID of the given Unix time in milliseconds."""
    random = int.from_bytes(os.urandom(10), "big")
    value = (milliseconds & (2**48 - 1)) << 80 | random
    value = value & ~(0xF << 76) | 0x7 << 76
    return UUID(int=value & ~(0x3 << 62) | 0x2 << 62)


def current() -> Entered:
    """Who has entered in this context; raises RuntimeError outside `entered`."""
    here = _entered.get()
    if here is None:
        raise RuntimeError("no live session: no customer")
    return here


def current_customer() -> UUID | None:
    """The customer of this context, or None; it must not raise, since checks and forms make instances too."""
    here = _entered.get()
    return here.customer_id if here else None


@contextmanager
def entered(h1: str) -> Iterator[Entered]:
    """Open the main transaction under the session whose hashed token is `h1` (hex of SHA-256 of the cookie).

    The one way in, for requests, jobs, tests and data migrations. Raises OperationalError with SQLSTATE 28000 where
    no such session lives, as the first statement, so that an empty answer can never be a dead session.
    """
    with transaction.atomic(), connections["default"].cursor() as cursor:
        cursor.execute("select * from ht.enter(%s)", [h1])
        row = cursor.fetchone()
        token = _entered.set(Entered(*row))
        try:
            yield Entered(*row)
        finally:
            _entered.reset(token)


if TYPE_CHECKING:
    ForeignKey = models.ForeignKey[Any, Any]
else:  # Django's own classes cannot be subscripted while the program runs
    ForeignKey = models.ForeignKey


class OwnKey(ForeignKey):
    """A foreign key inside one customer; the database's constraint is `(customer_id, x_id)`."""

    def __init__(self, to: Any, on_delete: Any, **kwargs: Any) -> None:
        kwargs["db_constraint"] = False
        kwargs["db_index"] = False
        super().__init__(to, on_delete, **kwargs)

    def deconstruct(self) -> Any:
        """As Django's, without the two options that this class decides."""
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("db_constraint", None)
        kwargs.pop("db_index", None)
        return name, path, args, kwargs


class CustomerKey(OwnKey):
    """The customer a row belongs to, taken from the session and from nowhere else."""

    def pre_save(self, model_instance: Any, add: bool) -> Any:
        """Fill in the session's customer; save() and bulk_create() both pass here."""
        if add and model_instance.customer_id is None:
            model_instance.customer_id = current_customer()
        if model_instance.customer_id is None:
            raise RuntimeError("no live session: no customer")
        return model_instance.customer_id


class CustomerRow(models.Model):
    """A row of one customer. Uniqueness is always `UniqueConstraint(fields=["customer", …])`."""

    append_only = False

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    customer = CustomerKey(
        "kernel.Customer", models.PROTECT, default=current_customer, editable=False, related_name="+"
    )

    class Meta:
        abstract = True

    @property
    def owner_id(self) -> UUID:
        """The customer's id, which every stored row has; raises RuntimeError for a row made outside a session."""
        owner: UUID | None = self.customer_id
        if owner is None:
            raise RuntimeError("no live session: no customer")
        return owner
