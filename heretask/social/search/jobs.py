"""Making findable what is not yet, as a job without a person: batch by batch, each in a transaction of its own."""

from __future__ import annotations

import time
from uuid import UUID

from heretask.kernel.jobs.queue import task
from heretask.kernel.jobs.worker import ticket

from . import actions, queries

TASK = "social.index"
LASTS = 10 * 60  # seconds; its ticket lasts 15 minutes, and the clock issues the next one


@task(TASK)
def index(job: UUID) -> None:  # noqa: ARG001  (every task is called with its job's id)
    """Index this customer's waiting notes and citizens, newest first."""
    here, end, done = ticket(), time.monotonic() + LASTS, 0
    with here.enter():
        total = queries.not_indexed(None)
    while time.monotonic() < end:
        with here.enter():
            made = actions.index_some()
            done += made
            here.progress(done, max(done, total))
        if not made:
            return
