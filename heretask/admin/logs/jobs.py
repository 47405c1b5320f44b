"""The export as a job: each part in a short transaction, the file sealed, its outcome on the job's row."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import override as language

from heretask.kernel.identity.people import person_of_session
from heretask.kernel.jobs.queue import task
from heretask.kernel.jobs.worker import ticket
from heretask.kernel.log.exporting import Export
from heretask.kernel.log.queries import EXPORT_TASK, moment
from heretask.kernel.retention import cleaning
from heretask.kernel.retention.cleaning import cleans
from heretask.kernel.secrets.files import SealedFileWriter, remove_older
from heretask.kernel.tenancy.base import current

from . import exporting
from .models import Extract, FetchRight
from .queries import KEPT_DAYS, places


@task(EXPORT_TASK)
def export(job: UUID, *, extract: str) -> None:
    """Make the extract that somebody asked for; a second try writes the file anew."""
    here = ticket()
    with here.enter() as trace:
        person = person_of_session()
        begun = exporting.begin(exporting.kept(UUID(extract), by=person.actor), by=person.actor)
        customer_id, key = trace.customer_id, trace.customer_key
        here.progress(0, begun.total)
    remove_older(customer_id, KEPT_DAYS)
    with language(person.language), SealedFileWriter(key, customer_id, job) as out:
        made = Export(begun.filters, begun.until, here.enter, places())
        made.told = lambda rows: here.progress(min(rows, begun.total), begun.total)
        exporting.write(made, out=out)
    with here.enter():
        exporting.finish(made, job=job, told=person.actor.user_name)
        until = moment(begun.until).isoformat()
        here.progress(begun.total, begun.total, rows=made.rows, sha256=made.sha256, file=str(job), until=until)


@cleans("logs.fetch_right")
def old_rights(most: int) -> int:
    """Rights to fetch an extract live for minutes; a month later nobody asks about them."""
    return cleaning.remove_older(FetchRight, 30, most)


@cleans("logs.extract")
def old_extracts(most: int) -> int:
    """What somebody wanted to take out."""
    return cleaning.remove_older(Extract, 30, most)


@cleans("logs.file")
def old_files(_most: int) -> int:
    """The extracts themselves, sealed on disk."""
    return remove_older(current().customer_id, KEPT_DAYS)
