"""Reading tasks. What is opened here is noted as opened; the action that calls records the event."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from heretask.kernel.access import reach
from heretask.kernel.access.addressed import Kind, To, in_words
from heretask.kernel.access.decide import Actor
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.identity.models import User
from heretask.kernel.identity.people import actors_for, assignments_now, names_of
from heretask.kernel.log.queries import Entry, history_of
from heretask.kernel.rhythm import COPENHAGEN, Rule, day_of, moment
from heretask.kernel.secrets.opening import load_keys, open_text, seal
from heretask.kernel.tenancy.models import Unit

from . import policies
from .models import Comment, Series, Task
from .policies import Words

AHEAD = dt.timedelta(days=14)  # how far lists look, and how far the tasks of a series are made
MOST = 100  # of each list on a page
JUST_NOW = dt.timedelta(minutes=10)  # how long the start page offers to take a tick back


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a task's list, and who ticked it off when."""

    number: int
    text: str
    by: str = ""
    at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A task as a line of a list."""

    id: UUID
    title: str
    citizen_id: UUID | None
    citizen: str
    to: str
    due_at: dt.datetime
    timed: bool
    ticked: int
    lines: int
    recurring: bool
    done_at: dt.datetime | None
    done_by: str
    dropped: bool

    @property
    def overdue(self) -> bool:
        """Whether its time is over and nobody has done it."""
        return self.done_at is None and not self.dropped and self.due_at < timezone.now()

    @property
    def today(self) -> bool:
        """Whether it is due today by the clock in Denmark."""
        return timezone.localdate(self.due_at, COPENHAGEN) == timezone.localdate(timezone=COPENHAGEN)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many are open: their time over, due later today, due on the days that follow."""

    overdue: int
    today: int
    coming: int


