"""A transaction of the owner's inside one customer, for work on keys that touches the customer's own row as well.

The web's role may not change a customer, and the owner sees no rows without a session: so it gets a ticket, enters as
everybody does, and its events are stored by the same connection, in the same transaction.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connections, transaction

from heretask.kernel.log.registry import Action
from heretask.kernel.log.storing import statement
from heretask.kernel.log.trace import make

from . import keys


@dataclass(frozen=True, slots=True)
class Inside:
    """One customer, entered by the owner."""

    alias: str
    customer_id: UUID
    session: UUID
    why: str

    def rows(self, sql: str, *params: Any) -> list[tuple[Any, ...]]:
        """Run a statement; the rows it answers."""
        with connections[self.alias].cursor() as cursor:
            cursor.execute(sql, params)
            return list(cursor.fetchall()) if cursor.description else []

    def ring(self, *, locked: bool = False) -> bytes:
        """The customer's ring as it is stored now."""
        sql = "select wrapped_key from kernel_customer where id = %s"
        return bytes(self.rows(sql + (" for update" if locked else ""), self.customer_id)[0][0])

    def put_ring(self, stored: bytes) -> None:
        """Store the customer's ring."""
        self.rows("update kernel_customer set wrapped_key = %s where id = %s", stored, self.customer_id)

    def record(self, action: Action, **said: Any) -> None:
        """An event of this transaction, its variables sealed under the customer's key."""
        key = keys.unwrap_customer_key(self.customer_id, self.ring())
        event = make(
            action, customer_id=self.customer_id, customer_key=key, actor=None, session=self.session,
            agent=f"operator: {self.why}", **said,
        )  # fmt: skip
        sql, params = statement([event], numbered=False)
        self.rows(sql, *params)


@contextmanager
def inside(customer_id: UUID, why: str, alias: str = "owner") -> Iterator[Inside]:
    """Enter a customer as the owner for one transaction; also one whose contract has ended, whose sessions are over."""
    h1 = secrets.token_hex(32)
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        cursor.execute("select active from kernel_customer where id = %s", [customer_id])
        active = cursor.fetchone()[0]
        if not active:  # nobody else sees this: it is undone before the transaction ends
            cursor.execute("update kernel_customer set active = true where id = %s", [customer_id])
        cursor.execute("select ht.operator_ticket(%s, %s, 30, %s)", [customer_id, h1, why[:20]])
        session = cursor.fetchone()[0]
        cursor.execute("select * from ht.enter(%s)", [h1])
        yield Inside(alias, customer_id, session, why)
        cursor.execute("set constraints all immediate")  # deferred checks look through the policies, while these hold
        if not active:
            cursor.execute("update kernel_customer set active = false where id = %s", [customer_id])
        cursor.execute("select ht.end_ticket(%s)", [h1])
