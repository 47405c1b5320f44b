"""What is done with the assessment: it is read, or everything is measured anew."""

from __future__ import annotations

import time
from uuid import UUID

from django.db import connections

from heretask.kernel.access.decide import Actor, check
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.evidence.running import TASK
from heretask.kernel.jobs import queue
from heretask.kernel.log import record
from heretask.kernel.tenancy.models import Customer, CustomerKind

from . import events, queries
from .queries import Assessment


def read_assessment(*, customer: Customer, by: Actor) -> Assessment:
    """Which promises hold: at one's own customer or, for the supplier, everywhere."""
    check(by, P.SYSTEM_ASSESSMENT_SEE)
    found = queries.assessment(everywhere=customer.kind == CustomerKind.SUPPLIER, slug=customer.slug)
    record(events.READ, hits=sum(bool(one.at) for one in found.weighed.values()))
    return found


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
