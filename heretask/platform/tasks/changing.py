"""Changing what recurs, from one of its tasks on, and taking that back.

What was done, begun, moved, handed over or given up stays as it is. The others that lie ahead are made anew, by a
series of their own, so that what lies behind keeps the words and the rule by which it was done. The task from which it
is changed stays the same task: a link to it, and what was written on it, are not lost.
"""

from __future__ import annotations

import base64
import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from heretask.kernel import rhythm
from heretask.kernel.access.addressed import To
from heretask.kernel.access.decide import Actor
from heretask.kernel.log import record
from heretask.kernel.rhythm import Rule
from heretask.kernel.undo.undoing import offer, undoes

from . import actions, events, policies, queries
from .models import Series, Task
from .policies import Refused, Words
from .queries import Ahead, Shown, today
from .repeating import repeat

COLUMNS = ("lines", "ticks", "timed", "to_kind", "to_role")
TIMES = ("due_at", "came_at")
KEYS = ("series_id", "to_user_id", "to_unit_id")


@dataclass(frozen=True, slots=True)
class Onwards:
    """A task from which those after it are to be changed, and how they come now."""

    shown: Shown
    rule: Rule
    to: To


@dataclass(frozen=True, slots=True)
class Change:
    """What a change would do, before it is made."""

    plan: actions.Plan
    ahead: Ahead


def see_onwards(task_id: UUID, *, by: Actor) -> Onwards:
    """A task and the rule it goes on by; raises Denied, and Refused for one from which nothing can be changed."""
    found = actions.see_task(task_id, by=by)
    task, series = _held(task_id, by)
    return Onwards(found, _goes_on(series, task), series.to)


def plan_onwards(task_id: UUID, rule: Rule, *, by: Actor) -> Change:
    """How it would come, how many are made anew and which stay; raises Refused. Nothing is changed."""
    task, series = _held(task_id, by)
    _check_begin(rule, task)
    return Change(actions.plan(rule, by=by), queries.ahead_of(series, task))


def change_onwards(task_id: UUID, *, words: Words, to: To, rule: Rule, by: Actor) -> Task:
    """Change a task and those after it: words, to whom, and how they come. Raises Refused and Denied."""
    task, series = _held(task_id, by)
    kept = actions.check_new(words, to, series.subject, by)
    _check_begin(rule, task)
    days = rhythm.check_rule(rule, today())
    ahead = queries.ahead_of(series, task)
    before = _kept(task)
    record(events.SEEN, citizen=task.subject, on=("task", task.id), opened=[task.subject] if task.subject else [])
    same_list = queries.words_of(task).lines == kept.lines
    new = Series(
        subject=series.subject, follows_id=series.id, made_by_id=series.made_by_id, customer_id=by.customer_id,
        **rhythm.kept(rule, days), **to.columns,
    )  # fmt: skip
    queries.put(new, kept)
    new.save(force_insert=True)
    Series.objects.filter(id=series.id).update(ended_at=timezone.now(), ended_by_id=by.person_id)
    Task.objects.filter(id__in=[row.id for row in ahead.anew]).delete()
    until = max(today() + queries.AHEAD, series.made_until or today())
    due_at = _nearest(rule, task, ahead.taken, until)
    Task.objects.filter(id=task.id).update(
        series_id=new.id, words=b"", lines=new.lines, ticks=task.ticks if same_list else [], due_at=due_at,
        came_at=None, timed=True, **to.columns,
    )  # fmt: skip
    repeat(new, until, after=timezone.now(), taken=[*ahead.taken, due_at])
    record(
        events.SERIES_CHANGED, citizen=task.subject, on=("task", task.id), hits=len(ahead.anew) + 1,
        changed=["words", "to", "rule"],
    )  # fmt: skip
    offer(CHANGE, new.id, about=("task", task.id), before=before, by=by)
    return task


def _held(task_id: UUID, by: Actor) -> tuple[Task, Series]:
    """A task of a series, both held, from which the series can be changed."""
    task = policies.check_sees(by, queries.task_called(task_id, held=True))
    if task.series_id is None:
        raise Refused(_("It does not recur."))
    series = policies.check_sees_series(by, queries.series_called(task.series_id))
    policies.check_recurs(series)
    policies.check_open(task, name=queries.name_of(task.done_by_id))
    policies.check_ahead(task)
    return task, series


