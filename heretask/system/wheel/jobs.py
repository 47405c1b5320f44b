"""Each night the wheel turns: what never was planned gets its first day."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone

from heretask.kernel.access.decide import Actor
from heretask.kernel.jobs.queue import task
from heretask.kernel.jobs.worker import ticket
from heretask.kernel.tenancy.base import current

from . import actions, queries


@task(queries.TASK)
def turn(_job: UUID) -> None:
    """A night that comes twice plans nothing twice."""
    here = ticket()
    with here.enter():
        by = Actor(current().customer_id, current().user_id, kind="operator")
        planned = actions.turn(timezone.localdate(), by=by)
        here.progress(1, 1, planned=planned)
