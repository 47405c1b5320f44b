"""Choosing how long the log is kept, and reading the protocol of what went."""

from __future__ import annotations

from uuid import UUID

from django.db import connections

from heretask.kernel.access.decide import Actor, check
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.log import record
from heretask.kernel.retention import events as kept
from heretask.kernel.retention import queries
from heretask.kernel.retention.queries import Month

from . import events, policies


def change_months(months: int, why: str, *, by: Actor) -> None:
    """Keep the log so many months from now on; raises Refused. What is older goes the next night, not at once."""
    check(by, P.ADMIN_RETENTION_CHANGE)
    before = queries.customer().log_months
    policies.check_months(months, before, why)
    with connections["default"].cursor() as cursor:
        cursor.execute("select ht.keep_log(%s)", [months])  # the database asks once more who chooses
    record(
        kept.MONTHS_CHANGED, changed=["log_months"],
        variables={"before": str(before), "after": str(months), "why": why},
    )  # fmt: skip


def change_message_months(months: int, why: str, *, by: Actor) -> None:
    """Keep messages so many months from now on; raises Refused. What is older goes the next night, not at once."""
    check(by, P.ADMIN_RETENTION_CHANGE)
    before = queries.customer().message_months
    policies.check_message_months(months, before, why)
    with connections["default"].cursor() as cursor:
        cursor.execute("select ht.keep_messages(%s)", [months])  # the database asks once more who chooses
    record(
        events.MESSAGES_CHANGED, changed=["message_months"],
        variables={"before": str(before), "after": str(months), "why": why},
    )  # fmt: skip


def read_protocol(month: UUID, *, by: Actor) -> Month:
    """One month of the protocol. Raises Retention.DoesNotExist."""
    check(by, P.ADMIN_RETENTION_SEE)
    found = queries.month(month)
    record(events.PROTOCOL_READ, on=("retention", month), hits=found.gone)
    return found


def print_protocol(month: UUID, *, by: Actor) -> Month:
    """One month of the protocol, to be handed on as PDF."""
    check(by, P.ADMIN_RETENTION_SEE)
    found = queries.month(month)
    record(events.PROTOCOL_PRINTED, on=("retention", month), hits=found.gone)
    return found
