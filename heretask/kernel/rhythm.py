"""When what recurs comes again: days by the calendar, times by the wall clock in Denmark.

Days are counted without any time of day, and only then meet the clock: 08:00 stays 08:00 over both nights on which the
clock changes. A time that a night leaves out comes an hour later; one that it has twice comes at the first.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import holidays
from dateutil import rrule
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
LONGEST = dt.timedelta(days=731)  # from today to the last day
MOST_TIMES = 6  # a day
DAILY, WORKDAYS, WEEKLY, MONTHLY = "daily", "workdays", "weekly", "monthly"


class Refused(Exception):
    """A rule says no to what stands in `field`; the message is a sentence for the person who asked."""

    def __init__(self, sentence: str, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True, slots=True)
class Rule:
    """How something recurs. It ends on a day, or after so many days on which it came; never not at all."""

    rhythm: str
    times: tuple[dt.time, ...]
    starts: dt.date
    ends: dt.date | None = None
    count: int | None = None
    every: int = 1
    days: tuple[int, ...] = ()
    month_day: int | None = None
    skip_holidays: bool = False


def check_rule(rule: Rule, today: dt.date) -> list[dt.date]:
    """The days on which it comes; raises Refused for one that does not end, ends too late, or never comes."""
    if not 1 <= len(rule.times) <= MOST_TIMES:
        raise Refused(_("Write 1 to %(most)d times of day.") % {"most": MOST_TIMES}, "times")
    if rule.rhythm == WEEKLY and not rule.days:
        raise Refused(_("Choose at least one day of the week."), "days")
    if rule.rhythm == MONTHLY and not (rule.month_day and 1 <= rule.month_day <= 31):
        raise Refused(_("Write which day of the month, 1 to 31."), "month_day")
    if not 1 <= rule.every <= 52:
        raise Refused(_("Write a number from 1 to 52."), "every")
    _check_end(rule, today)
    found = list(days_of(rule, today + LONGEST))
    if not found:
        raise Refused(_("It would never come: there is no such day before the end."), "ends")
    if rule.count is not None and len(found) < rule.count:
        raise Refused(_("So many do not fit into two years. Choose fewer, or a last day."), "count")
    return found


def _check_end(rule: Rule, today: dt.date) -> None:
    """Raise Refused for a beginning or an end that cannot be: there is exactly one end, two years ahead at most."""
    if rule.starts < today or rule.starts > today + LONGEST:
        raise Refused(_("The first day must be today or later, within two years."), "day")
    if (rule.ends is None) == (rule.count is None):
        raise Refused(_("It cannot recur for ever: choose a last day, or how many days."), "ends")
    if rule.ends is not None and rule.ends > today + LONGEST:
        raise Refused(_("The last day may lie two years ahead at most."), "ends")
    if rule.count is not None and not 1 <= rule.count <= LONGEST.days:
        raise Refused(_("Write a number from 1 to %(most)d.") % {"most": LONGEST.days}, "count")


def days_of(rule: Rule, until: dt.date) -> Iterator[dt.date]:
    """The days on which it comes, until its own end or `until`, whichever is first."""
    last = min(until, rule.ends or until)
    begin = dt.datetime.combine(rule.starts, dt.time())
    end = dt.datetime.combine(last, dt.time())
    left = rule.count
    for moment in _rrule(rule, begin, end):
        day = moment.date()
        if rule.skip_holidays and day in holidays_of(day.year):
            continue
        if left is not None:
            if left == 0:
                return
            left -= 1
        yield day


def _rrule(rule: Rule, begin: dt.datetime, end: dt.datetime) -> rrule.rrule:
    if rule.rhythm == WORKDAYS:
        return rrule.rrule(rrule.DAILY, dtstart=begin, until=end, byweekday=range(5))
    if rule.rhythm == WEEKLY:
        return rrule.rrule(rrule.WEEKLY, dtstart=begin, until=end, interval=rule.every, byweekday=sorted(rule.days))
    if rule.rhythm == MONTHLY:
        wanted = rule.month_day or 1
        near = list(range(28, wanted + 1)) if wanted > 28 else [wanted]  # of a shorter month its last day
        return rrule.rrule(rrule.MONTHLY, dtstart=begin, until=end, interval=rule.every, bymonthday=near, bysetpos=-1)
    return rrule.rrule(rrule.DAILY, dtstart=begin, until=end, interval=rule.every)


def moments(rule: Rule, after: dt.date | None, until: dt.date) -> list[dt.datetime]:
    """Each moment on the days after `after`, until `until`: none twice, in order."""
    days = [day for day in days_of(rule, until) if after is None or day > after]
    return sorted({moment(day, time) for day in days for time in rule.times})


def goes_on(rule: Rule, day: dt.date) -> Rule | None:
    """A rule from a day onwards, with as many days as it has left; None where it comes no more.

    It begins on a day on which it comes, so that what comes every second week keeps its weeks.
    """
    left = [one for one in days_of(rule, rule.starts + 2 * LONGEST) if one >= day]
    if not left:
        return None
    return replace(rule, starts=left[0], count=None if rule.count is None else len(left))


def without(found: Iterable[dt.datetime], taken: Iterable[dt.datetime]) -> list[dt.datetime]:
    """Those moments for which nothing stands yet: what was planned for one stands for the nearest of the same day."""
    left = sorted(found)
    for one in sorted(taken):
        near = [other for other in left if day_of(other) == day_of(one)]
        if near:
            left.remove(min(near, key=lambda other: (abs(other - one), other)))
    return left


def day_of(at: dt.datetime) -> dt.date:
    """The day of a moment by the clock in Denmark."""
    return at.astimezone(COPENHAGEN).date()


def moment(day: dt.date, time: dt.time) -> dt.datetime:
    """When the wall clock in Denmark shows that time of that day."""
    return dt.datetime.combine(day, time, tzinfo=COPENHAGEN).astimezone(dt.UTC)


@cache
def holidays_of(year: int, language: str = "da") -> dict[dt.date, str]:
    """The public holidays in Denmark, by their names."""
    named = holidays.country_holidays("DK", years=year, language="da" if language.startswith("da") else "en_US")
    return dict(named.items())


class Recurring(models.Model):
    """The columns of a row that keeps a rule. The database holds that it has exactly one end, two years ahead at most.

    Extend `Recurring.Meta`, and begin its constraints with `*Recurring.Meta.constraints`.
    """

    rhythm = models.CharField(max_length=8)
    every = models.PositiveSmallIntegerField(default=1)
    days = ArrayField(models.PositiveSmallIntegerField(), default=list)
    month_day = models.PositiveSmallIntegerField(null=True)
    times = ArrayField(models.TimeField())
    skip_holidays = models.BooleanField(default=False)
    starts = models.DateField()
    ends = models.DateField(null=True)
    count = models.PositiveSmallIntegerField(null=True)
    last_day = models.DateField()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(condition=Q(ends=None) ^ Q(count=None), name="%(class)s_ends"),
            models.CheckConstraint(condition=Q(last_day__lte=models.F("starts") + 731), name="%(class)s_bounded"),
        ]

    @property
    def rule(self) -> Rule:
        """The rule that is kept."""
        return Rule(
            self.rhythm, tuple(self.times), self.starts, self.ends, self.count, self.every, tuple(self.days),
            self.month_day, self.skip_holidays,
        )  # fmt: skip


def kept(rule: Rule, days: list[dt.date]) -> dict[str, Any]:
    """How a rule that comes on those days stands in a row of `Recurring`."""
    return {
        "rhythm": rule.rhythm, "every": rule.every, "days": list(rule.days), "month_day": rule.month_day,
        "times": sorted(rule.times), "skip_holidays": rule.skip_holidays, "starts": rule.starts, "ends": rule.ends,
        "count": rule.count, "last_day": days[-1],
    }  # fmt: skip