def _goes_on(series: Series, task: Task) -> Rule:
    """The rule from this task on; raises Refused where it was moved behind the last of them."""
    begin = max(today(), rhythm.day_of(queries.planned(task)))
    found = rhythm.goes_on(series.rule, begin)
    if found is None:
        raise Refused(_("No more come after it. Change this one alone."))
    return found


def _check_begin(rule: Rule, task: Task) -> None:
    """Raise Refused for a first day before the task's own, on which others of its series may lie."""
    if rule.starts < rhythm.day_of(queries.planned(task)):
        raise Refused(_("To begin earlier, open an earlier one of them and change it from there."), "day")


def _nearest(rule: Rule, task: Task, taken: list[dt.datetime], until: dt.date) -> dt.datetime:
    """Where the task itself comes now: on its day if it can, else as the first of them."""
    now, was = timezone.now(), queries.planned(task)
    free = [one for one in rhythm.without(rhythm.moments(rule, None, until), taken) if one >= now]
    same = [one for one in free if rhythm.day_of(one) == rhythm.day_of(was)]
    if same:
        return min(same, key=lambda one: (abs(one - was), one))
    later = free or [
        one for day in rhythm.days_of(rule, today() + rhythm.LONGEST) for time in sorted(rule.times)
        if (one := rhythm.moment(day, time)) >= now
    ]  # fmt: skip
    if not later:
        raise Refused(_("It would never come: there is no such day before the end."), "ends")
    return later[0]


def _kept(task: Task) -> dict[str, Any]:
    """How a task stands, so that it can be put back; its words as they are sealed, under the key they are tied to."""
    return {
        **{name: getattr(task, name) for name in COLUMNS},
        **{name: at.isoformat() if (at := getattr(task, name)) else None for name in TIMES},
        **{name: str(own) if (own := getattr(task, name)) else None for name in KEYS},
        "id": str(task.id), "words": base64.b64encode(task.words).decode(),
    }  # fmt: skip


def _state(series_id: UUID) -> Any:
    """What has been done with a series and its tasks since it was made; those that have only come do not count."""
    series = Series.objects.filter(id=series_id).first()
    if series is None:
        return None
    rows = Task.objects.filter(series_id=series_id).order_by("id")
    commented = queries.commented(rows)
    touched = [
        [str(row.id), bool(row.done_at), bool(row.dropped_at), row.ticks, row.to.code, row.due_at.isoformat(),
         len(row.words), row.id in commented]
        for row in rows if not policies.untouched(row, series, commented)
    ]  # fmt: skip
    return [series.ended_at is None, touched]


def _change_back(series_id: UUID, before: dict[str, Any], by: Actor) -> Task:
    """Let the series before it go on as if nothing had been changed."""
    new = policies.check_sees_series(by, queries.series_called(series_id))
    old = policies.check_sees_series(by, queries.series_called(UUID(before["series_id"])))
    task = policies.check_sees(by, queries.task_called(UUID(before["id"]), held=True))
    policies.check_open(task)
    Task.objects.filter(id=task.id).update(
        **{name: before[name] for name in COLUMNS},
        **{name: dt.datetime.fromisoformat(before[name]) if before[name] else None for name in TIMES},
        **{name: UUID(before[name]) if before[name] else None for name in KEYS},
        words=base64.b64decode(before["words"]),
    )  # fmt: skip
    Task.objects.filter(series_id=new.id).delete()
    new.delete()
    Series.objects.filter(id=old.id).update(ended_at=None, ended_by=None)
    task.refresh_from_db()
    until, begin = max(today() + queries.AHEAD, old.made_until or today()), rhythm.day_of(queries.planned(task))
    old.made_until = begin - dt.timedelta(days=1)
    repeat(old, until, after=timezone.now(), taken=queries.planned_since(old.id, begin))
    record(events.SERIES_BACK, citizen=task.subject, on=("task", task.id), changed=["words", "to", "rule"])
    return task


CHANGE = undoes("task_series", state=_state, inverse=_change_back, refusal=Refused)
