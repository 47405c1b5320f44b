"""Tasks that a search finds: open ones that one sees, and those ticked off in 30 days, by title, note and list.

Their words are sealed and in no index, so a bounded number is opened: the next to be done, then the newest done.
"""

from __future__ import annotations

import datetime as dt

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from heretask.kernel.access.decide import Actor, check
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.secrets.opening import load_keys
from heretask.platform.search.sources import Found, Hit, answer, finds, fits
from heretask.ui.templatetags.ht import day

from . import policies, queries

DAYS = 30


@finds(
    30, P.PLATFORM_TASKS_USE, gettext_lazy("Tasks"), "tasks", more="platform.tasks", more_word=gettext_lazy("My tasks"),
    bound=gettext_lazy("Of tasks: your own, the next 200 that are open and 100 done in the last 30 days."),
)  # fmt: skip
def tasks(words: str, by: Actor) -> Found:
    """One's own tasks."""
    check(by, P.PLATFORM_TASKS_USE)
    which = policies.mine(by, queries.reached(by))
    rows = [*queries.open_rows(which), *queries.done_since(which, timezone.now() - dt.timedelta(days=DAYS))]
    opened = queries.subjects_of(rows)
    if opened:
        load_keys(opened)
    kept = []
    for task in rows:
        said = queries.words_of(task)
        if fits(words, said.title, said.note, *said.lines):
            kept.append(task)
    shown = {row.id: row for row in queries.rows_of(kept[:5])}
    hits = []
    for task in kept:
        row = shown.get(task.id)
        state = (_("Done") if row.done_at else day(row.due_at)) if row else ""
        sub = " · ".join(part for part in (row.citizen, state) if part) if row else ""
        hits.append((task.id, Hit(row.title if row else "", reverse("platform.task", args=[task.id]), sub)))
    return answer(hits, opened)
