"""Looking through every customer's log, and telling every customer. Both go on where they stopped."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from heretask.kernel.approvals.managing import Managing
from heretask.kernel.jobs.queue import task
from heretask.kernel.jobs.worker import Ticket, ticket
from heretask.kernel.tenancy.models import Customer

from . import counting, queries, telling
from .queries import Found


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
    """Put the notice at every customer that has none, each in a transaction of its own, until none is left."""
    here, own = ticket(), UUID(case)
    with here.enter():
        one, newest = queries.case(own), queries.newest_draft(own)
    if newest is None:
        return
    draft, parts = newest
    while True:  # some may have come while the others were told
        with here.enter():
            rows = queries.told(own)
        missing = {row.customer for row in rows if row.made_at is None and row.active}  # closed ones are told by hand
        waiting = [customer for customer in queries.providers() if customer.id in missing]
        if not waiting:
            break
        found = _looked_at(here, own, draft.finding_id, waiting)
        counted = {row.about: row for row in found.rows}
        for done, customer in enumerate(waiting, len(rows) - len(waiting) + 1):
            told = telling.notice_text(one, found, parts, counted[customer.id])
            with here.enter() as trace, transaction.atomic(using="gate"):
                telling.put(Managing(here.h1, trace), one, draft, customer, told)
                here.progress(done, len(rows))
    with here.enter():
        telling.check_sent(queries.case(own))


def _looked_at(here: Ticket, own: UUID, finding: UUID, waiting: list[Customer]) -> Found:
    """The finding with every one of these customers in it: whoever came after it was frozen is looked at now."""
    with here.enter():
        known = {row.about for row in queries.finding(own, finding).rows}
        for customer in waiting:
            if customer.id not in known:
                counting.compute(finding, customer.id, queries.acts())
    with here.enter():
        return queries.finding(own, finding)


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
