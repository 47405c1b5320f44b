"""The calendar as pages show it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from heretask.kernel.log.queries import moment as log_moment
from heretask.kernel.log.sentences import Teller
from heretask.kernel.rhythm import COPENHAGEN, holidays_of
from heretask.kernel.undo.undoing import Offer
from heretask.ui.recurring import anew_told, in_words, stays_told
from heretask.ui.templatetags.ht import clock, day, day_short

from .actions import Plan
from .changing import Change
from .queries import Entry, Shown
from .sources import Counted, Others, Thing
from .windows import View, Window

FEW = 2  # tasks of a day that a list of many days shows unfolded
IN_A_MONTH = 3  # lines of a day in the month; the others behind a link to the day


@dataclass(frozen=True, slots=True)
class Line:
    """An appointment on one day: when, and what it says beside the title."""

    entry: Entry
    when: str
    sub: str


@dataclass(frozen=True, slots=True)
class Beside:
    """Something else on one day, with its button: a task."""

    thing: Thing
    when: str


@dataclass(frozen=True, slots=True)
class Day:
    """One day, what it is called, and what stands on it."""

    day: dt.date
    name: str
    url: str
    holiday: str
    today: bool
    over: bool
    outside: bool
    lines: list[Line]
    beside: list[Beside]
    counted: list[Counted]

    @property
    def busy(self) -> bool:
        """Whether anything stands on it."""
        return bool(self.lines or self.beside or self.counted)

    @property
    def folds(self) -> str:
        """'5 tasks', under which they are folded in a list of many days; nothing where they are few."""
        count = len(self.beside)
        return ngettext("%(n)d task", "%(n)d tasks", count) % {"n": count} if count > FEW else ""

    @property
    def all_lines(self) -> list[Line | Beside]:
        """Appointments and what stands beside them, by the clock; whole days first."""
        rows: list[tuple[tuple[bool, dt.datetime], Line | Beside]] = [
            ((one.entry.span.timed, one.entry.span.starts_at), one) for one in self.lines
        ]
        rows += [((True, one.thing.at), one) for one in self.beside]
        return [one for _key, one in sorted(rows, key=lambda pair: pair[0])]

    @property
    def first_lines(self) -> list[Line]:
        """Those that a month has room for."""
        return self.lines[:IN_A_MONTH] if len(self.lines) > IN_A_MONTH + 1 else self.lines

    @property
    def more(self) -> str:
        """'3 more'."""
        left = len(self.lines) - len(self.first_lines)
        return ngettext("%(n)d more", "%(n)d more", left) % {"n": left} if left else ""


@dataclass(frozen=True, slots=True)
class Told:
    """A line of an appointment's history."""

    at: dt.datetime
    sentence: SafeString


def page_of(window: Window, entries: list[Entry], others: Others, here: str) -> dict[str, Any]:
    """A calendar: its days as a table and as a list, and where its links lead; `here` is its address."""
    today = timezone.localdate(timezone=COPENHAGEN)
    days = {one: _day(one, window, entries, others, here, today) for one in {*window.days, *window.listed}}
    listed = [days[one] for one in window.listed]
    empty = window.view != View.DAY
    return {
        "free": window.free and window.view == View.WEEK, "here": here,
        "view": window.view, "label": _label(window), "weeks": _weeks([days[one] for one in window.days]),
        "listed": [one for one in listed if one.busy or one.holiday or one.today or not empty],
        "nothing": not any(one.busy for one in listed), "weekdays": [_weekday(one) for one in window.days[:7]],
        "before": _address(here, window.view, window.beside(-1)),
        "after": _address(here, window.view, window.beside(1)),
        "now": f"{here}?view={window.view}", "step": _step(window.view),
        "views": [
            (word, _address(here, view, window.day), view == window.view)
            for view, word in ((View.DAY, _("Day")), (View.WEEK, _("Week")), (View.MONTH, _("Month")))
        ],
    }  # fmt: skip


def line_of(entry: Entry, on: dt.date, *, about: bool = True, people: bool = True) -> Line:
    """One appointment as it stands on that day."""
    words = entry.words
    said = [
        words.place, entry.citizen if about else "", ", ".join(entry.people) if people else "",
        _("recurring") if entry.recurring else "",
    ]  # fmt: skip
    return Line(entry, _when(entry, on), " · ".join(part for part in said if part))


def when_told(entry: Entry) -> str:
    """The whole time of one: 'torsdag 3. december kl. 10.00–11.30'."""
    begin, end = entry.span.starts_at.astimezone(COPENHAGEN), entry.span.ends_at.astimezone(COPENHAGEN)
    last = end.date() if entry.span.timed else end.date() - dt.timedelta(days=1)
    if not entry.span.timed:
        days = _long(begin.date()) if last == begin.date() else f"{_long(begin.date())} – {_long(last)}"
        return _("%(day)s, all day") % {"day": days}
    if last == begin.date():
        return f"{_long(begin.date())} {clock(begin)}–{clock(end)}"
    return f"{_long(begin.date())} {clock(begin)} – {_long(last)} {clock(end)}"


def plan_told(plan: Plan) -> dict[str, Any]:
    """A rule in words, the next days it would come, and who is busy."""
    return {
        "rule": in_words(plan.rule, timed=plan.timed), "days": len(plan.days),
        "next": [day(one) for one in plan.days[:8]], "busy": busy_told(plan.busy),
    }  # fmt: skip


