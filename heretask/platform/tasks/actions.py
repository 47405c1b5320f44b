"""What people do with tasks: each is permission, policy, change and event in one transaction."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from heretask.kernel import rhythm
from heretask.kernel.access import reach
from heretask.kernel.access.addressed import Addresses, NobodyThere, To, addresses, check_address, in_words
from heretask.kernel.access.decide import Actor, Denied, check
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.log import record
from heretask.kernel.rhythm import Rule
from heretask.kernel.secrets.opening import seal
from heretask.kernel.tenancy.models import Unit

from . import events, policies, queries
from .models import Comment, Series, Task
from .policies import Refused, Words
from .queries import Counts, Row, Shown, today
from .repeating import repeat

__all__ = ["today"]  # for views, which never ask queries


@dataclass(frozen=True, slots=True)
class Listed:
    """Open tasks in the order in which they are due, what was done today, and how many are open in all."""

    rows: list[Row]
    done: list[Row]
    counts: Counts


@dataclass(frozen=True, slots=True)
class OfUnit:
    """The tasks of one unit, and which units the reader may look at."""

    units: list[Unit]
    unit: Unit | None
    leads: bool
    listed: Listed


@dataclass(frozen=True, slots=True)
class OfCitizen:
    """The tasks about one citizen."""

    id: UUID
    name: str
    listed: Listed


@dataclass(frozen=True, slots=True)
class Plan:
    """How a recurring task would come, before it is made: on how many days, and the next moments."""

    rule: Rule
    days: int
    next: list[dt.datetime]


def see_mine(*, by: Actor) -> Listed:
    """The tasks that are to `by`: open ones, and what was ticked off today."""
    check(by, P.PLATFORM_TASKS_USE)
    which = policies.mine(by, queries.reached(by))
    found, opened = _listed(which, which)
    record(events.LISTED, hits=len(found.rows), shown=[row.id for row in found.rows], opened=opened)
    return found


def see_day(*, by: Actor) -> Listed:
    """Of one's own tasks what the start page shows: late, due today, and just ticked off by oneself."""
    check(by, P.PLATFORM_TASKS_USE)
    which = policies.mine(by, queries.reached(by))
    until = queries.end_of_day(today())
    found, opened = _listed(
        which & Q(due_at__lte=until), which & Q(done_by_id=by.user_id), timezone.now() - queries.JUST_NOW
    )
    record(events.LISTED, hits=len(found.rows), shown=[row.id for row in found.rows], opened=opened)
    return found


def see_unit(unit_id: UUID | None, *, by: Actor) -> OfUnit:
    """The tasks of a unit that `by` works in; raises Denied for another."""
    check(by, P.PLATFORM_TASKS_USE)
    units = queries.units(by)
    unit = next((one for one in units if one.id == unit_id), None) if unit_id else next(iter(units), None)
    if unit_id and unit is None:
        raise Denied(permission=P.PLATFORM_TASKS_USE)
    if unit is None:
        found, opened = Listed([], [], Counts(0, 0, 0)), set[UUID]()
    else:
        which = queries.which_of_unit(unit.id, by, queries.reached(by))
        found, opened = _listed(which, which)
    said = {"unit": unit.name} if unit else None
    record(
        events.UNIT_LISTED, variables=said, hits=len(found.rows), shown=[row.id for row in found.rows], opened=opened
    )
    return OfUnit(units, unit, unit is not None and unit.id in policies.units_led(by), found)


def see_citizen(citizen_id: UUID, *, by: Actor) -> OfCitizen:
    """The tasks about a citizen; raises Denied where `by` may not see them."""
    check(by, P.PLATFORM_TASKS_USE)
    reach.check_reach(by, P.SOCIAL_CITIZENS_SEE, citizen_id)
    found, _shown = _listed(Q(subject=citizen_id), Q(subject=citizen_id))
    name = reach.named([citizen_id]).get(citizen_id, "")
    record(
        events.CITIZEN_LISTED, citizen=citizen_id, on=("citizen", citizen_id), hits=len(found.rows),
        opened=[citizen_id],
    )  # fmt: skip
    return OfCitizen(citizen_id, name, found)


def see_task(task_id: UUID, *, by: Actor) -> Shown:
    """One task with its list, comments and history; raises Denied."""
    task = policies.check_sees(by, queries.task_called(task_id))
    found = queries.shown(task)
    record(
        events.SEEN, citizen=task.subject, on=("task", task.id), opened=[task.subject] if task.subject else []
    )  # fmt: skip
    return found


def count_mine(*, by: Actor) -> Counts:
    """How many tasks of `by` are open; nothing is opened, so nothing is said in the log."""
    check(by, P.PLATFORM_TASKS_USE)
    return queries.count_open(policies.mine(by, queries.reached(by)))


