"""Reading in citizens as a job: its rows in one transaction, its progress in others."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from django.db import connections
from django.utils.translation import override as language

from heretask.kernel.identity.people import person_of_session
from heretask.kernel.jobs.queue import task
from heretask.kernel.jobs.worker import Ticket, ticket
from heretask.kernel.retention.cleaning import cleans, remove_older

from . import importing
from .models import ImportFile


@task(importing.TASK)
def import_citizens(job: UUID, *, file: str) -> None:  # noqa: ARG001  (every task is called with its job's id)
    """Read in a kept file: all rows or none. A file that no longer fits is kept, for its preview to say why."""
    here = ticket()
    with ThreadPoolExecutor(max_workers=1) as teller, here.enter():
        person = person_of_session()
        with language(person.language):
            own = ImportFile.objects.filter(user_id=person.actor.person_id)
            kept = own.filter(id=UUID(file)).first()
            if kept is None:
                here.progress(0, 0, refused=True)
                return

            def told(done: int, of: int) -> None:
                teller.submit(_tell, here, done, of).result()

            importing.one_at_a_time()
            plan = importing.plan_for_kept(kept, by=person.actor)
            try:
                importing.carry_out(plan, by=person.actor, told=told)
            except importing.NotSound:
                here.progress(0, len(plan.rows), refused=True)
                return
            kept.delete()
            total, counts = len(plan.rows), plan.counts
            here.progress(total, total, new=counts["new"], changed=counts["changed"], unchanged=counts["unchanged"])


def _tell(here: Ticket, done: int, total: int) -> None:
    """Write progress down in a transaction of its own (a thread has its own connection): the rows' is still open."""
    try:
        with here.enter():
            here.progress(done, total)
    finally:
        connections.close_all()


@cleans("citizens.file")
def old_files(most: int) -> int:
    """Spreadsheets that nobody has read in or given up for a day."""
    return remove_older(ImportFile, 1, most)
