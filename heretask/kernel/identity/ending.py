"""Ending what somebody else has open: effective at their next request."""

from __future__ import annotations

from uuid import UUID

from django.db import connections

from heretask.kernel.log import record

from . import events


def end_sessions_of(user_id: UUID, reason: str) -> int:
    """End every live session of a user of this customer, with an event for each (LOG-2). Returns how many lived."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select ht.end_sessions(%s, %s)", [user_id, reason[:20]])
        ended: list[UUID] = cursor.fetchone()[0]
    for session in ended:
        record(events.ENDED, on=("session", session), shown=[user_id], outcome=reason)
    return len(ended)