@dataclass(frozen=True, slots=True)
class Said:
    """A comment, opened."""

    name: str
    at: dt.datetime
    text: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A task with all that stands on its page."""

    row: Row
    words: Words
    checklist: tuple[Line, ...]
    comments: tuple[Said, ...]
    made_by: str
    made_at: dt.datetime
    rule: Rule | None
    series_id: UUID | None
    series_over: bool
    changed: Entered | None  # from when on those after it come otherwise, or this one does
    history: list[Entry]


@dataclass(frozen=True, slots=True)
class Entered:
    """That somebody changed how a series goes on: who, when, and from which day on; `here`: this one comes so."""

    name: str
    at: dt.datetime
    starts: dt.date
    here: bool


@dataclass(frozen=True, slots=True)
class Ahead:
    """What a change from one task on would do with the others: which are made anew, which stay, where others stand."""

    anew: list[Task]
    by_hand: list[dt.date]
    done: int
    taken: list[dt.datetime]


def end_of_day(day: dt.date) -> dt.datetime:
    """The last minute of a day: when something without a time of day is over."""
    return dt.datetime.combine(day, dt.time(23, 59), tzinfo=COPENHAGEN).astimezone(dt.UTC)


def today() -> dt.date:
    """The day by the clock in Denmark."""
    return timezone.localdate(timezone=COPENHAGEN)


def reached(by: Actor) -> set[UUID]:
    """The citizens whom `by` may see; one query."""
    return reach.mine(by, P.SOCIAL_CITIZENS_SEE)


def still_open() -> QuerySet[Task]:
    """Tasks that are neither done nor given up, the next first."""
    return Task.objects.filter(done_at=None, dropped_at=None).order_by("due_at", "id")


def open_rows(which: Q) -> list[Task]:
    """The open ones among `which`, as far as lists look ahead: late ones, today's, and the next.

    Of what recurs only the next one after today: the others would push everything else out of sight.
    """
    rows = still_open().filter(which, due_at__lt=timezone.now() + AHEAD).select_related("series")
    until, met, found = end_of_day(today()), set(), []
    for task in rows[: 5 * MOST]:
        if task.due_at > until and task.series_id is not None:
            if task.series_id in met:
                continue
            met.add(task.series_id)
        found.append(task)
    return found[: 2 * MOST]


def done_since(which: Q, since: dt.datetime) -> list[Task]:
    """Those among `which` that were ticked off since, the newest first."""
    rows = Task.objects.filter(which, done_at__gte=since).select_related("series")
    return list(rows.order_by("-done_at")[:MOST])


def count_open(which: Q) -> Counts:
    """How many are open; one query, nothing is opened."""
    now = timezone.now()
    until = end_of_day(today())
    found = Task.objects.filter(which, done_at=None, dropped_at=None, due_at__lt=now + AHEAD).aggregate(
        overdue=Count("id", filter=Q(due_at__lt=now)),
        today=Count("id", filter=Q(due_at__gte=now, due_at__lte=until)),
        coming=Count("id", filter=Q(due_at__gte=now, due_at__gt=until)),
    )
    return Counts(**found)


def timed_between(which: Q, since: dt.datetime, until: dt.datetime) -> list[Task]:
    """Those among `which` that have a time of day between two moments and are needed, done or not."""
    rows = Task.objects.filter(which, timed=True, dropped_at=None, due_at__gte=since, due_at__lt=until)
    return list(rows.select_related("series").order_by("due_at", "id")[: 3 * MOST])


def count_by_day(which: Q, since: dt.datetime, until: dt.datetime) -> dict[dt.date, int]:
    """How many of `which` with a time of day are still to be done on which day; one query, nothing is opened."""
    rows = Task.objects.filter(
        which, timed=True, dropped_at=None, done_at=None, due_at__gte=since, due_at__lt=until
    ).annotate(on=TruncDate("due_at", tzinfo=COPENHAGEN))  # fmt: skip
    return {one["on"]: one["n"] for one in rows.order_by().values("on").annotate(n=Count("id"))}


def begin_of_today() -> dt.datetime:
    """The midnight that today began with."""
    return dt.datetime.combine(today(), dt.time(), tzinfo=COPENHAGEN).astimezone(dt.UTC)


def rows_of(tasks: Sequence[Task]) -> list[Row]:
    """Open what lists show of these: a bounded number of queries, however many they are."""
    subjects = {task.subject for task in tasks if task.subject}
    if subjects:
        load_keys(subjects)
    citizens = reach.named(subjects)
    told = in_words({task.to for task in tasks})
    people = {task.done_by_id for task in tasks if task.done_by_id}
    names = names_of(people) if people else {}
    return [_row(task, citizens.get(task.subject, "") if task.subject else "", told[task.to], names) for task in tasks]


def _row(task: Task, citizen: str, to: str, names: dict[UUID, str]) -> Row:
    return Row(
        task.id, words_of(task).title, task.subject, citizen, to, task.due_at, task.timed, len(task.ticks), task.lines,
        task.series_id is not None, task.done_at, names.get(task.done_by_id, "") if task.done_by_id else "",
        task.dropped_at is not None,
    )  # fmt: skip


def words_of(task: Task) -> Words:
    """Open what stands in a task: its own words, or those of its series."""
    if not task.words and task.series is not None:
        return opened(task.series)
    return opened(task)


def opened(row: Task | Series) -> Words:
    """Open the words of a row."""
    said = json.loads(open_text(row, "words") or "{}")
    return Words(said.get("title", ""), said.get("note", ""), tuple(said.get("lines", ())))


def put(row: Task | Series, words: Words) -> None:
    """Seal the words of a row, under the citizen's key where it is about one."""
    said = {"title": words.title, "note": words.note, "lines": words.lines}
    seal(row, words=json.dumps(said, ensure_ascii=False))
    row.lines = len(words.lines)


def subjects_of(tasks: Iterable[Task]) -> set[UUID]:
    """The citizens that are opened with these."""
    return {task.subject for task in tasks if task.subject}


def task_called(task_id: UUID, *, held: bool = False) -> Task | None:
    """A task, closed; held until the transaction ends where something is to be changed."""
    rows = Task.objects.select_for_update(of=("self",)) if held else Task.objects.all()
    return rows.select_related("series").filter(id=task_id).first()


def series_called(series_id: UUID) -> Series | None:
    """A series, closed, held."""
    return Series.objects.select_for_update().filter(id=series_id).first()


def shown(task: Task) -> Shown:
    """Open a task with its list, comments and history."""
    words = words_of(task)
    comments = list(Comment.objects.filter(task_id=task.id).order_by("made_at"))
    people = {UUID(tick["by"]) for tick in task.ticks} | {one.written_by_id for one in comments} | {task.made_by_id}
    names = names_of(people | ({task.done_by_id} if task.done_by_id else set()))
    citizens = reach.named([task.subject] if task.subject else [])
    row = _row(task, citizens.get(task.subject, "") if task.subject else "", in_words([task.to])[task.to], names)
    ticked = {tick["line"]: tick for tick in task.ticks}
    lines = [
        Line(number, text, names.get(UUID(ticked[number]["by"]), ""), dt.datetime.fromisoformat(ticked[number]["at"]))
        if number in ticked else Line(number, text)
        for number, text in enumerate(words.lines)
    ]  # fmt: skip
    series = task.series
    return Shown(
        row, words, tuple(lines),
        tuple(Said(names.get(one.written_by_id, ""), one.made_at, open_text(one, "text")) for one in comments),
        names.get(task.made_by_id, ""), task.made_at, series.rule if series else None, task.series_id,
        series is not None and series.ended_at is not None, _changed(series), history_of("task", task.id),
    )  # fmt: skip


