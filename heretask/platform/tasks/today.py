"""What tasks put on the start page: one's own that are late or due today, and for leaders how the unit stands."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from heretask.kernel.access.permissions import Permission
from heretask.kernel.identity.people import Person
from heretask.platform.today.cards import Card, cards
from heretask.platform.today.cards import Row as CardRow
from heretask.ui.beside import beside_citizen

from . import actions, presenters

MOST = 8


@cards(15, Permission.PLATFORM_TASKS_USE)
def my_tasks(person: Person) -> list[Card]:
    """Late ones first, each with its button; what was ticked off a moment ago, with the way back."""
    listed = actions.see_day(by=person.actor)
    lines = [presenters.line_of(row) for row in [*listed.rows[:MOST], *listed.done[:3]]]
    note = presenters.counts_told(listed.counts)
    return [
        Card(
            _("My tasks"), [_row(line) for line in lines], note=note, poll=reverse("platform.tasks_counts"),
            empty=_("No tasks for the rest of the day."),
            more_url=reverse("platform.tasks"), more=_("All my tasks"),
        )
    ]  # fmt: skip


@cards(16, Permission.PLATFORM_TASKS_LEAD)
def late_tasks(person: Person) -> list[Card]:
    """How many are late in each unit that the reader leads; where none is, nothing."""
    rows = [
        CardRow(
            unit, presenters.counts_told(counts), url=reverse("platform.tasks_unit_one", args=[own]),
            lead=str(counts.overdue), keep=True,
        )
        for own, (unit, counts) in actions.late_in_units(by=person.actor).items() if counts.overdue
    ]  # fmt: skip
    return [Card(_("Overdue in the unit"), rows, aside=True)] if rows else []


def _row(line: presenters.Line) -> CardRow:
    done, late = line.row.done_at is not None, line.row.overdue
    name = "platform.task_reopen" if done else "platform.task_tick"
    return CardRow(
        line.row.title, " · ".join(part for part in (line.word if late else "", line.sub) if part),
        url=reverse("platform.task", args=[line.row.id]), lead=line.when,
        keep=True,
        act=reverse(name, args=[line.row.id]), act_word=_("Undo") if done else _("Done"),
        act_icon="undo" if done else "tick",
    )  # fmt: skip


beside_citizen("platform.tasks_citizen", _lazy("Tasks"), "tasks", Permission.PLATFORM_TASKS_USE)
