"""Telling Management, as a job of the supplier's that the database issues with each report."""

from __future__ import annotations

from uuid import UUID

from heretask.kernel.jobs.queue import task
from heretask.kernel.jobs.worker import ticket

from . import actions


@task("incidents.tell")
def tell(job: UUID) -> None:  # noqa: ARG001  (every task is called with its job's id)
    """Tell them of what they were not told of."""
    with ticket().enter():
        actions.tell_management()
