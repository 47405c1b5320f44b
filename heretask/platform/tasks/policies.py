"""Who sees which task, and what a task may look like.

One about a citizen is seen by everybody who may see the citizen, and by nobody else, whoever it is to. Any other is
seen by those it is to, by who made it, and by the leaders of those it is to. Who sees a task may do all with it: each
act stands in the log with its name.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from heretask.kernel.access import reach
from heretask.kernel.access.addressed import To, addressed_to
from heretask.kernel.access.decide import Actor, Denied, check
from heretask.kernel.access.models import Assignment
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.identity.people import assignments_now
from heretask.kernel.rhythm import LONGEST, Refused

from .models import Series, Task

__all__ = ["Refused"]
LONGEST_TITLE, LONGEST_NOTE, LONGEST_LINE, MOST_LINES, LONGEST_COMMENT = 120, 4000, 200, 30, 2000


@dataclass(frozen=True, slots=True)
class Words:
    """What is sealed of a task: what to do, more about it, and the lines of its list."""

    title: str
    note: str = ""
    lines: tuple[str, ...] = ()


def units_led(by: Actor) -> tuple[UUID, ...]:
    """The units of whose people `by` sees every task."""
    return tuple({g.unit_id for g in by.given if g.unit_id and P.PLATFORM_TASKS_LEAD in g.may})


def units_worked_in(by: Actor) -> tuple[UUID, ...]:
    """The units in which `by` has tasks."""
    return tuple({g.unit_id for g in by.given if g.unit_id and P.PLATFORM_TASKS_USE in g.may})


def of_unit(units: Iterable[UUID]) -> Q:
    """Rows to these units, to a role there, or to somebody who works there now, or did before they left for good.

    What was to somebody who left must not be lost: their last leaders see it, and hand it over.
    """
    ids = list(units)
    working = assignments_now().values("user_id")
    people = working.filter(unit_id__in=ids)
    left = Assignment.objects.filter(unit_id__in=ids).exclude(user_id__in=working).values("user_id")
    return Q(to_unit_id__in=ids) | Q(to_user_id__in=people) | Q(to_user_id__in=left)


def seen_by(by: Actor, reached: Collection[UUID]) -> Q:
    """Rows that `by` sees; `reached` are the citizens they may see."""
    free = addressed_to(by) | Q(made_by_id=by.user_id)
    led = units_led(by)
    if led:
        free |= of_unit(led)
    return Q(subject=None) & free | Q(subject__in=reached)


def mine(by: Actor, reached: Collection[UUID]) -> Q:
    """Rows that are to `by`, and about nobody whom they may not see."""
    return addressed_to(by) & (Q(subject=None) | Q(subject__in=reached))


def check_sees(by: Actor, task: Task | None) -> Task:
    """The task; raises Denied alike for one that `by` does not see and for one that is not there."""
    check(by, P.PLATFORM_TASKS_USE)
    if task is None:
        raise Denied(permission=P.PLATFORM_TASKS_USE)
    if task.subject is not None:
        reach.check_reach(by, P.SOCIAL_CITIZENS_SEE, task.subject)
    elif not Task.objects.filter(seen_by(by, ()), id=task.id).exists():
        raise Denied(permission=P.PLATFORM_TASKS_USE)
    return task


def check_sees_series(by: Actor, series: Series | None) -> Series:
    """The series; raises Denied alike for one that `by` does not see and for one that is not there."""
    check(by, P.PLATFORM_TASKS_USE)
    if series is None:
        raise Denied(permission=P.PLATFORM_TASKS_USE)
    if series.subject is not None:
        reach.check_reach(by, P.SOCIAL_CITIZENS_SEE, series.subject)
    elif not Series.objects.filter(seen_by(by, ()), id=series.id).exists():
        raise Denied(permission=P.PLATFORM_TASKS_USE)
    return series


def check_recurs(series: Series) -> None:
    """Raise Refused for what recurs no more."""
    if series.ended_at is not None:
        raise Refused(_("It has ended already."))


def check_ahead(task: Task) -> None:
    """Raise Refused for one whose time is over: what lies behind is not changed with those that come."""
    if task.due_at < timezone.now():
        raise Refused(_("Its time is over, and it stays as it is. Open one that is to come, and change it from there."))


def untouched(task: Task, series: Series, commented: Collection[UUID]) -> bool:
    """Whether nobody has begun, changed, moved, handed over, done or given up one of a series."""
    return (
        task.done_at is None and task.dropped_at is None and not task.ticks and not task.words
        and task.came_at is None and task.to == series.to and task.id not in commented
    )  # fmt: skip


def check_words(words: Words) -> Words:
    """Tidied; raises Refused for no title, or for more than a task holds."""
    title, note = " ".join(words.title.split()), words.note.strip()
    lines = tuple(one for line in words.lines if (one := " ".join(line.split())))
    if not title:
        raise Refused(_("Write what is to be done."), "title")
    if len(title) > LONGEST_TITLE:
        raise Refused(_("Write what is to be done in %(most)d characters at most.") % {"most": LONGEST_TITLE}, "title")
    if len(note) > LONGEST_NOTE:
        raise Refused(_("The note is too long: %(most)d characters at most.") % {"most": LONGEST_NOTE}, "note")
    if len(lines) > MOST_LINES or any(len(line) > LONGEST_LINE for line in lines):
        raise Refused(
            _("The list holds %(lines)d lines of %(most)d characters at most.")
            % {"lines": MOST_LINES, "most": LONGEST_LINE}, "lines",
        )  # fmt: skip
    return Words(title, note, lines)


def check_due(due_at: dt.datetime, before: dt.datetime | None = None) -> None:
    """Raise Refused for a new time that is past already, or more than two years ahead."""
    if due_at == before:
        return
    if due_at < timezone.now() - dt.timedelta(minutes=5):
        raise Refused(_("That time is over already. Choose a later one."), "day")
    if due_at > timezone.now() + LONGEST:
        raise Refused(_("Choose a day within two years."), "day")


def check_somebody_may_see(people: Iterable[Actor], to: To, subject: UUID) -> None:
    """Raise Refused where nobody of those addressed may see the citizen: a task that nobody sees is never done."""
    if not reach.who_reaches(people, P.SOCIAL_CITIZENS_SEE, subject):
        raise Refused(
            _("They do not work with this citizen, and would not see the task. Choose somebody who does.")
            if to.user_id else _("Nobody there works with this citizen, and nobody would see the task."), "to",
        )  # fmt: skip


def check_open(task: Task, *, name: str = "") -> None:
    """Raise Refused for one that is done or not needed any more; `name` is of who did it."""
    if task.done_at is not None:
        raise Refused(_("It is done already: %(name)s has ticked it off.") % {"name": name or "–"})
    if task.dropped_at is not None:
        raise Refused(_("It is not needed any more."))


def check_comment(text: str) -> str:
    """Tidied; raises Refused for none, or too much."""
    kept = text.strip()
    if not kept:
        raise Refused(_("Write the comment first."), "text")
    if len(kept) > LONGEST_COMMENT:
        raise Refused(_("A comment has %(most)d characters at most.") % {"most": LONGEST_COMMENT}, "text")
    return kept
