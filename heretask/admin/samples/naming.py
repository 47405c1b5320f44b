"""Names of draws for the log's pages."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.utils import timezone

from heretask.kernel.log.naming import register

from . import queries


def names(ids: Iterable[UUID]) -> dict[UUID, str]:
    """A draw is called by its month."""
    wanted = set(ids)
    return {one.id: f"{timezone.localtime(one.since):%m-%Y}" for one in queries.draws() if one.id in wanted}


register("draw", names)
