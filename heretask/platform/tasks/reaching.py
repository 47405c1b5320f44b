"""What must find another place before a unit can be closed: open tasks to it or to a role there, and what recurs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import ngettext

from heretask.kernel.tenancy.occupancy import occupies

from .models import Series, Task


def tasks_in(units: Iterable[UUID]) -> dict[UUID, int]:
    """How many open tasks there are to each of these units; one that recurs counts once."""
    ids = list(units)
    once = Task.objects.filter(to_unit_id__in=ids, done_at=None, dropped_at=None, series=None)
    again = Series.objects.filter(to_unit_id__in=ids, ended_at=None)
    found = [*once.values_list("to_unit_id", flat=True), *again.values_list("to_unit_id", flat=True)]
    return dict(Counter(unit for unit in found if unit is not None))


def words(count: int) -> str:
    """'2 open tasks'."""
    return ngettext("%(count)d open task to it", "%(count)d open tasks to it", count) % {"count": count}


occupies("tasks", tasks_in, words)
