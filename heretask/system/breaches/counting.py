"""Counting who is touched, one customer after the other; the last one freezes the whole."""

from __future__ import annotations

import hashlib
from uuid import UUID

from django.db import connections

from heretask.kernel.log.encoding import canonical_json
from heretask.kernel.tenancy.base import uuid7

from . import actions, queries
from .models import Finding
from .queries import Found


def compute(finding: UUID, customer: UUID, acts: list[str]) -> None:
    """Compute one customer's part of a finding, once: the database counts, and gives nothing out."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select ht.compute_breach(%s, %s, %s, %s)", [finding, uuid7(), customer, acts])


def freeze(finding: UUID) -> None:
    """Freeze what was computed, with the hash of all of it; a second time does nothing."""
    case_id = Finding.objects.get(id=finding).case_id
    found = queries.finding(case_id, finding)
    if not found.digest:
        actions.scoped(found, case_id, digest_of(found))


def digest_of(found: Found) -> str:
    """SHA-256 over all that was computed until the whole was frozen, so that it can be held against what was sent."""
    told = {
        "finding": str(found.id), "since": found.since.isoformat(), "until": found.until.isoformat(),
        "rows": [
            {
                "about": str(r.about), "touched": r.touched, "citizens": r.citizens, "hash": r.citizens_hash,
                "events": r.events, "actions": r.actions,
            }
            for r in sorted(found.rows, key=lambda row: row.about) if not r.afterwards
        ],
    }  # fmt: skip
    return hashlib.sha256(canonical_json(told)).hexdigest()
