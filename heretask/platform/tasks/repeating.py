"""Making the tasks of what recurs: part of several acts, each of which says so in the log."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from heretask.kernel import rhythm

from .models import Series, Task


def repeat(series: Series, until: dt.date, after: dt.datetime | None = None, taken: Iterable[dt.datetime] = ()) -> int:
    """Make what comes until then, each once, however often this runs; nothing is opened for it.

    For what is `taken` another stands already.
    """
    comes = rhythm.without(rhythm.moments(series.rule, series.made_until, until), taken)
    tasks = [
        Task(
            subject=series.subject, series=series, lines=series.lines, due_at=moment, made_by_id=series.made_by_id,
            customer_id=series.owner_id, **series.to.columns,
        )
        for moment in comes if after is None or moment >= after
    ]  # fmt: skip
    Task.objects.bulk_create(tasks, batch_size=500, ignore_conflicts=True)
    Series.objects.filter(id=series.id).update(made_until=until)
    return len(tasks)
