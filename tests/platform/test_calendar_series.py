"""A recurring appointment changed from one of its days on, to other days as well, and how it is taken back."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from heretask.kernel.access.decide import Denied
from heretask.kernel.log.models import Event
from heretask.kernel.rhythm import COPENHAGEN, Refused, Rule, moment
from heretask.kernel.undo import undoing
from heretask.kernel.undo.policies import Refused as NotUndone
from heretask.platform.calendar import actions, changing
from heretask.platform.calendar.models import Appointment, Participant, Repetition
from heretask.platform.calendar.policies import Span, Words
from tests.cast import Cast, Member
from tests.social.people import make_citizen

D, T = dt.date, dt.time


def tomorrow(more: int = 0) -> dt.date:
    return timezone.localdate(timezone=COPENHAGEN) + dt.timedelta(days=1 + more)


def at(day: dt.date, begin: int = 10, end: int = 11) -> Span:
    return Span(moment(day, T(begin)), moment(day, T(end)))


def repeat(by: Member, *taking_part: Member, first: dt.date | None = None, **more: Any) -> list[Appointment]:
    """Daily from tomorrow on, ten to eleven."""
    day = first or tomorrow()
    rule = more.pop("rule", Rule("daily", (T(10),), day, count=more.pop("count", 6)))
    with by.inside() as actor:
        return actions.make_recurring(
            words=Words("Husmøde", "Stuen"), span=at(day), rule=rule, people=[one.user.id for one in taking_part],
            by=actor, **more,
        )  # fmt: skip


def onwards(member: Member, row: Appointment, *taking_part: Member, rule: Rule | None = None, **more: Any) -> None:
    with member.inside() as by:
        found = actions.see(row.id, by=by)
        following = rule or found.goes_on
        assert following is not None
        given: dict[str, Any] = {
            "words": found.entry.words, "span": found.entry.span, "people": [one.user.id for one in taking_part],
        } | more  # fmt: skip
        changing.change_onwards(row.id, rule=following, by=by, **given)


def lies(member: Member) -> list[tuple[int, str, str, str, UUID]]:
    """Every appointment: its day after tomorrow, its hours, what it says, who takes part, and its id."""
    with member.inside() as by:
        found = []
        for row in Appointment.objects.order_by("starts_at", "id"):
            entry = actions.see(row.id, by=by).entry
            begin, end = row.starts_at.astimezone(COPENHAGEN), row.ends_at.astimezone(COPENHAGEN)
            hours = f"{begin:%H}-{end:%H}"
            found.append(((begin.date() - tomorrow()).days, hours, entry.words.title, ",".join(entry.people), row.id))
        return found


def days(member: Member) -> list[tuple[int, str]]:
    return [(day, hours) for day, hours, *_rest in lies(member)]


def test_other_days_keep_the_rows_and_make_what_is_missing(cast: Cast) -> None:
    rows = repeat(cast.bo, cast.anna, count=4)
    rule = Rule("daily", (T(13),), tomorrow(1), count=4, every=2)
    onwards(cast.bo, rows[1], cast.anna, rule=rule, span=at(tomorrow(1), 13, 15), words=Words("Nyt"))
    found = lies(cast.bo)
    assert [one[:4] for one in found] == [
        (0, "10-11", "Husmøde", "Anna Skov"), (1, "13-15", "Nyt", "Anna Skov"), (3, "13-15", "Nyt", "Anna Skov"),
        (5, "13-15", "Nyt", "Anna Skov"), (7, "13-15", "Nyt", "Anna Skov"),
    ]  # fmt: skip
    assert found[1][4] == rows[1].id
    assert {rows[2].id, rows[3].id} <= {one[4] for one in found}


def test_fewer_days_take_what_is_left_over_away_and_never_the_one_that_was_opened(cast: Cast) -> None:
    rows = repeat(cast.bo, cast.anna, count=6)
    weekday = tomorrow(4).weekday()
    rule = Rule("weekly", (T(10),), tomorrow(1), count=1, days=(weekday,))
    onwards(cast.bo, rows[1], cast.anna, rule=rule)
    assert [(one[0], one[4]) for one in lies(cast.bo)] == [(0, rows[0].id), (4, rows[1].id)]
    with cast.bo.inside():
        assert Participant.objects.count() == 2


def test_what_was_moved_or_cancelled_stays_and_nothing_comes_beside_it(cast: Cast) -> None:
    rows = repeat(cast.bo, cast.anna, count=5)
    with cast.bo.inside() as by:
        actions.change(rows[2].id, words=Words("Flyttet"), span=at(tomorrow(2), 15, 16), people=[], by=by)
        actions.cancel(rows[3].id, by=by)
    given: dict[str, Any] = {
        "words": Words("Nyt"), "span": at(tomorrow(1), 9, 10), "people": [],
        "rule": Rule("daily", (T(9),), tomorrow(1), count=6),
    }  # fmt: skip
    with cast.bo.inside() as by:
        change = changing.plan_onwards(rows[1].id, by=by, **given)
    assert (len(change.ahead.rows), change.ahead.by_hand, change.ahead.cancelled) == (
        2, [tomorrow(2)], [tomorrow(3)],
    )  # fmt: skip
    assert change.plan.days == [tomorrow(number) for number in (1, 4, 5, 6)]
    onwards(cast.bo, rows[1], **given)
    expected = [(0, "10-11"), (1, "09-10"), (2, "15-16"), (3, "10-11"), (4, "09-10"), (5, "09-10"), (6, "09-10")]
    assert days(cast.bo) == expected
    given["rule"], given["span"] = Rule("daily", (T(8),), tomorrow(1), count=6), at(tomorrow(1), 8, 9)
    onwards(cast.bo, rows[1], **given)  # once more: what stayed the first time still stands for its day
    assert days(cast.bo) == [(day, "08-09" if hours == "09-10" else hours) for day, hours in expected]


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        # the night that leaves out 02:00-03:00, the night that has it twice: by hand, begin and hours
        (D(2027, 3, 26), ["26 10:00 1", "27 22:00 7", "28 22:00 8", "29 22:00 8"]),
        (D(2027, 10, 29), ["29 10:00 1", "30 22:00 9", "31 22:00 8", "01 22:00 8"]),
    ],
)
def test_a_rhythm_changed_over_both_nights_keeps_the_wall_clock(
    cast: Cast, first: dt.date, expected: list[str]
) -> None:
    rows = repeat(cast.bo, cast.anna, first=first, count=4)
    night = first + dt.timedelta(days=1)
    span = Span(moment(night, T(22)), moment(night + dt.timedelta(days=1), T(6)))
    onwards(cast.bo, rows[1], span=span, rule=Rule("daily", (T(22),), night, count=3))
    with cast.bo.inside():
        found = Appointment.objects.order_by("starts_at")
        told = [
            f"{one.starts_at.astimezone(COPENHAGEN):%d %H:%M} {(one.ends_at - one.starts_at) // dt.timedelta(hours=1)}"
            for one in found
        ]
    assert told == expected


def test_holidays_are_left_out_from_then_on(cast: Cast) -> None:
    # 24 May 2027 is no holiday in Denmark, 6 May is Ascension Day and 17 May Whit Monday. By hand.
    rows = repeat(cast.bo, rule=Rule("weekly", (T(10),), D(2027, 5, 3), count=3, days=(0,)), first=D(2027, 5, 3))
    rule = Rule("weekly", (T(10),), D(2027, 5, 10), count=3, days=(0,), skip_holidays=True)
    onwards(cast.bo, rows[1], rule=rule)
    with cast.bo.inside():
        found = [one.day for one in Appointment.objects.order_by("starts_at")]
    assert found == [D(2027, 5, 3), D(2027, 5, 10), D(2027, 5, 24), D(2027, 5, 31)]


@pytest.mark.parametrize("own", [False, True])
def test_it_is_taken_back_as_it_was(cast: Cast, own: bool) -> None:
    citizen = make_citizen(cast, "Birthe Holm", room="4")
    rows = repeat(cast.bo, cast.anna, count=5, citizen_id=citizen.id)
    with cast.bo.inside() as by:
        actions.change(rows[3].id, words=Words("Flyttet"), span=at(tomorrow(3), 15, 16), people=[], by=by)
        if own:  # the very one from which it is changed was changed by itself before
            actions.change(rows[1].id, words=Words("Alene"), span=at(tomorrow(1), 7, 8), people=[], by=by)
    before = [one[:4] for one in lies(cast.anna)]
    rule = Rule("daily", (T(12),), tomorrow(1), count=2 if own else 9, every=2)
    onwards(cast.anna, rows[1], cast.bo, rule=rule, words=Words("Nyt"), span=at(tomorrow(1), 12, 14))
    assert [one[:4] for one in lies(cast.anna)] != before
    client = cast.anna.client()
    page = client.get(reverse("platform.appointment", args=[rows[1].id])).content.decode()
    with cast.anna.inside() as by:
        found = undoing.offered("appointment", rows[1].id, by)
    assert found is not None
    url = reverse("platform.appointment_undo", args=[rows[1].id, found.id])
    assert url in page
    assert cast.bo.client().post(url).status_code == 404  # another's act
    assert client.post(url).status_code == 302
    assert [one[:4] for one in lies(cast.anna)] == before
    with cast.anna.inside():
        assert Appointment.objects.get(id=rows[1].id).own is own
        assert Appointment.objects.get(id=rows[3].id).own
        assert Repetition.objects.count() == 1
        assert Event.objects.filter(action="platform.appointment.changed_back").count() == 1
    assert client.post(url).status_code == 422  # once


def test_what_others_did_since_is_not_lost_by_taking_it_back(cast: Cast) -> None:
    rows = repeat(cast.bo, cast.anna, count=5)
    onwards(cast.bo, rows[1], words=Words("Nyt"))
    with cast.anna.inside() as by, pytest.raises(Denied):
        actions.see(rows[2].id, by=by)  # she takes part no more
    with cast.bo.inside() as by:
        actions.cancel(rows[3].id, by=by)
    with cast.bo.inside() as by, override("en"), pytest.raises(NotUndone, match="changed since"):
        found = undoing.offered("appointment", rows[1].id, by)
        assert found is not None
        undoing.undo(undoing.own(found.id, by), by=by)


def test_from_what_nothing_can_be_changed(cast: Cast) -> None:
    rows = repeat(cast.bo, cast.anna, count=5)
    with cast.bo.inside() as by:
        rule = actions.see(rows[2].id, by=by).goes_on
        assert rule is not None
        asked: dict[str, Any] = {"words": Words("Nyt"), "span": at(tomorrow(2)), "people": [], "by": by}
        with override("en"), pytest.raises(Refused, match="open an earlier one"):
            changing.plan_onwards(rows[2].id, rule=replace(rule, starts=tomorrow()), **asked)
        Appointment.objects.filter(id=rows[2].id).update(
            starts_at=timezone.now() - dt.timedelta(hours=3), ends_at=timezone.now() - dt.timedelta(hours=2)
        )
        gone = actions.see(rows[2].id, by=by)
        assert gone.goes_on is None
        with override("en"), pytest.raises(Refused, match="It is over"):
            changing.plan_onwards(rows[2].id, rule=rule, **(asked | {"span": gone.entry.span}))


def test_the_page_says_what_becomes_of_them_before_it_is_saved(cast: Cast) -> None:
    rows = repeat(cast.bo, cast.anna, count=6)
    with cast.bo.inside() as by:
        actions.change(rows[4].id, words=Words("Flyttet"), span=at(tomorrow(4), 15, 16), people=[], by=by)
        actions.cancel(rows[5].id, by=by)
    client = cast.bo.client()
    url = reverse("platform.appointment_change", args=[rows[1].id])
    page = client.get(url).content.decode()
    assert "Hvordan den gentages" in page
    assert 'name="count" value="5"' in page
    given = {
        "title": "Nyt", "day": tomorrow(1).isoformat(), "at": "9", "until": "10", "place": "", "text": "",
        "people": [str(cast.anna.user.id)], "which": "onwards", "often": "daily", "every": "1", "count": "5",
    }  # fmt: skip
    page = client.post(url, given).content.decode()
    assert "3 kommende laves på ny." in page
    assert "1, som er ændret i hånden, bliver, som den er" in page
    assert "1, som er aflyst, bliver ved med at være det." in page
    assert "Husmøde" in [one[2] for one in lies(cast.bo)]
    seen = page.split('name="seen" value="')[1].split('"')[0]
    assert client.post(url, given | {"seen": seen}).status_code == 302
    assert days(cast.bo) == [(0, "10-11"), (1, "09-10"), (2, "09-10"), (3, "09-10"), (4, "15-16"), (5, "10-11")]
    assert client.post(url, given | {"often": ""}).status_code == 422
    alone = given | {"which": "one", "title": "Alene", "often": ""}
    assert client.post(url, alone).status_code == 302  # how it recurs does not matter for one
    assert [one[2] for one in lies(cast.bo)].count("Alene") == 1


def test_queries_do_not_grow_with_what_lies_ahead(cast: Cast) -> None:
    def counted(count: int) -> int:
        row = repeat(cast.bo, cast.anna, count=count)[0]
        with cast.bo.inside() as by:
            found = actions.see(row.id, by=by)
            assert found.goes_on is not None
            with CaptureQueriesContext(connections["default"]) as taken:
                changing.change_onwards(
                    row.id, words=Words("Ny"), span=at(tomorrow(), 12, 13), people=[cast.bo.user.id],
                    rule=replace(found.goes_on, times=(T(12),)), by=by,
                )  # fmt: skip
        return len(taken)

    counted(2)
    assert counted(5) == counted(190)
