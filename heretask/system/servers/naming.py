"""What the log's pages call sessions on the servers, reports and documents."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from heretask.kernel.log.naming import register

from .models import Report
from .queries import names_of


def _machines(ids: Iterable[UUID]) -> dict[UUID, str]:
    return dict(Report.objects.filter(id__in=set(ids)).values_list("id", "host"))


register("visit", names_of)
register("server_report", _machines)
