"""Each night: the tasks of those that recur are made as far ahead as lists look."""

from __future__ import annotations

from uuid import UUID

from heretask.kernel.jobs.queue import task
from heretask.kernel.jobs.worker import ticket

from . import actions, queries

TASK = "platform.tasks.repeat"


@task(TASK)
def repeat(job: UUID) -> None:  # noqa: ARG001  (every task is called with its job's id)
    """A night that was missed is caught up with; one that comes twice makes nothing twice."""
    here = ticket()
    with here.enter():
        made = actions.repeat_all(queries.today() + queries.AHEAD)
        here.progress(1, 1, made=made)