def _changed(series: Series | None) -> Entered | None:
    """The change that ended this series and began another; else the one that began it."""
    if series is None:
        return None
    if series.ended_at is not None and series.ended_by_id:
        after = Series.objects.filter(follows_id=series.id).first()
        if after is not None:
            return Entered(name_of(series.ended_by_id), series.ended_at, after.starts, here=False)
    before = Series.objects.filter(id=series.follows_id).first() if series.follows_id else None
    if before is None or before.ended_at is None:
        return None
    return Entered(name_of(before.ended_by_id), before.ended_at, series.starts, here=True)


def planned(task: Task) -> dt.datetime:
    """Where one of a series would come by its rule, wherever it was moved."""
    return task.came_at or task.due_at


def commented(tasks: Iterable[Task]) -> set[UUID]:
    """Those on which somebody has written."""
    return set(Comment.objects.filter(task_id__in=[one.id for one in tasks]).values_list("task_id", flat=True))


def planned_since(series_id: UUID, day: dt.date) -> list[dt.datetime]:
    """For which moments from a day on something of a series stands."""
    return [planned(one) for one in _since([series_id], day)]


def _since(series: Iterable[UUID], day: dt.date) -> list[Task]:
    begin = moment(day, dt.time())
    found = Q(came_at__gte=begin) | Q(came_at=None, due_at__gte=begin)
    return list(Task.objects.filter(found, series_id__in=list(series)).order_by("due_at", "id"))


def ahead_of(series: Series, task: Task) -> Ahead:
    """The others of a series from the day of a task on, sorted by what a change would do with them.

    What stayed as it was at an earlier change stands for its moment, too.
    """
    rows = [one for one in _since(_line_of(series), day_of(planned(task))) if one.id != task.id]
    wrote = commented(rows)
    anew = [
        one for one in rows
        if one.series_id == series.id and planned(one) > planned(task) and policies.untouched(one, series, wrote)
    ]  # fmt: skip
    gone = {one.id for one in anew}
    stay = [one for one in rows if one.id not in gone and planned(one) > planned(task)]
    return Ahead(
        anew, [day_of(one.due_at) for one in stay if one.done_at is None],
        sum(1 for one in stay if one.done_at is not None), [planned(one) for one in rows if one.id not in gone],
    )  # fmt: skip


def _line_of(series: Series) -> list[UUID]:
    """It and those it follows, as far as anything of theirs can still lie ahead."""
    line, at = [series.id], series.follows_id
    while at is not None:
        before = Series.objects.filter(id=at).first()
        if before is None or before.ended_at is None or before.ended_at < timezone.now() - 2 * AHEAD:
            break
        line.append(before.id)
        at = before.follows_id
    return line


def people_addressed(to: To) -> list[Actor]:
    """Those who are addressed now, as actors; three queries."""
    rows = assignments_now().filter(user__active=True, user__suspended_at=None).select_related("own")
    if to.user_id is not None:
        rows = rows.filter(user_id=to.user_id)
    elif to.unit_id is not None:
        rows = rows.filter(unit_id=to.unit_id)
    ids = {row.user_id for row in rows if to.kind != Kind.ROLE or row.role_key == to.role}
    users = list(User.objects.filter(id__in=ids))
    return [one for one in actors_for(users).values() if to.reaches(one)]


def name_of(user_id: UUID | None) -> str:
    """The name of one user."""
    return names_of([user_id]).get(user_id, "") if user_id else ""


def units(by: Actor) -> list[Unit]:
    """The units whose tasks `by` may look at: those they work in."""
    return list(Unit.objects.filter(id__in=policies.units_worked_in(by), active=True).order_by("name"))


def which_of_unit(unit_id: UUID, by: Actor, citizens: set[UUID]) -> Q:
    """The tasks of a unit that `by` sees: to it or a role there, and for its leaders to each of its people."""
    about = Q(subject=None) | Q(subject__in=citizens)
    return (policies.of_unit([unit_id]) if unit_id in policies.units_led(by) else Q(to_unit_id=unit_id)) & about


def running_series(until: dt.date) -> list[Series]:
    """Series whose tasks are not made as far as `until`, held one after the other by whoever makes them."""
    behind = Q(made_until=None) | Q(made_until__lt=until, last_day__gt=F("made_until"))
    return list(Series.objects.select_for_update(skip_locked=True).filter(behind, ended_at=None, starts__lte=until))
