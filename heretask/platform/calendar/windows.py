"""Which days a page of the calendar shows: a day, a week from Monday, a month in whole weeks, or an agenda."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from heretask.kernel.periods import months_after
from heretask.kernel.rhythm import moment

AGENDA = 14  # days


class View(StrEnum):
    """What is looked at."""

    WEEK = "week"
    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Window:
    """The days of a view around `day`. `free`: no day was asked for, so a list begins today and not on Monday."""

    view: View
    day: dt.date
    free: bool = False

    @property
    def first(self) -> dt.date:
        """The first day that is shown."""
        if self.view == View.DAY:
            return self.day
        begin = self.day.replace(day=1) if self.view == View.MONTH else self.day
        return begin - dt.timedelta(days=begin.weekday())

    @property
    def last(self) -> dt.date:
        """The last day that is shown."""
        if self.view == View.DAY:
            return self.day
        end = months_after(self.day.replace(day=1), 1) - dt.timedelta(days=1) if self.view == View.MONTH else self.day
        return end + dt.timedelta(days=6 - end.weekday())

    @property
    def days(self) -> list[dt.date]:
        """Every day that is shown."""
        return _days(self.first, self.last)

    @property
    def listed(self) -> list[dt.date]:
        """The days of the list that a phone shows instead."""
        if self.free and self.view == View.WEEK:
            return _days(self.day, self.day + dt.timedelta(days=AGENDA - 1))
        if self.view == View.MONTH:
            return [day for day in self.days if day.month == self.day.month]
        return self.days

    @property
    def since(self) -> dt.datetime:
        """The midnight with which it begins."""
        return moment(min(self.first, self.listed[0]), dt.time())

    @property
    def until(self) -> dt.datetime:
        """The midnight at which it is over."""
        return moment(max(self.last, self.listed[-1]) + dt.timedelta(days=1), dt.time())

    def beside(self, step: int) -> dt.date:
        """The day to look at for the window before (-1) or after (1)."""
        if self.view == View.MONTH:
            return months_after(self.day.replace(day=1), step)
        return self.day + dt.timedelta(days=step if self.view == View.DAY else 7 * step)


def _days(first: dt.date, last: dt.date) -> list[dt.date]:
    return [first + dt.timedelta(days=number) for number in range((last - first).days + 1)]


def window(view: str, day: str, today: dt.date) -> Window:
    """The window that an address asks for; today's week for what is none."""
    try:
        asked = dt.date.fromisoformat(day) if day else None
    except ValueError:
        asked = None
    if asked is not None and abs((asked - today).days) > 3660:  # ten years either way
        asked = None
    return Window(View(view) if view in set(View) else View.WEEK, asked or today, asked is None)
