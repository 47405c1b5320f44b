"""What findings are called in the log of the supplier."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from heretask.kernel.log.naming import register
from heretask.system.records.queries import items

from .declarations import FINDINGS


def findings_of(ids: Iterable[UUID]) -> dict[UUID, str]:
    """What must be mended."""
    return {item.id: item.values["what"] for item in items(FINDINGS, ids)}


register(FINDINGS.key, findings_of)
