"""What Management does beyond its own customer: one transaction at the gate, with the change and every event of it.

The functions that are called there ask the database whose session the key belongs to. The role of the pages may call
none of them, so injected SQL reaches no other customer, and an approval cannot be written but by them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, ProgrammingError, connections, transaction
from django.utils.translation import gettext as _

from heretask.kernel.identity import events as identity_events
from heretask.kernel.log.registry import Action
from heretask.kernel.log.storing import statement
from heretask.kernel.log.trace import Trace, make, trace
from heretask.kernel.secrets.keys import unwrap_customer_key
from heretask.kernel.tenancy.models import Customer

FORBIDDEN = "42501"


class Refused(Exception):
    """It may not be done, or not now; the message is a sentence for the manager."""


@dataclass(frozen=True, slots=True)
class Managing:
    """One transaction of a manager's at the gate."""

    h1: str
    own: Trace

    def call(self, function: str, *params: Any) -> list[tuple[Any, ...]]:
        """Call one of the database's functions with the key of this session; the rows it answers."""
        places = ", ".join(["%s"] * (len(params) + 1))
        with connections["gate"].cursor() as cursor:
            cursor.execute(f"select * from ht.{function}({places})", [self.h1, *params])  # noqa: S608  (names of ours)
            return list(cursor.fetchall())

    def record(self, action: Action, **said: Any) -> None:
        """An event in the supplier's own log: who of Management did it, from where, by which right."""
        here = self.own
        self._store(
            action, here.customer_id, here.customer_key, actor=here.actor, session=here.session, address=here.address,
            agent=here.agent, purpose=here.purpose, **said,
        )  # fmt: skip

    def tell(self, customer: Customer, action: Action, **said: Any) -> None:
        """An event in a customer's own log, its variables sealed under that customer's key."""
        key = unwrap_customer_key(customer.id, bytes(customer.wrapped_key))
        self._store(action, customer.id, key, actor=None, session=None, agent="supplier", **said)

    def tell_acting(self, customer: Customer, action: Action, **said: Any) -> None:
        """As `tell`, of somebody whom the customer's log names: who enters under a grant."""
        key = unwrap_customer_key(customer.id, bytes(customer.wrapped_key))
        here = self.own
        self._store(action, customer.id, key, address=here.address, agent=here.agent, **said)

    def tell_ended(self, customer: Customer, user_id: UUID, sessions: list[UUID], why: str) -> None:
        """That sessions of a user were ended, an event for each (LOG-2)."""
        for session in sessions:
            self.tell(customer, identity_events.ENDED, on=("session", session), shown=(user_id,), outcome=why)

    def _store(self, action: Action, customer_id: UUID, key: bytes, **said: Any) -> None:
        made = make(action, customer_id=customer_id, customer_key=key, **said)
        sql, params = statement([made], numbered=False)
        with connections["gate"].cursor() as cursor:
            cursor.execute(sql, params)


@contextmanager
def managing() -> Iterator[Managing]:
    """Act as the manager of this session; raises Refused where the database does not let them."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select current_setting('ht.session', true)")
        h1 = str(cursor.fetchone()[0] or "")
    try:
        with transaction.atomic(using="gate"):
            yield Managing(h1, trace())
    except ProgrammingError as failure:
        if getattr(failure.__cause__, "sqlstate", "") != FORBIDDEN:
            raise
        raise Refused(_("This cannot be done, or not any more. Load the page and look once more.")) from failure
    except IntegrityError as failure:
        raise Refused(_("Something else was done in the same moment. Load the page and look once more.")) from failure


def customer_at_gate(customer_id: UUID) -> Customer:
    """A customer's row as the gate reads it, to seal under its key; raises Customer.DoesNotExist."""
    return Customer.objects.using("gate").get(id=customer_id)
