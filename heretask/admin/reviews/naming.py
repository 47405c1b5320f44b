"""Names of reviews for the log's pages."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.utils import timezone

from heretask.kernel.log.naming import register

from . import queries


def names(ids: Iterable[UUID]) -> dict[UUID, str]:
    """A review is called by the day on which it began."""
    wanted = set(ids)
    return {one.id: f"{timezone.localtime(one.started_at):%d-%m-%Y}" for one in queries.campaigns() if one.id in wanted}


register("review", names)
