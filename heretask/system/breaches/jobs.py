"""Looking through every customer's log, and telling every customer. Both go on where they stopped."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from heretask.kernel.approvals.managing import Managing
from heretask.kernel.jobs.queue import task
from heretask.kernel.jobs.worker import ticket

from . import counting, queries, telling
from .models import StepKind


@task("breaches.compute")
def compute(job: UUID, *, finding: str) -> None:  # noqa: ARG001  (every task is called with its job's id)
    """Compute one customer after the other; the last one freezes the whole."""
    here, own = ticket(), UUID(finding)
    customers, acts = queries.providers(), queries.acts()
    for number, customer in enumerate(customers, 1):
        with here.enter():
            counting.compute(own, customer.id, acts)
            here.progress(number, len(customers))
    with here.enter():
        counting.freeze(own)


@task("breaches.send")
def send(job: UUID, *, case: str) -> None:  # noqa: ARG001
    """Put the notice at every customer that has none, each in a transaction of its own."""
    here, own = ticket(), UUID(case)
    with here.enter():
        one, newest = queries.case(own), queries.newest_draft(own)
        if newest is None:
            return
        draft, parts = newest
        found = next(f for f in queries.findings(own) if f.id == draft.finding_id)
        rows = queries.told(own)
    waiting, counted = {row.customer for row in rows if row.made_at is None}, {row.about: row for row in found.rows}
    done = len(rows) - len(waiting)
    for customer in queries.providers():
        if customer.id not in waiting:
            continue
        told = telling.notice_text(one, found, parts, counted.get(customer.id))
        with here.enter() as trace, transaction.atomic(using="gate"):
            telling.put(Managing(here.h1, trace), one, draft, customer, told)
            done += 1
            here.progress(done, len(rows))
    with here.enter():
        if not queries.untold(queries.told(own)) and StepKind.SENT not in queries.case(own).kinds:
            telling.sent(one)


@task("breaches.tell")
def tell(job: UUID) -> None:  # noqa: ARG001
    """At a customer: tell its administrators that a notice waits."""
    with ticket().enter():
        telling.post()


@task("breaches.watch")
def watch(job: UUID) -> None:  # noqa: ARG001
    """At the supplier, each minute while a case is open."""
    with ticket().enter():
        telling.watch()