def change_told(change: Change) -> dict[str, Any]:
    """A rule in words as it would come, how many are made anew, and which stay."""
    ahead = change.ahead
    said = [anew_told(len(ahead.rows)), stays_told(ahead.by_hand)]
    if ahead.cancelled:
        said.append(
            ngettext("%(n)d that was cancelled stays so.", "%(n)d that were cancelled stay so.", len(ahead.cancelled))
            % {"n": len(ahead.cancelled)}
        )
    return {**plan_told(change.plan), "becomes": [one for one in said if one]}


def busy_told(busy: list[tuple[str, dt.datetime]]) -> list[str]:
    """'Bo Friis has something else on 3 Dec. at 10.00.'"""
    return [
        _("%(name)s has something else on %(day)s at %(time)s.")
        % {"name": name, "day": day_short(at), "time": clock(at)}
        for name, at in busy
    ]  # fmt: skip


def left_told(count: int) -> str:
    """'2 left today'."""
    if not count:
        return _("Nothing more today.")
    return ngettext("%(n)d left today", "%(n)d left today", count) % {"n": count}


def one_of(shown: Shown, undo: Offer | None) -> dict[str, Any]:
    """The page of one appointment."""
    entry = shown.entry
    teller = Teller(citizens={entry.citizen_id: entry.citizen} if entry.citizen_id else {})
    teller.learn([one.event for one in shown.history], citizens=False)
    return {
        "shown": shown, "entry": entry, "when": when_told(entry),
        "undo": undo and {
            "url": reverse("platform.appointment_undo", args=[entry.id, undo.id]), "until": undo.until,
            "sentence": _("You changed this one and those after it."),
        },
        "rule": in_words(shown.rule, timed=entry.span.timed) if shown.rule else "",
        "busy": [_("%(name)s has something else at that time.") % {"name": name} for name in shown.busy],
        "back": _address(reverse("platform.calendar"), View.DAY, entry.span.starts_at.astimezone(COPENHAGEN).date()),
        "history": [Told(log_moment(one.event.at), teller.sentence(one)) for one in shown.history],
    }  # fmt: skip


def held_names(shown: Shown) -> dict[UUID, str]:
    """Nobody's name is known here: those who take part already keep their places in the form without one."""
    return dict.fromkeys(shown.people_ids, _("Somebody who has left"))


def _day(one: dt.date, window: Window, entries: list[Entry], others: Others, here: str, today: dt.date) -> Day:
    begin = dt.datetime.combine(one, dt.time(), tzinfo=COPENHAGEN)
    end = dt.datetime.combine(one + dt.timedelta(days=1), dt.time(), tzinfo=COPENHAGEN)
    lines = [line_of(each, one) for each in entries if each.span.starts_at < end and begin < each.span.ends_at]
    lines.sort(key=lambda line: (line.entry.span.timed, line.entry.span.starts_at))
    return Day(
        one, _capital(_long(one)), _address(here, View.DAY, one),
        holidays_of(one.year, get_language() or "da").get(one, ""),
        one == today, one < today, window.view == View.MONTH and one.month != window.day.month, lines,
        [Beside(each, clock(each.at)) for each in others.things if begin <= each.at < end], others.counts.get(one, []),
    )  # fmt: skip


def _weeks(days: list[Day]) -> list[tuple[int, list[Day]]]:
    """Rows of a table, each with the number of its week."""
    return [(days[at].day.isocalendar().week, days[at : at + 7]) for at in range(0, len(days), 7)]


def _when(entry: Entry, on: dt.date) -> str:
    """What leads the line on that day."""
    begin, end = entry.span.starts_at.astimezone(COPENHAGEN), entry.span.ends_at.astimezone(COPENHAGEN)
    if not entry.span.timed or (begin.date() < on < end.date()):
        return _("all day")
    if begin.date() == on:
        return f"{clock(begin)}–{clock(end)}" if end.date() == on else f"{clock(begin)}–"
    return f"–{clock(end)}"


def _address(here: str, view: View, day: dt.date) -> str:
    return f"{here}?view={view}&day={day.isoformat()}"


def _label(window: Window) -> str:
    if window.view == View.DAY:
        return _capital(_long(window.day))
    if window.view == View.MONTH:
        return _capital(format_date(window.day, "F Y"))
    week = _("Week %(number)d") % {"number": window.first.isocalendar().week}
    return f"{week}, {_period(window.first, window.last)}"


def _period(first: dt.date, last: dt.date) -> str:
    return day_short(first) if first == last else f"{day_short(first)} – {day_short(last)}"


def _step(view: View) -> tuple[str, str]:
    return {
        View.DAY: (_("The day before"), _("The day after")),
        View.WEEK: (_("The week before"), _("The week after")),
        View.MONTH: (_("The month before"), _("The month after")),
    }[view]


def _long(one: dt.date) -> str:
    """'torsdag 26. november', with the year where it is another."""
    pattern = "l j. F" if (get_language() or "da").startswith("da") else "l j F"
    year = "" if one.year == timezone.localdate(timezone=COPENHAGEN).year else " Y"
    said = format_date(one, pattern + year)
    return said.lower() if (get_language() or "da").startswith("da") else said


def _weekday(one: dt.date) -> str:
    return format_date(one, "l")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
