"""Each night: the yearly review begins by itself, and deadlines are met."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone

from heretask.kernel.jobs.queue import task
from heretask.kernel.jobs.worker import ticket
from heretask.kernel.tenancy.models import CustomerKind

from . import actions, queries

TASK = "admin.reviews.run"


@task(TASK)
def run(job: UUID) -> None:  # noqa: ARG001  (every task is called with its job's id)
    """Deadlines first, so that what ends today is not asked about anew."""
    here = ticket()
    with here.enter():
        if queries.customer().kind == CustomerKind.SYNTHETIC:
            return
        now = timezone.now()
        found = actions.meet_deadlines(now)
        begun = actions.start_by_the_clock(now)
        here.progress(1, 1, **found, begun=begun is not None)
