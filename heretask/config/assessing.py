"""`heretask assess`: measured by the operator at the server, at every customer, each under a ticket of its own."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from heretask.kernel.evidence.measuring import newest
from heretask.kernel.evidence.promises import PROMISES
from heretask.kernel.evidence.running import is_measured, measure_customer, measure_installation
from heretask.kernel.evidence.weighing import NOT_MEASURED, Found, Weighed, as_objects, weigh
from heretask.kernel.identity.sessions import operator
from heretask.kernel.tenancy.models import Customer


def assess_all() -> list[Weighed]:
    """Measure everywhere and weigh what is newest, promise by promise."""
    installation = measure_installation()
    found: list[Found] = []
    for customer in Customer.objects.using("owner").filter(active=True).order_by("slug"):
        if not is_measured(customer):
            continue
        with operator(customer, "assess"):
            measure_customer(installation)
            found += [
                Found(
                    e.promise,
                    customer.slug,
                    e.scope,
                    e.state,
                    e.figure,
                    e.sample,
                    e.measured_at,
                    e.seconds,
                    e.code_version,
                )
                for e in newest().values()
            ]
    return [weigh(promise, [row for row in found if row.promise == promise]) for promise in PROMISES]


def read_back(file: str, signature: str | None, *, as_json: bool) -> str:
    """What an assessment that was taken out says, once signature and form hold. Raises ValueError else."""
    from heretask.system.assessment import documents

    content = Path(file).read_bytes()
    at = documents.signed_at(content, Path(signature).read_text(encoding="utf-8")) if signature else None
    states = documents.read_back(content)
    counts = Counter(states.values())
    if as_json:
        return json.dumps({"signed_at": at, "promises": states})
    told = ", ".join(f"{count} {state}" for state, count in sorted(counts.items()))
    return f"{len(states)} promises: {told}." + (f"\nSigned at {at}." if at else "\nNo signature was given to check.")


def printed(weighed: list[Weighed], *, as_json: bool) -> str:
    """JSON, or one line per promise and the share that is measured."""
    objects = as_objects(weighed)
    if as_json:
        return json.dumps(objects, ensure_ascii=False, indent=1)
    lines = [f"{one['id']:<9} {one['state']:<17} {one['figure'] or ''}".rstrip() for one in objects]
    measured = sum(one.state != NOT_MEASURED for one in weighed)
    share = 100 * measured // max(len(objects), 1)
    return "\n".join([*lines, f"{measured} of {len(objects)} promises are measured ({share} %)."])
