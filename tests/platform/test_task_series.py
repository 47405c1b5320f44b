"""A recurring task changed from one of its days on: what is made anew, what stays, and how it is taken back."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from heretask.kernel import rhythm
from heretask.kernel.access.addressed import To
from heretask.kernel.access.decide import Denied
from heretask.kernel.identity.sessions import operator
from heretask.kernel.log.models import Event
from heretask.kernel.rhythm import COPENHAGEN, Refused, Rule, moment
from heretask.kernel.undo import undoing
from heretask.kernel.undo.policies import Refused as NotUndone
from heretask.platform.tasks import actions, changing, queries
from heretask.platform.tasks.models import Series, Task
from heretask.platform.tasks.policies import Words
from tests.cast import Cast, Member
from tests.social.people import make_citizen, relate

D, T = dt.date, dt.time


def tomorrow(more: int = 0) -> dt.date:
    return timezone.localdate(timezone=COPENHAGEN) + dt.timedelta(days=1 + more)


def recurring(by: Member, to: To, times: tuple[dt.time, ...] = (T(8),), count: int = 6, **more: Any) -> list[Task]:
    """The tasks of one that recurs daily from tomorrow on, in order."""
    rule = Rule("daily", times, tomorrow(), count=count)
    with by.inside() as actor:
        words = Words("Medicinrunde", "", ("Skab", "Skema"))
        made = actions.make_series(words=words, to=to, rule=rule, by=actor, **more)
        return list(Task.objects.filter(series=made).order_by("due_at"))


def onwards(member: Member, task: Task, **more: Any) -> None:
    """Change it and those after it; what is not given stays."""
    with member.inside() as by:
        found = changing.see_onwards(task.id, by=by)
        given: dict[str, Any] = {"words": found.shown.words, "to": found.to, "rule": found.rule} | more
        changing.change_onwards(task.id, by=by, **given)


def lies(member: Member) -> list[tuple[int, str, str]]:
    """Every task: how many days after tomorrow, at what time, and what it says."""
    with member.inside() as by:
        tasks = list(Task.objects.order_by("due_at", "id").select_related("series"))
        return [
            (
                (rhythm.day_of(one.due_at) - tomorrow()).days,
                f"{one.due_at.astimezone(COPENHAGEN):%H:%M}",
                actions.see_task(one.id, by=by).words.title,
            )
            for one in tasks
        ]


def test_this_one_and_those_after_it_get_other_words_times_and_people(cast: Cast) -> None:
    tasks = recurring(cast.bo, To.unit(cast.nord.id), count=4)
    with cast.anna.inside() as by:
        actions.tick(tasks[0].id, by=by)
    onwards(
        cast.anna, tasks[2], words=Words("Aftenrunde"), to=To.person(cast.bo.user.id),
        rule=Rule("daily", (T(19), T(22)), tomorrow(2), count=2),
    )  # fmt: skip
    assert lies(cast.bo) == [
        (0, "08:00", "Medicinrunde"), (1, "08:00", "Medicinrunde"), (2, "19:00", "Aftenrunde"),
        (2, "22:00", "Aftenrunde"), (3, "19:00", "Aftenrunde"), (3, "22:00", "Aftenrunde"),
    ]  # fmt: skip
    with cast.bo.inside() as by:
        found = actions.see_task(tasks[2].id, by=by)  # the link to it still leads to it
        assert found.row.to == "Bo Friis"
        assert found.row.lines == 0
        assert actions.see_task(tasks[0].id, by=by).row.done_by == "Anna Skov"
        said = Event.objects.get(action="platform.series.changed")
    assert (said.object_id, said.hits) == (tasks[2].id, 2)


def test_what_was_changed_by_hand_or_done_stays_and_nothing_comes_beside_it(cast: Cast) -> None:
    tasks = recurring(cast.bo, To.unit(cast.nord.id), count=8)
    with cast.bo.inside() as by:
        moved = moment(tomorrow(2), T(11))
        actions.change_task(tasks[2].id, words=queries.words_of(_read(tasks[2])), due_at=moved, timed=True, by=by)
        actions.change_task(tasks[3].id, words=Words("Kun denne"), due_at=tasks[3].due_at, timed=True, by=by)
        actions.hand_over(tasks[4].id, To.person(cast.anna.user.id), by=by)
        actions.drop(tasks[5].id, by=by)
        actions.tick(tasks[6].id, by=by)
    with cast.bo.inside() as by:
        change = changing.plan_onwards(tasks[1].id, Rule("daily", (T(9),), tomorrow(1), count=7), by=by)
    assert len(change.ahead.anew) == 1
    assert change.ahead.by_hand == [tomorrow(number) for number in (2, 3, 4, 5)]
    assert change.ahead.done == 1
    onwards(cast.bo, tasks[1], rule=Rule("daily", (T(9),), tomorrow(1), count=7))
    expected = [
        (0, "08:00", "Medicinrunde"), (1, "09:00", "Medicinrunde"), (2, "11:00", "Medicinrunde"),
        (3, "08:00", "Kun denne"), (4, "08:00", "Medicinrunde"), (5, "08:00", "Medicinrunde"),
        (6, "08:00", "Medicinrunde"), (7, "09:00", "Medicinrunde"),
    ]  # fmt: skip
    assert lies(cast.bo) == expected
    with operator(cast.solsikken, "test"):
        actions.repeat_all(queries.today() + dt.timedelta(days=30))
    assert lies(cast.bo) == expected
    onwards(cast.bo, tasks[1], words=Words("Igen"))  # what stayed the first time stands for its moment now, too
    assert lies(cast.bo) == [
        (day, time, "Igen" if day in {1, 7} else title) for day, time, title in expected
    ]  # fmt: skip


def _read(task: Task) -> Task:
    return Task.objects.select_related("series").get(id=task.id)


def test_one_of_several_a_day_leaves_the_earlier_ones_of_that_day(cast: Cast) -> None:
    tasks = recurring(cast.bo, To.unit(cast.nord.id), (T(8), T(20)), count=2)
    onwards(cast.bo, tasks[1], rule=Rule("daily", (T(9), T(21)), tomorrow(), count=2))
    assert [(day, time) for day, time, _title in lies(cast.bo)] == [
        (0, "08:00"), (0, "21:00"), (1, "09:00"), (1, "21:00"),
    ]  # fmt: skip


def test_other_days_and_the_task_itself_comes_first_of_them(cast: Cast) -> None:
    tasks = recurring(cast.bo, To.unit(cast.nord.id), count=5)
    weekday = tomorrow(3).weekday()
    onwards(cast.bo, tasks[1], rule=Rule("weekly", (T(8),), tomorrow(1), count=2, days=(weekday,)))
    assert [day for day, _time, _title in lies(cast.bo)] == [0, 3, 10]
    with cast.bo.inside():
        assert Task.objects.get(id=tasks[1].id).due_at == moment(tomorrow(3), T(8))


def test_what_begins_behind_the_horizon_leaves_the_task_as_its_first(cast: Cast) -> None:
    tasks = recurring(cast.bo, To.unit(cast.nord.id), count=30)
    onwards(cast.bo, tasks[1], rule=Rule("daily", (T(8),), tomorrow(40), count=2))
    assert [day for day, _time, _title in lies(cast.bo)] == [0, 40]
    with operator(cast.solsikken, "test"):
        actions.repeat_all(queries.today() + dt.timedelta(days=60))
    assert [day for day, _time, _title in lies(cast.bo)] == [0, 40, 41]


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        # the night that leaves out 02:00-03:00; the night that has it twice: by hand
        (D(2027, 3, 26), ["26 02:30 +01", "27 02:30 +01", "28 03:30 +02", "29 02:30 +02"]),
        (D(2027, 10, 29), ["29 02:30 +02", "30 02:30 +02", "31 02:30 +02", "01 02:30 +01"]),
    ],
)
def test_a_rule_changed_over_both_nights_keeps_the_wall_clock(first: dt.date, expected: list[str]) -> None:
    """One that is moved to 02:30 from the second day on; the first was made before."""
    rule = Rule("daily", (T(2, 30),), first, count=4)
    rest = rhythm.goes_on(rule, first + dt.timedelta(days=1))
    assert rest is not None
    assert (rest.starts, rest.count) == (first + dt.timedelta(days=1), 3)
    found = [*rhythm.moments(rule, None, first), *rhythm.moments(rest, None, first + dt.timedelta(days=9))]
    assert [f"{one.astimezone(COPENHAGEN):%d %H:%M %z}"[:-2] for one in found] == expected
    standing = [moment(first + dt.timedelta(days=2), T(3))]  # by hand, an hour beside what the night does to it
    assert len(rhythm.without(found, standing)) == 3
    assert all(rhythm.day_of(one) != first + dt.timedelta(days=2) for one in rhythm.without(found, standing))


def test_what_goes_on_keeps_its_weeks_and_leaves_out_holidays() -> None:
    # 1 and 2 January 2027 are a Friday and a Saturday; New Year's Day is a holiday. By hand.
    rule = Rule("weekly", (T(8),), D(2026, 12, 18), ends=D(2027, 1, 29), every=2, days=(4,), skip_holidays=True)
    rest = rhythm.goes_on(rule, D(2026, 12, 19))
    assert rest is not None
    assert rest.starts == D(2027, 1, 15)  # 1 January would be its day, and is left out; 8 January is no week of it
    assert [str(one) for one in rhythm.days_of(rest, D(2027, 3, 1))] == ["2027-01-15", "2027-01-29"]
    assert rhythm.goes_on(rule, D(2027, 1, 30)) is None


def test_it_is_taken_back_as_it_was(cast: Cast) -> None:
    citizen = make_citizen(cast, "Birthe Holm", room="4")
    tasks = recurring(cast.bo, To.unit(cast.nord.id), count=5, citizen_id=citizen.id)
    with cast.anna.inside() as by:
        actions.tick_line(tasks[1].id, 0, by=by)
        actions.comment(tasks[1].id, "Skabet er låst", by=by)
        actions.change_task(tasks[3].id, words=Words("Kun denne"), due_at=moment(tomorrow(3), T(15)), timed=True, by=by)
    before = lies(cast.anna)
    onwards(cast.anna, tasks[1], words=Words("Ny runde"), rule=Rule("daily", (T(7),), tomorrow(1), count=9))
    assert lies(cast.anna) != before
    with cast.anna.inside():
        assert Task.objects.get(id=tasks[1].id).ticks == []  # of another list
    client = cast.anna.client()
    page = client.get(reverse("platform.task", args=[tasks[1].id])).content.decode()
    assert "Skabet er låst" in page
    with cast.anna.inside() as by:
        found = undoing.offered("task", tasks[1].id, by)
    assert found is not None
    url = reverse("platform.task_undo", args=[tasks[1].id, found.id])
    assert url in page
    assert cast.bo.client().post(url).status_code == 404  # another's act
    assert client.post(url).status_code == 302
    assert lies(cast.anna) == before
    with cast.anna.inside():
        assert len(Task.objects.get(id=tasks[1].id).ticks) == 1
        assert Series.objects.get().ended_at is None
        assert Event.objects.filter(action="platform.series.back").count() == 1
    assert client.post(url).status_code == 422  # once


def test_what_others_did_since_is_not_lost_by_taking_it_back(cast: Cast) -> None:
    tasks = recurring(cast.bo, To.unit(cast.nord.id), count=5)
    onwards(cast.bo, tasks[1], words=Words("Ny runde"))
    with cast.anna.inside() as by:
        newest = Task.objects.order_by("-due_at")[0]
        actions.tick(newest.id, by=by)
    with cast.bo.inside() as by, override("en"), pytest.raises(NotUndone, match="changed since"):
        found = undoing.offered("task", tasks[1].id, by)
        assert found is not None
        undoing.undo(undoing.own(found.id, by), by=by)


def test_from_what_nothing_can_be_changed(cast: Cast) -> None:
    tasks = recurring(cast.bo, To.unit(cast.nord.id), count=5)
    with cast.clara.inside() as by, pytest.raises(Denied):
        changing.see_onwards(tasks[0].id, by=by)
    with cast.bo.inside() as by:
        actions.hand_over(tasks[1].id, To.person(cast.clara.user.id), by=by)
    with cast.clara.inside() as by, pytest.raises(Denied):  # hers alone; the others are not
        changing.see_onwards(tasks[1].id, by=by)
    with override("en"):
        with cast.bo.inside() as by, pytest.raises(Refused, match="open an earlier one"):
            changing.plan_onwards(tasks[3].id, Rule("daily", (T(8),), tomorrow(), count=2), by=by)
        with cast.bo.inside() as by:
            actions.tick(tasks[2].id, by=by)
        with cast.bo.inside() as by, pytest.raises(Refused, match="done already"):
            changing.see_onwards(tasks[2].id, by=by)
        with cast.bo.inside() as by:
            Task.objects.filter(id=tasks[0].id).update(due_at=timezone.now() - dt.timedelta(minutes=1))
            with pytest.raises(Refused, match="time is over"):
                changing.see_onwards(tasks[0].id, by=by)
        with cast.bo.inside() as by:
            actions.end_series(Series.objects.get().id, by=by)
    assert cast.bo.client().get(reverse("platform.task_onwards", args=[tasks[2].id])).status_code == 422


def test_the_page_says_what_becomes_of_them_before_it_is_saved(cast: Cast) -> None:
    tasks = recurring(cast.bo, To.unit(cast.nord.id), count=6)
    with cast.bo.inside() as by:
        actions.change_task(tasks[4].id, words=Words("Kun denne"), due_at=tasks[4].due_at, timed=True, by=by)
        actions.tick(tasks[5].id, by=by)
    client = cast.bo.client()
    assert reverse("platform.task_onwards", args=[tasks[1].id]) in client.get(
        reverse("platform.task", args=[tasks[1].id])
    ).content.decode()  # fmt: skip
    url = reverse("platform.task_onwards", args=[tasks[1].id])
    shown = client.get(url).content.decode()
    assert 'value="08.00"' in shown
    assert 'value="5"' in shown  # so many days are left
    given = {
        "title": "Runde", "to": To.unit(cast.nord.id).code, "day": tomorrow(1).isoformat(), "times": "9", "note": "",
        "lines": "", "often": "daily", "every": "1", "count": "5",
    }  # fmt: skip
    page = client.post(url, given).content.decode()
    assert "3 kommende laves på ny." in page
    assert "1, som er ændret i hånden, bliver, som den er" in page
    assert "1, som allerede er udført, bliver." in page
    with cast.bo.inside():
        assert Series.objects.count() == 1
    seen = page.split('name="seen" value="')[1].split('"')[0]
    with cast.bo.inside() as by:
        actions.tick(tasks[2].id, by=by)
    page = client.post(url, given | {"seen": seen}).content.decode()  # it is not as it was shown: shown again
    assert "2 kommende laves på ny." in page
    seen = page.split('name="seen" value="')[1].split('"')[0]
    assert client.post(url, given | {"seen": seen}).status_code == 302
    assert [time for _day, time, _title in lies(cast.bo)] == ["08:00", "09:00", "08:00", "09:00", "08:00", "08:00"]
    old = client.get(reverse("platform.task", args=[tasks[0].id])).content.decode()
    assert "Den er ændret" in old
    for gone in ("often", "times"):
        assert client.post(url, given | {gone: ""}).status_code == 422


def test_queries_do_not_grow_with_what_lies_ahead(cast: Cast) -> None:
    citizen = make_citizen(cast, "Birthe Holm", room="4")
    relate(cast, citizen, cast.bo)

    def counted(count: int, times: tuple[dt.time, ...]) -> int:
        task = recurring(cast.bo, To.unit(cast.nord.id), times, count=count, citizen_id=citizen.id)[0]
        with cast.bo.inside() as by:
            found = changing.see_onwards(task.id, by=by)
            with CaptureQueriesContext(connections["default"]) as taken:
                changing.change_onwards(task.id, words=Words("Ny"), to=found.to, rule=found.rule, by=by)
        return len(taken)

    counted(2, (T(8),))
    assert counted(5, (T(8),)) == counted(40, tuple(T(hour) for hour in range(8, 14)))