def late_in_units(*, by: Actor) -> dict[UUID, tuple[str, Counts]]:
    """For a leader: how many tasks are open in each unit they lead, with its name."""
    check(by, P.PLATFORM_TASKS_LEAD)
    citizens = queries.reached(by)
    led = [unit for unit in queries.units(by) if unit.id in policies.units_led(by)]
    return {
        unit.id: (unit.name, queries.count_open(queries.which_of_unit(unit.id, by, citizens))) for unit in led[:4]
    }  # fmt: skip


def addresses_for(by: Actor) -> Addresses:
    """Whom `by` may give a task."""
    return addresses(by, P.PLATFORM_TASKS_USE)


def citizen_called(citizen_id: UUID, *, by: Actor) -> str:
    """The name of the citizen whom a new task is to be about; raises Denied."""
    check(by, P.PLATFORM_TASKS_USE)
    reach.check_reach(by, P.SOCIAL_CITIZENS_SEE, citizen_id)
    name = reach.named([citizen_id]).get(citizen_id, "")
    record(events.CITIZEN_LISTED, citizen=citizen_id, on=("citizen", citizen_id), hits=0, opened=[citizen_id])
    return name


def make_task(
    *, words: Words, to: To, due_at: dt.datetime, timed: bool, by: Actor, citizen_id: UUID | None = None
) -> Task:
    """Give somebody a task. Raises Refused, and Denied for a citizen whom `by` may not see."""
    kept = check_new(words, to, citizen_id, by)
    policies.check_due(due_at)
    task = Task(
        subject=citizen_id, due_at=due_at, timed=timed, made_by_id=by.person_id, customer_id=by.customer_id,
        **to.columns,
    )  # fmt: skip
    queries.put(task, kept)
    task.save(force_insert=True)
    record(events.MADE, citizen=citizen_id, on=("task", task.id), variables={"to": to.code})
    return task


def plan(rule: Rule, *, by: Actor) -> Plan:
    """How a rule would come; raises Refused. Nothing is made."""
    check(by, P.PLATFORM_TASKS_USE)
    days = rhythm.check_rule(rule, today())
    comes = (rhythm.moment(day, time) for day in days[:8] for time in sorted(rule.times))
    return Plan(rule, len(days), [one for one in comes if one >= timezone.now()][:8])


def make_series(*, words: Words, to: To, rule: Rule, by: Actor, citizen_id: UUID | None = None) -> Series:
    """Give somebody a task again and again, and make the next ones at once. Raises Refused and Denied."""
    kept = check_new(words, to, citizen_id, by)
    days = rhythm.check_rule(rule, today())
    series = Series(
        subject=citizen_id, made_by_id=by.person_id, customer_id=by.customer_id, **rhythm.kept(rule, days),
        **to.columns,
    )  # fmt: skip
    queries.put(series, kept)
    series.save(force_insert=True)
    record(
        events.SERIES_MADE, citizen=citizen_id, on=("series", series.id),
        variables={"until": str(days[-1])},
    )  # fmt: skip
    repeat(series, today() + queries.AHEAD, after=timezone.now())
    return series


def repeat_all(until: dt.date) -> int:
    """Make the tasks of every series of this customer as far as `until`; how many. For the nightly job."""
    made = sum(repeat(series, until) for series in queries.running_series(until))
    if made:
        record(events.REPEATED, hits=made)
    return made


def end_series(series_id: UUID, *, by: Actor) -> Series:
    """Let a task recur no more: what lies ahead and nobody has touched goes. Raises Refused and Denied."""
    check(by, P.PLATFORM_TASKS_USE)
    series = policies.check_sees_series(by, queries.series_called(series_id))
    policies.check_recurs(series)
    ahead = queries.still_open().filter(
        series_id=series_id, due_at__gt=timezone.now(), ticks=[], words=b"", comments=None
    )  # fmt: skip
    gone, _by_kind = Task.objects.filter(id__in=list(ahead.values_list("id", flat=True))).delete()
    Series.objects.filter(id=series_id).update(ended_at=timezone.now(), ended_by_id=by.person_id)
    record(events.SERIES_ENDED, citizen=series.subject, on=("series", series_id), hits=gone)
    return series


def tick(task_id: UUID, *, by: Actor) -> Task:
    """Tick a task off. Raises Refused with the name of whoever was faster."""
    task = _held_open(task_id, by)
    task.done_at, task.done_by_id = timezone.now(), by.person_id
    task.save(update_fields=["done_at", "done_by"])
    record(events.DONE, citizen=task.subject, on=("task", task.id), changed=["done"])
    return task


def reopen(task_id: UUID, *, by: Actor) -> Task:
    """Take back that a task was done or not needed; one that is open stays as it is."""
    task = policies.check_sees(by, queries.task_called(task_id, held=True))
    if task.done_at is not None or task.dropped_at is not None:
        task.done_at = task.done_by_id = task.dropped_at = task.dropped_by_id = None
        task.save(update_fields=["done_at", "done_by", "dropped_at", "dropped_by"])
        record(events.REOPENED, citizen=task.subject, on=("task", task.id), changed=["done"])
    return task


