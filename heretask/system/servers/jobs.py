"""The servers' log read by itself, every hour, where the installation says so (HERETASK_HOST_COLLECT=1)."""

from __future__ import annotations

from uuid import UUID

from heretask.kernel.access.decide import Actor
from heretask.kernel.host.sources import configured
from heretask.kernel.jobs.queue import task
from heretask.kernel.jobs.worker import ticket
from heretask.kernel.tenancy.base import current

from . import actions, queries


@task(queries.TASK)
def collect(_job: UUID) -> None:
    """Read on from where the last reading ended; a source that is not there fails the job, and LOG-5 grows old."""
    here = ticket()
    with here.enter():
        by = Actor(current().customer_id, current().user_id, kind="operator")
    taken = actions.collect(configured(), here.enter, by=by)
    with here.enter():
        here.progress(1, 1, opened=taken.opened, findings=taken.findings)
