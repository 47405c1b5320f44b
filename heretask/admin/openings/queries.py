"""Which roles people had when they opened somebody, for events that do not say it themselves."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from django.utils import timezone

from heretask.kernel.access.models import Assignment


def roles_between(spans: dict[UUID, tuple[dt.datetime, dt.datetime]]) -> dict[UUID, list[str]]:
    """For each user 'Role, unit' of every role that ran at some time between two moments; one query."""
    found: dict[UUID, list[str]] = defaultdict(list)
    rows = Assignment.objects.filter(user_id__in=spans).select_related("unit", "own").order_by("made_at")
    for row in rows:
        first, last = spans[row.user_id]
        if row.made_at <= last and all(end >= first for end in _ends(row)):
            label = str(row.is_role.label) if row.is_role else row.role
            found[row.user_id].append(f"{label}, {row.unit.name}" if row.unit else label)
    return {user: list(dict.fromkeys(labels)) for user, labels in found.items()}


def _ends(row: Assignment) -> Iterable[dt.datetime]:
    if row.ended_at:
        yield row.ended_at
    if row.until:
        yield timezone.make_aware(dt.datetime.combine(row.until + dt.timedelta(days=1), dt.time()))
