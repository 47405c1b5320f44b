"""When a recurring task comes: by the calendar and the wall clock, over both nights, past holidays, and always with an end."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.utils.translation import override

from heretask.kernel.rhythm import Refused, Rule, check_rule, days_of, moment, moments
from heretask.ui.recurring import in_words

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
D, T = dt.date, dt.time
TODAY = D(2026, 3, 1)
FAR = D(2028, 3, 1)


def rule(rhythm: str = "daily", **more: object) -> Rule:
    given: dict[str, object] = {"times": (T(8),), "starts": D(2026, 3, 2), "count": 3} | more
    return Rule(rhythm, **given)  # type: ignore[arg-type]


CASES = {
    "every day": (rule(), [D(2026, 3, 2), D(2026, 3, 3), D(2026, 3, 4)]),
    "every third day": (rule(every=3), [D(2026, 3, 2), D(2026, 3, 5), D(2026, 3, 8)]),
    "Monday to Friday": (rule("workdays", starts=D(2026, 3, 6)), [D(2026, 3, 6), D(2026, 3, 9), D(2026, 3, 10)]),
    "Monday and Thursday": (rule("weekly", days=(3, 0)), [D(2026, 3, 2), D(2026, 3, 5), D(2026, 3, 9)]),
    "every second Monday": (rule("weekly", days=(0,), every=2), [D(2026, 3, 2), D(2026, 3, 16), D(2026, 3, 30)]),
    "the 15th": (rule("monthly", month_day=15), [D(2026, 3, 15), D(2026, 4, 15), D(2026, 5, 15)]),
    "the 31st, or the last": (rule("monthly", month_day=31), [D(2026, 3, 31), D(2026, 4, 30), D(2026, 5, 31)]),
    "the 30th in February": (
        rule("monthly", month_day=30, starts=D(2027, 1, 30)), [D(2027, 1, 30), D(2027, 2, 28), D(2027, 3, 30)],
    ),
    "every second month": (rule("monthly", month_day=1, every=2), [D(2026, 5, 1), D(2026, 7, 1), D(2026, 9, 1)]),
    "until a day, included": (rule(count=None, ends=D(2026, 3, 3)), [D(2026, 3, 2), D(2026, 3, 3)]),
}  # fmt: skip


@pytest.mark.parametrize(("given", "expected"), CASES.values(), ids=CASES.keys())
def test_the_days_on_which_it_comes(given: Rule, expected: list[dt.date]) -> None:
    assert list(days_of(given, FAR)) == expected
    assert check_rule(given, TODAY) == expected


def test_holidays_are_passed_over_and_not_counted() -> None:
    """Maundy Thursday and Good Friday 2026 are 2 and 3 April, Easter Monday the 6th."""
    easter = rule("workdays", starts=D(2026, 4, 1), count=4)
    assert list(days_of(easter, FAR)) == [D(2026, 4, 1), D(2026, 4, 2), D(2026, 4, 3), D(2026, 4, 6)]
    working = rule("workdays", starts=D(2026, 4, 1), count=4, skip_holidays=True)
    assert list(days_of(working, FAR)) == [D(2026, 4, 1), D(2026, 4, 7), D(2026, 4, 8), D(2026, 4, 9)]


def test_great_prayer_day_is_no_holiday_any_more_and_christmas_is() -> None:
    may = rule(starts=D(2026, 4, 30), count=3, skip_holidays=True)
    assert list(days_of(may, FAR)) == [D(2026, 4, 30), D(2026, 5, 1), D(2026, 5, 2)]
    christmas = rule(starts=D(2026, 12, 25), count=1, skip_holidays=True)
    assert list(days_of(christmas, FAR)) == [D(2026, 12, 27)]


@pytest.mark.parametrize(("night", "before", "after"), [(D(2026, 3, 29), 7, 6), (D(2026, 10, 25), 6, 7)])
def test_eight_stays_eight_over_both_nights(night: dt.date, before: int, after: int) -> None:
    """In UTC it moves by an hour; on the wall it does not."""
    found = moments(rule(starts=night - dt.timedelta(days=1), count=3), None, night + dt.timedelta(days=5))
    assert [one.hour for one in found] == [before, after, after]
    assert [one.astimezone(COPENHAGEN).strftime("%d %H:%M") for one in found] == [
        f"{night.day - 1:02} 08:00", f"{night.day:02} 08:00", f"{night.day + 1:02} 08:00",
    ]  # fmt: skip


def test_a_time_that_the_night_leaves_out_comes_an_hour_later() -> None:
    found = moment(D(2026, 3, 29), T(2, 30))
    assert found == dt.datetime(2026, 3, 29, 1, 30, tzinfo=dt.UTC)
    assert found.astimezone(COPENHAGEN).time() == T(3, 30)


def test_a_time_that_the_night_has_twice_comes_once_at_the_first() -> None:
    found = moments(rule(times=(T(2, 30),), starts=D(2026, 10, 25), count=1), None, D(2026, 10, 26))
    assert found == [dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC)]


def test_two_times_that_the_night_makes_one_come_once() -> None:
    given = rule(times=(T(2, 30), T(3, 30)), starts=D(2026, 3, 29), count=1)
    assert len(moments(given, None, D(2026, 3, 30))) == 1


def test_no_day_is_lost_or_doubled_in_two_years() -> None:
    found = moments(rule(count=None, ends=D(2028, 2, 28), times=(T(0, 0), T(23, 59))), None, FAR)
    days = [one.astimezone(COPENHAGEN).date() for one in found]
    assert len(found) == 2 * len(set(days))
    assert sorted(set(days)) == [D(2026, 3, 2) + dt.timedelta(days=n) for n in range(len(set(days)))]


WRONG = {
    "for ever": (rule(count=None), "cannot recur for ever", "ends"),
    "two ends": (rule(ends=D(2026, 5, 1)), "cannot recur for ever", "ends"),
    "too long": (rule(count=None, ends=D(2028, 3, 2)), "two years ahead", "ends"),
    "too many": (rule("monthly", month_day=1, count=40), "do not fit into two years", "count"),
    "never": (rule("weekly", days=(6,), count=None, ends=D(2026, 3, 4)), "never come", "ends"),
    "before today": (rule(starts=D(2026, 2, 1)), "today or later", "day"),
    "no time": (rule(times=()), "1 to 6 times", "times"),
    "seven times": (rule(times=tuple(T(hour) for hour in range(7))), "1 to 6 times", "times"),
    "no day of the week": (rule("weekly"), "at least one day", "days"),
    "no day of the month": (rule("monthly"), "which day of the month", "month_day"),
    "every 0": (rule(every=0), "from 1 to 52", "every"),
    "0 times": (rule(count=0), "Write a number from 1", "count"),
}  # fmt: skip


@pytest.mark.parametrize(("given", "sentence", "field"), WRONG.values(), ids=WRONG.keys())
def test_what_cannot_be_is_refused_with_a_sentence_at_its_field(given: Rule, sentence: str, field: str) -> None:
    with override("en"), pytest.raises(Refused, match=sentence) as refused:
        check_rule(given, TODAY)
    assert refused.value.field == field


def test_in_plain_words() -> None:
    with override("en"):
        assert in_words(rule(times=(T(20), T(8)))) == "Every day, at 08:00, 20:00, 3 days"
        assert in_words(rule("weekly", days=(3, 0), every=2, count=None, ends=D(2026, 6, 30), skip_holidays=True)) == (
            "Every 2 weeks: Monday, Thursday, at 08:00, not on public holidays, until 30 Jun"
        )
    with override("da"):
        assert in_words(rule("weekly", days=(0, 3))) == "Hver mandag, torsdag, kl. 08.00, 3 dage"
        assert in_words(rule("workdays")) == "Mandag til fredag, kl. 08.00, 3 dage"
        assert in_words(rule("monthly", month_day=5)) == "Hver måned den 5., kl. 08.00, 3 dage"
