"""What of tasks can be printed: the day's list, one's own or a unit's."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from heretask.kernel.access.decide import Actor, Denied, check
from heretask.kernel.access.permissions import Permission as P
from heretask.platform.printing.sheets import Block, Sheet, sheet
from heretask.ui.templatetags.ht import clock

from . import policies, queries
from .models import Task


def check_own(user_id: UUID, by: Actor) -> None:
    """Raise Denied for anybody's list but one's own."""
    check(by, P.PLATFORM_TASKS_USE)
    if user_id != by.user_id:
        raise Denied(permission=P.PLATFORM_TASKS_USE)


def own(_user_id: UUID, _days: int, by: Actor) -> Sheet:
    """What is late or due today of one's own tasks."""
    return _sheet(_("My tasks"), policies.mine(by, queries.reached(by)), people=False)


def check_unit(unit_id: UUID, by: Actor) -> None:
    """Raise Denied for a unit in which `by` does not work."""
    check(by, P.PLATFORM_TASKS_USE)
    if unit_id not in policies.units_worked_in(by):
        raise Denied(permission=P.PLATFORM_TASKS_USE)


def unit(unit_id: UUID, _days: int, by: Actor) -> Sheet:
    """What is late or due today in a unit, as far as `by` sees it."""
    name = next((one.name for one in queries.units(by) if one.id == unit_id), "")
    which = queries.which_of_unit(unit_id, by, queries.reached(by))
    return _sheet(_("Tasks: %(unit)s") % {"unit": name}, which, people=True)


def _sheet(title: str, which: Q, *, people: bool) -> Sheet:
    tasks: list[Task] = queries.open_rows(which & Q(due_at__lte=queries.end_of_day(queries.today())))
    blocks = []
    for task, row in zip(tasks, queries.rows_of(tasks), strict=True):
        moment = timezone.localtime(row.due_at)
        when = clock(row.due_at) if row.timed else _("by day")
        if not row.today:
            when = f"{date_format(moment, 'j. F')} {when}"
        words = queries.words_of(task)
        said = [when, row.title, row.citizen, row.to if people else ""]
        lines = [words.note] if words.note else []
        blocks.append(
            Block(" · ".join(part for part in said if part), "\n".join([*lines, *(f"☐ {one}" for one in words.lines)]))
        )
    if not blocks:
        blocks.append(Block(_("Nothing more for today.")))
    day = date_format(timezone.localtime(), "j. F Y")
    return Sheet(title, day, tuple(blocks), frozenset(queries.subjects_of(tasks)))


sheet(
    "tasks", gettext_lazy("My tasks of the day"), check=check_own, make=own,
    back=lambda _user_id: reverse("platform.tasks"),
)  # fmt: skip
sheet(
    "unit-tasks", gettext_lazy("The unit's tasks of the day"), check=check_unit, make=unit,
    back=lambda unit_id: reverse("platform.tasks_unit_one", args=[unit_id]),
)  # fmt: skip
