"""Looking at what went out, which is an event: names of users stand there."""

from __future__ import annotations

from heretask.kernel.access.decide import Actor, check
from heretask.kernel.access.permissions import Permission
from heretask.kernel.log import record

from . import events, queries


def see_outbox(by: Actor) -> queries.Seen:
    """What went out in 30 days, and what could not."""
    check(by, Permission.ADMIN_MAIL_SEE)
    seen = queries.outbox()
    record(events.SEEN, hits=len(seen.wrong) + len(seen.waiting))
    return seen
