"""Events that must survive a rollback: denials and failures, written through the gate's own connection."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import connections

from .registry import Action
from .storing import statement
from .trace import make


def record_at_gate(action: Action, *, customer_id: UUID, **what: Any) -> UUID:
    """Store one event at once, in a transaction of its own or in the gate's open one; returns its id.

    The gate may insert and not read, so nothing here is sealed: `what` takes no search variables.
    """
    said: dict[str, Any] = {"actor": None, "session": None, "address": "", "agent": "", **what}
    said |= {"address": said["address"][:64], "agent": said["agent"][:200]}
    stored = make(action, customer_id=customer_id, customer_key=None, **said)
    sql, params = statement([stored], numbered=False)
    with connections["gate"].cursor() as cursor:
        cursor.execute(sql, params)
    return stored.id
