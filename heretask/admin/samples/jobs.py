"""The monthly draw: asked for each night, made once a month."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone

from heretask.kernel.jobs.queue import task
from heretask.kernel.jobs.worker import ticket

from . import actions

TASK = "admin.samples.draw"


@task(TASK)
def draw(job: UUID) -> None:  # noqa: ARG001  (every task is called with its job's id)
    """Draw the month that is over, where it has not been drawn."""
    here = ticket()
    with here.enter():
        here.progress(1, 1, drawn=actions.draw_month(timezone.now()) is not None)
