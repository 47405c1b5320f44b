"""Names of duties for the log of the supplier: their sentences."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from heretask.kernel.log.naming import register

from . import queries


def names_of(ids: Iterable[UUID]) -> dict[UUID, str]:
    """What duties are called."""
    return queries.sentences(ids)


register("duty", names_of)