def drop(task_id: UUID, *, by: Actor) -> Task:
    """Say that a task is not needed any more; it can be opened again."""
    task = _held_open(task_id, by)
    task.dropped_at, task.dropped_by_id = timezone.now(), by.person_id
    task.save(update_fields=["dropped_at", "dropped_by"])
    record(events.DROPPED, citizen=task.subject, on=("task", task.id), changed=["done"])
    return task


def tick_line(task_id: UUID, number: int, *, by: Actor) -> Task:
    """Tick a line of the list off, or take its tick back."""
    task = _held_open(task_id, by)
    if not 0 <= number < task.lines:
        raise Denied(permission=P.PLATFORM_TASKS_USE)
    rest = [one for one in task.ticks if one["line"] != number]
    was = len(rest) < len(task.ticks)
    now: dict[str, Any] = {"line": number, "by": str(by.person_id), "at": timezone.now().isoformat()}
    task.ticks = rest if was else [*rest, now]
    task.save(update_fields=["ticks"])
    record(
        events.LINE_REOPENED if was else events.LINE_DONE, citizen=task.subject, on=("task", task.id),
        variables={"line": number + 1}, changed=["lines"],
    )  # fmt: skip
    return task


def comment(task_id: UUID, text: str, *, by: Actor) -> Task:
    """Write something on a task. Raises Refused for nothing."""
    task = policies.check_sees(by, queries.task_called(task_id))
    kept = policies.check_comment(text)
    row = Comment(task=task, subject=task.subject, written_by_id=by.person_id, customer_id=by.customer_id)
    seal(row, text=kept)
    row.save(force_insert=True)
    record(events.COMMENTED, citizen=task.subject, on=("task", task.id))
    return task


def hand_over(task_id: UUID, to: To, *, by: Actor, text: str = "") -> Task:
    """Give a task to somebody else, with a few words where there are any. Raises Refused."""
    task = _held_open(task_id, by)
    before = task.to
    if to == before:
        return task
    _check_to(to, task.subject, by)
    if text.strip():  # first, since it may be closed to `by` afterwards
        comment(task_id, text, by=by)
    Task.objects.filter(id=task.id).update(**to.columns)
    told = in_words([before, to])
    record(
        events.HANDED_OVER, citizen=task.subject, on=("task", task.id), changed=["to"],
        variables={"before": told[before], "after": told[to]},
    )  # fmt: skip
    return task


def change_task(task_id: UUID, *, words: Words, due_at: dt.datetime, timed: bool, by: Actor) -> Task:
    """Change what is to be done and by when; of a recurring one this one alone. Ticks of a changed list are gone."""
    task = _held_open(task_id, by)
    kept = policies.check_words(words)
    policies.check_due(due_at, task.due_at)
    was = queries.words_of(task)
    changed = [name for name in ("title", "note", "lines") if getattr(was, name) != getattr(kept, name)]
    if "lines" in changed:
        task.ticks = []
    if changed:
        queries.put(task, kept)
    if (due_at, timed) != (task.due_at, task.timed):
        changed.append("due")
        if task.series_id is not None and task.came_at is None:
            task.came_at = task.due_at
        task.due_at, task.timed = due_at, timed
    opened = [task.subject] if task.subject else []
    record(events.SEEN, citizen=task.subject, on=("task", task.id), opened=opened)
    if changed:
        task.save()
        record(events.CHANGED, citizen=task.subject, on=("task", task.id), changed=changed)
    return task


def _listed(open_ones: Q, done_ones: Q, since: dt.datetime | None = None) -> tuple[Listed, set[UUID]]:
    tasks = queries.open_rows(open_ones)
    done = queries.done_since(done_ones, since or queries.begin_of_today())
    rows = queries.rows_of([*tasks, *done])
    counts = queries.count_open(open_ones)
    return Listed(rows[: len(tasks)], rows[len(tasks) :], counts), queries.subjects_of([*tasks, *done])


def _held_open(task_id: UUID, by: Actor) -> Task:
    task = policies.check_sees(by, queries.task_called(task_id, held=True))
    policies.check_open(task, name=queries.name_of(task.done_by_id))
    return task


def check_new(words: Words, to: To, citizen_id: UUID | None, by: Actor) -> Words:
    """What is to be sealed, tidied; raises Refused for words or an address that cannot be, and Denied."""
    check(by, P.PLATFORM_TASKS_USE)
    if citizen_id is not None:
        reach.check_reach(by, P.SOCIAL_CITIZENS_SEE, citizen_id)
    kept = policies.check_words(words)
    _check_to(to, citizen_id, by)
    return kept


def _check_to(to: To, citizen_id: UUID | None, by: Actor) -> None:
    try:
        check_address(to, by, P.PLATFORM_TASKS_USE)
    except NobodyThere as nobody:
        raise Refused(str(nobody), "to") from nobody
    if citizen_id is not None:
        policies.check_somebody_may_see(queries.people_addressed(to), to, citizen_id)
