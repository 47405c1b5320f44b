"""Tasks as pages show them."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heretask.kernel.log.queries import moment
from heretask.kernel.log.sentences import Teller
from heretask.kernel.undo.undoing import Offer
from heretask.ui.recurring import anew_told, in_words, stays_told
from heretask.ui.templatetags.ht import clock, day, day_short

from .actions import Listed, Plan
from .changing import Change
from .events import SERIES_CHANGED
from .queries import Row, Shown


@dataclass(frozen=True, slots=True)
class Line:
    """A task in a list: when, its state in words, and what it says beside the title."""

    row: Row
    when: str
    sub: str
    state: str
    word: str


@dataclass(frozen=True, slots=True)
class Part:
    """A headed part of a list."""

    id: str
    title: str
    lines: list[Line]
    total: int
    empty: str = ""
    more: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """A line of a task's history."""

    at: dt.datetime
    sentence: SafeString


def parts_of(listed: Listed, *, people: bool = False, about: bool = True) -> list[Part]:
    """Overdue, today, the days that follow, done today. `people`: with who it is to; `about`: with the citizen."""
    late, rest = [r for r in listed.rows if r.overdue], [r for r in listed.rows if not r.overdue]
    counts, coming = listed.counts, [r for r in rest if not r.today]

    def lines(rows: list[Row]) -> list[Line]:
        return [line_of(row, people=people, about=about) for row in rows]

    return [
        part
        for part in (
            Part("late", _("Overdue"), lines(late), counts.overdue),
            Part("today", _("Today"), lines([r for r in rest if r.today]), counts.today, _("Nothing more for today.")),
            Part("coming", _("The next two weeks"), lines(coming), len(coming), more=_more(coming, counts.coming)),
            Part("done", _("Done today"), lines(listed.done), len(listed.done)),
        )
        if part.lines or part.empty
    ]  # fmt: skip


def _more(coming: list[Row], total: int) -> str:
    """What is not shown of the days that follow."""
    left = total - len(coming)
    if left <= 0:
        return ""
    return ngettext("and %(n)d more that recurs", "and %(n)d more, most of them recurring", left) % {"n": left}


def line_of(row: Row, *, people: bool = False, about: bool = True) -> Line:
    """One task of a list."""
    when, time = _when(row)
    said = [time, row.citizen if about else "", row.to if people else ""]
    if row.lines:
        said.append(_("%(done)d of %(all)d on the list") % {"done": row.ticked, "all": row.lines})
    if row.recurring:
        said.append(_("recurring"))
    if row.done_at is not None:
        return Line(row, clock(row.done_at), _joined([*said[1:], row.done_by]), "ok", _("Done"))
    if row.dropped:
        return Line(row, when, _joined(said), "info", _("Not needed"))
    return Line(row, when, _joined(said), "broken" if row.overdue else "", _("Overdue") if row.overdue else "")


def _joined(said: list[str]) -> str:
    return " · ".join(part for part in said if part)


def _when(row: Row) -> tuple[str, str]:
    """What leads the line, short enough for a phone, and what is left for below: today the time, else the day first."""
    time = clock(row.due_at) if row.timed else ""
    if row.today:
        return time or _("today"), ""
    return day_short(row.due_at), time


def counts_told(listed_counts: Any) -> str:
    """'2 overdue · 5 more today'."""
    said = []
    if not listed_counts.overdue and not listed_counts.today:
        return _("Nothing more for today.")
    if listed_counts.overdue:
        said.append(ngettext("%(n)d overdue", "%(n)d overdue", listed_counts.overdue) % {"n": listed_counts.overdue})
    if listed_counts.today:
        said.append(ngettext("%(n)d more today", "%(n)d more today", listed_counts.today) % {"n": listed_counts.today})
    return " · ".join(said)


def plan_told(plan: Plan) -> dict[str, Any]:
    """A rule in words, and the next moments it would come."""
    return {
        "rule": in_words(plan.rule), "days": plan.days if plan.rule.count is None else 0,
        "next": [f"{day(one)} {clock(one)}" for one in plan.next],
    }  # fmt: skip


def change_told(change: Change) -> dict[str, Any]:
    """A rule in words as it would come, how many are made anew, and which stay."""
    ahead = change.ahead
    said = [anew_told(len(ahead.anew) + 1), stays_told(ahead.by_hand)]
    if ahead.done:
        said.append(
            ngettext("%(n)d that is done already stays.", "%(n)d that are done already stay.", ahead.done)
            % {"n": ahead.done}
        )
    return {**plan_told(change.plan), "becomes": [one for one in said if one]}


def task_context(shown: Shown, undo: Offer | None) -> dict[str, Any]:
    """The page of one task."""
    teller = Teller(citizens={shown.row.citizen_id: shown.row.citizen} if shown.row.citizen_id else {})
    teller.learn([entry.event for entry in shown.history], citizens=False)
    return {
        "shown": shown, "line": line_of(shown.row, people=True),
        "open": shown.row.done_at is None and not shown.row.dropped,
        "when": f"{day(shown.row.due_at)} {clock(shown.row.due_at)}" if shown.row.timed else day(shown.row.due_at),
        "rule": in_words(shown.rule) if shown.rule else "",
        "changed": shown.changed and not any(one.event.action == SERIES_CHANGED.name for one in shown.history),
        "can_go_on": bool(shown.rule) and not shown.series_over and not shown.row.overdue,
        "undo": undo and {
            "url": reverse("platform.task_undo", args=[shown.row.id, undo.id]), "until": undo.until,
            "sentence": _("You changed this one and those after it."),
        },
        "history": [Told(moment(entry.event.at), teller.sentence(entry)) for entry in shown.history],
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Back:
    """A page to lead back to."""

    name: str
    ids: list[UUID]
    asked: dict[str, str] = field(default_factory=dict)


def back_of(where: str) -> Back:
    """The page from which something was ticked off, by what its form says: a name, an id behind a colon.

    For a calendar two more: which view, and of which day.
    """
    name, hexed, view, day_asked = (where.split(":") + [""] * 4)[:4]
    names = {
        "today": "platform.today",
        "unit": "platform.tasks_unit_one",
        "citizen": "platform.tasks_citizen",
        "task": "platform.task",
        "calendar": "platform.calendar",
        "calendar-unit": "platform.calendar_unit_one",
        "calendar-citizen": "platform.calendar_citizen",
    }
    alone = {"today", "calendar"}
    asked = {"view": view, "day": day_asked} if name.startswith("calendar") else {}
    try:
        own = UUID(hexed) if hexed else None
    except ValueError:
        own = None
    if name in alone:
        return Back(names[name], [], _clean(asked))
    return Back(names[name], [own], _clean(asked)) if name in names and own else Back("platform.tasks", [])


def _clean(asked: dict[str, str]) -> dict[str, str]:
    """Only what a calendar can be asked for: the form comes from outside."""
    fits = {"view": r"day|week|month", "day": r"\d{4}-\d\d-\d\d"}
    return {key: value for key, value in asked.items() if re.fullmatch(fits[key], value)}
