"""Tasks with a time of day stand in the calendars of those who see them, with the button that ticks them off."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heretask.kernel.access import reach
from heretask.kernel.access.decide import check
from heretask.kernel.access.permissions import Permission as P
from heretask.platform.calendar.sources import Asked, Found, Thing, shows_in_calendar

from . import policies, queries


def which(asked: Asked) -> Q | None:
    """The tasks that stand in that calendar, as far as who asks may see them; None where none may be looked for."""
    check(asked.by, P.PLATFORM_TASKS_USE)
    if asked.citizen_id is not None:
        reach.check_reach(asked.by, P.SOCIAL_CITIZENS_SEE, asked.citizen_id)
        return Q(subject=asked.citizen_id)
    citizens = queries.reached(asked.by)
    if asked.unit_id is None:
        return policies.mine(asked.by, citizens)
    if asked.unit_id not in policies.units_worked_in(asked.by):
        return None
    return queries.which_of_unit(asked.unit_id, asked.by, citizens)


def counts(asked: Asked) -> dict[dt.date, int]:
    """How many are still to be done on which day; nothing is opened."""
    wanted = which(asked)
    return queries.count_by_day(wanted, asked.since, asked.until) if wanted is not None else {}


def told(count: int) -> str:
    """'4 tasks'."""
    return ngettext("%(n)d task", "%(n)d tasks", count) % {"n": count}


@shows_in_calendar(P.PLATFORM_TASKS_USE, "tick", counts=counts, told=told)
def tasks(asked: Asked) -> Found:
    """Each at its time, done or not; what is not needed any more is left out."""
    wanted = which(asked)
    if wanted is None:
        return Found()
    found = queries.timed_between(wanted, asked.since, asked.until)
    return Found(
        tuple(_thing(row, asked) for row in queries.rows_of(found)), frozenset(queries.subjects_of(found))
    )  # fmt: skip


def _thing(row: queries.Row, asked: Asked) -> Thing:
    done = row.done_at is not None
    said = [row.citizen if asked.citizen_id is None else "", row.to, row.done_by if done else ""]
    if row.lines and not done:
        said.append(_("%(done)d of %(all)d on the list") % {"done": row.ticked, "all": row.lines})
    return Thing(
        row.id, row.title, row.due_at, reverse("platform.task", args=[row.id]),
        " · ".join(part for part in said if part), done, _("Overdue") if row.overdue else "",
        reverse("platform.task_reopen" if done else "platform.task_tick", args=[row.id]),
        _("Undo") if done else _("Done"), "undo" if done else "tick",
    )  # fmt: skip
