"""Names of policies for the log of the supplier."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from heretask.kernel.log.naming import register
from heretask.system.records.models import Version

from .declarations import KIND, POLICIES

TITLES = {one.document: one.title for one in POLICIES.values()}


def names_of(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Title and number of versions."""
    rows = Version.objects.filter(id__in=set(ids), document__kind=KIND).select_related("document")
    return {row.id: f"{TITLES[row.document.key]} ({row.number})" for row in rows if row.document.key in TITLES}


register("policy", names_of)
