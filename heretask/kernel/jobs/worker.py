"""The worker's side of a job: claim the ticket, run, and report nothing when the job was given to another meanwhile."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connections
from procrastinate import App, RetryStrategy

from heretask.kernel.log.faults import place_of
from heretask.kernel.log.trace import Trace, tracing
from heretask.kernel.secrets.keys import unwrap_customer_key
from heretask.kernel.tenancy.base import current, entered
from heretask.kernel.tenancy.models import Customer

from .models import Job
from .queue import TASKS

logger = logging.getLogger("heretask.jobs")
TRIES = 3


@dataclass(frozen=True, slots=True)
class Ticket:
    """The right to work on one job; its key lives in this process's memory only."""

    queue_id: int
    job: UUID
    h1: str

    @contextmanager
    def enter(self) -> Iterator[Trace]:
        """One short transaction with exactly the rights of who asked for the job."""
        with entered(self.h1):
            customer = Customer.objects.get(id=current().customer_id)
            key = unwrap_customer_key(customer.id, customer.wrapped_key)
            with tracing(key, agent="job") as trace:
                yield trace

    def progress(self, done: int, total: int, **outcome: Any) -> None:
        """Write down how far the job is; visible at once when the part's transaction ends."""
        changes: dict[str, Any] = {"done": done, "total": total, "state": "running"}
        if outcome:
            changes["outcome"] = outcome
        Job.objects.filter(id=self.job).update(**changes)


_ticket: ContextVar[Ticket | None] = ContextVar("ticket", default=None)


def ticket() -> Ticket:
    """The ticket of the job that is running."""
    here = _ticket.get()
    if here is None:
        raise RuntimeError("not inside a job")
    return here


def _ask(sql: str, *params: Any) -> Any:
    with connections["queue"].cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchone()[0]


def run(function: Callable[..., None], queue_id: int, arguments: dict[str, Any]) -> None:
    """Run one job under its ticket."""
    job = UUID(arguments.pop("job"))
    h1 = _ask("select ht.claim(%s)", queue_id)
    token = _ticket.set(Ticket(queue_id, job, h1))
    try:
        function(job, **arguments)
    except Exception:
        _stop_if_lost(queue_id, h1)
        raise
    finally:
        _ticket.reset(token)
        for alias in ("default", "gate"):
            connections[alias].close_if_unusable_or_obsolete()
    _stop_if_lost(queue_id, h1)
    _ask("select ht.done(%s, %s)::text", queue_id, "done")


def _stop_if_lost(queue_id: int, h1: str) -> None:
    """End this process where the job was given to another worker while this one stood still."""
    if not _ask("select ht.mine(%s, %s)", queue_id, h1):
        os._exit(75)


def on_app_ready(app: App) -> None:
    """Give procrastinate our tasks; each runs under its ticket, none can forget it."""
    if "queue" not in settings.DATABASES:
        return
    for name, function in TASKS.items():
        _register(app, name, function)


def _register(app: App, name: str, function: Callable[..., None]) -> None:
    @app.task(name=name, pass_context=True, retry=RetryStrategy(max_attempts=TRIES - 1, wait=1))
    def under_ticket(context: Any, /, **arguments: Any) -> None:
        try:
            run(function, context.job.id, arguments)
        except Exception as failure:
            logger.error("job %s failed: %s", name, place_of(failure))
            if context.job.attempts + 1 >= TRIES:
                _ask("select ht.done(%s, %s)::text", context.job.id, "failed")
            raise
