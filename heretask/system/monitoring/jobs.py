"""Rounds of watching, every five minutes; and the job that fails on purpose."""

from __future__ import annotations

from uuid import UUID

from heretask.kernel.jobs.queue import task
from heretask.kernel.jobs.worker import ticket

from . import planting, queries, rounds, signals


@task(queries.TASK)
def watch(_job: UUID) -> None:
    """Look first, outside the transaction: a handshake may take its time."""
    with ticket().enter():
        figures = signals.look()
    with ticket().enter():
        rounds.go_round(figures)


@task(planting.TASK)
def fail(_job: UUID) -> None:
    """A planted fault: end as failed."""
    raise planting.PlantedFault
