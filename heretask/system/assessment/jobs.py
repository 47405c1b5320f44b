"""A document of the assessment as a job: read, made outside any transaction, and kept once."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import override

from heretask.kernel.identity.people import person_of_session
from heretask.kernel.jobs.queue import task
from heretask.kernel.jobs.worker import ticket
from heretask.kernel.log import witness
from heretask.kernel.tenancy.base import current
from heretask.kernel.tenancy.models import Customer

from . import actions, documents, queries

STEPS = 3  # read, made, kept


@task(queries.MAKING)
def make(job: UUID, *, kind: str, language: str) -> None:
    """Make the document that somebody asked for, in their language; a second try keeps no second one."""
    here = ticket()
    with here.enter(), override(language):
        if queries.is_made(job):
            return
        by, customer = person_of_session().actor, Customer.objects.get(id=current().customer_id)
        found = actions.read_assessment(customer=customer, by=by)
        told = documents.document(found, customer=customer.name, minutes=queries.signed_minutes())
        foot = witness.newest_line()
        here.progress(1, STEPS, kind=kind)
    with override(language):
        content = documents.make(kind, told, found, foot=foot)
    with here.enter():
        here.progress(2, STEPS, kind=kind)
    with here.enter():
        actions.take(kind, content, language=told["language"], job=job, by=by)
        here.progress(STEPS, STEPS, kind=kind)
