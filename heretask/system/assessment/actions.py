"""What is done with the assessment: it is read, or everything is measured anew."""

from __future__ import annotations

import hashlib
import time
from uuid import UUID

from django.db import connections

from heretask.kernel.access.decide import Actor, check
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.evidence.running import TASK
from heretask.kernel.jobs import queue
from heretask.kernel.log import attesting, record
from heretask.kernel.secrets.opening import seal
from heretask.kernel.tenancy.base import current
from heretask.kernel.tenancy.models import Customer, CustomerKind

from . import events, queries
from .models import Showing, Taken
from .queries import Assessment, Document


def read_assessment(*, customer: Customer, by: Actor) -> Assessment:
    """Which promises hold: at one's own customer or, for the supplier, everywhere."""
    check(by, P.SYSTEM_ASSESSMENT_SEE)
    found = queries.assessment(everywhere=customer.kind == CustomerKind.SUPPLIER, slug=customer.slug)
    record(events.READ, hits=sum(bool(one.at) for one in found.weighed.values()))
    return found


def see_documents(*, by: Actor) -> list[Document]:
    """What was taken out before, the newest first, each with whether it is signed by now."""
    check(by, P.SYSTEM_ASSESSMENT_SEE)
    found = queries.documents()
    record(events.LISTED, hits=len(found))
    return found


def order(kind: str, *, language: str, by: Actor) -> UUID:
    """Have a document made of the newest measurements; the job."""
    check(by, P.SYSTEM_ASSESSMENT_SEE)
    job = queue.defer(queries.MAKING, kind=kind, language=language)
    record(events.ORDERED, on=("job", job), variables={"kind": kind})
    return job


def take(kind: str, content: bytes, *, language: str, job: UUID, by: Actor) -> Taken:
    """Keep a document of the assessment as it leaves, write its digest into the log, and have it signed.

    A job keeps one and no second: the database refuses it, whoever goes on where another worker was killed.
    """
    check(by, P.SYSTEM_ASSESSMENT_SEE)
    digest = hashlib.sha256(content).hexdigest()
    made = Taken(
        kind=kind, language=language, digest=digest, size=len(content), job=job, done_by=by.user_id,
        customer_id=current().customer_id,
    )  # fmt: skip
    seal(made, content=content)
    made.save(force_insert=True)
    attesting.ask(digest)
    record(events.TAKEN, on=("assessment", made.id), variables={"kind": kind, "sha256": digest})
    return made


def fetch(document_id: UUID, *, by: Actor) -> Document:
    """Hand out a document that was taken, or its signature; raises Taken.DoesNotExist."""
    check(by, P.SYSTEM_ASSESSMENT_SEE)
    found = queries.document(document_id)
    record(events.FETCHED, on=("assessment", document_id), variables={"sha256": found.taken.digest})
    return found


def show_to_all(*, shown: bool, by: Actor) -> None:
    """Show everybody, without signing in, whether each promise holds; or cease to. Twice the same is once."""
    check(by, P.SYSTEM_ASSESSMENT_SHOW)
    if queries.is_showing() == shown:
        return
    made = Showing.objects.create(shown=shown)
    record(events.SHOWN if shown else events.HIDDEN, on=("showing", made.id))


def measure_now(*, by: Actor) -> UUID:
    """Have everything measured anew, at every customer; returns the job of one's own."""
    check(by, P.SYSTEM_ASSESSMENT_MEASURE)
    since = time.time()
    job = queue.defer(TASK, since=since)
    with connections["default"].cursor() as cursor:
        cursor.execute("select ht.measure_others(%s)", [since])
        others: int = cursor.fetchone()[0]
    record(events.ASKED, on=("job", job), hits=others + 1)
    return job
