"""Reading in users as a job: its rows in one transaction, its progress in others."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from django.db import connections
from django.db.models import Q
from django.utils.translation import override as language

from heretask.kernel.identity.people import person_of_session
from heretask.kernel.jobs.queue import task
from heretask.kernel.jobs.worker import Ticket, ticket
from heretask.kernel.retention.cleaning import cleans, remove_older

from . import importing
from .importing import TASK
from .models import UsersFile
from .policies import Refused


@task(TASK)
def import_users(job: UUID, *, file: str) -> None:  # noqa: ARG001  (every task is called with its job's id)
    """Read in a kept file: all rows or none. A file that no longer fits is kept, for its preview to say why."""
    here = ticket()
    with ThreadPoolExecutor(max_workers=1) as teller, here.enter():
        person = person_of_session()
        with language(person.language):
            kept = UsersFile.objects.filter(Q(user_id=person.actor.user_id), id=UUID(file)).first()
            if kept is None:
                here.progress(0, 0, refused=True)
                return
            plan = importing.plan_for_kept(kept, by=person.actor)
            total = len(plan.rows)

            def told(done: int, of: int) -> None:
                teller.submit(_tell, here, done, of).result()

            try:
                made = importing.carry_out(plan, by=person.actor, told=told)
            except Refused:
                here.progress(0, total, refused=True)
                return
            kept.delete()
            counts = plan.counts
            here.progress(
                total, total, new=counts["new"], changed=counts["changed"], unchanged=counts["unchanged"],
                users=[str(user) for user in made[:200]],
            )  # fmt: skip


def _tell(here: Ticket, done: int, total: int) -> None:
    """Write progress down in a transaction of its own (a thread has its own connection): the rows' is still open."""
    try:
        with here.enter():
            here.progress(done, total)
    finally:
        connections.close_all()


@cleans("users.file")
def old_files(most: int) -> int:
    """Spreadsheets that nobody has read in or given up for a day."""
    return remove_older(UsersFile, 1, most)
