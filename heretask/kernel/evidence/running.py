"""Running the measurements: under a ticket for one customer, or for the whole installation."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from django.utils import timezone

from heretask.kernel.jobs import queue
from heretask.kernel.jobs.worker import ticket
from heretask.kernel.log import record
from heretask.kernel.tenancy.base import current
from heretask.kernel.tenancy.models import Customer, CustomerKind

from . import events
from .measuring import CUSTOMER, INSTALLATION, MEASURES, Measure, Result, keep, measure

TASK = "evidence.measure"
FRESH = 300  # seconds within which one worker's result for the installation is published to further customers


@dataclass(frozen=True, slots=True)
class Measured:
    """One result and when it was found."""

    found: Measure
    result: Result
    seconds: float
    at: dt.datetime


class Entering(Protocol):
    """How a job's ticket opens one short transaction."""

    def __call__(self) -> AbstractContextManager[Any]:
        """Enter."""
        ...


def of_scope(scope: str) -> list[Measure]:
    """The measurements of one scope, in the order of their names."""
    return sorted((m for m in MEASURES.values() if m.scope == scope), key=lambda m: m.promise)


def measure_one(found: Measure) -> Measured:
    """Measure now; nothing is stored."""
    result, seconds = measure(found)
    return Measured(found, result, seconds, timezone.now())


def measure_installation() -> dict[str, Measured]:
    """Everything that is measured over the whole installation. Outside any customer's transaction."""
    return {m.promise: measure_one(m) for m in of_scope(INSTALLATION)}


def measure_customer(installation: Mapping[str, Measured]) -> list[Measured]:
    """Measure the customer of the current session and keep all results, the installation's as its own copies."""
    done = [*installation.values(), *(measure_one(m) for m in of_scope(CUSTOMER))]
    for one in done:
        keep(one.found, one.result, one.seconds, one.at)
    record(events.MEASURED, hits=len(done))
    return done


def is_measured(customer: Customer) -> bool:
    """Whether promises are measured for this customer: not for the one in which nobody lives."""
    return customer.kind != CustomerKind.SYNTHETIC


_lock = threading.Lock()
_last: tuple[float, dict[str, Measured]] = (0.0, {})


def recent_installation(since: float | None = None) -> dict[str, Measured]:
    """The installation's results of this worker, if no older than `since` (seconds since 1970), else measured now.

    Without `since` those of five minutes ago will do: one look at our own address serves every customer's ticket.
    """
    global _last  # noqa: PLW0603  (one result for all tickets of this process)
    with _lock:
        made, results = _last
        begun = time.time()
        if not results or made < (begun - FRESH if since is None else since):
            results = measure_installation()
            _last = (begun, results)
        return results


@queue.task(TASK)
def measure_by_ticket(_job: UUID, *, since: float | None = None) -> None:
    """The job: every measurement in a transaction of its own, so that its progress can be seen."""
    here = ticket()
    with here.enter():
        if not is_measured(Customer.objects.get(id=current().customer_id)):
            return
    shared = recent_installation(since)
    total = len(MEASURES)
    with here.enter():
        for one in shared.values():
            keep(one.found, one.result, one.seconds, one.at)
        here.progress(len(shared), total)
    for done, found in enumerate(of_scope(CUSTOMER), len(shared) + 1):
        with here.enter():
            own = measure_one(found)
            keep(own.found, own.result, own.seconds, own.at)
            here.progress(done, total)
    with here.enter():
        record(events.MEASURED, hits=total)
