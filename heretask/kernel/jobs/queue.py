"""Asking for a job, and seeing how far it is."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import connections

from .models import Job

TASKS: dict[str, Callable[..., None]] = {}


def task(name: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Declare a job. It is called with `job` (its id) and its arguments, outside any transaction (see `ticket`)."""

    def declare(function: Callable[..., None]) -> Callable[..., None]:
        if name in TASKS:
            raise ValueError(f"the task {name} is declared twice")
        TASKS[name] = function
        return function

    return declare


def defer(name: str, minutes: int = 15, **arguments: Any) -> UUID:
    """Put a job into the queue under a ticket of this session; nothing is queued if this transaction fails.

    Arguments are ids only: they are readable in the queue's table.
    """
    with connections["default"].cursor() as cursor:
        cursor.execute("select ht.defer(%s, %s::jsonb, %s)", [name, json.dumps(arguments), minutes])
        job: UUID = cursor.fetchone()[0]
    return job


def own_job(job_id: UUID, user_id: UUID | None) -> Job:
    """A job that this person asked for; raises Job.DoesNotExist for anybody else's."""
    return Job.objects.get(id=job_id, user=user_id)
