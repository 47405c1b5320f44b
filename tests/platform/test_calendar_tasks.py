"""Tasks with a time of day in the calendar: whose, who sees them, how they are drawn, and how they are ticked off there."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from heretask.kernel.access.addressed import To
from heretask.kernel.identity.sessions import operator
from heretask.kernel.log.models import Event
from heretask.kernel.rhythm import COPENHAGEN, Rule, moment
from heretask.platform.calendar import actions as calendar
from heretask.platform.calendar.windows import View, Window
from heretask.platform.tasks import actions
from heretask.platform.tasks.models import Task
from heretask.platform.tasks.policies import Words
from heretask.social.citizens.models import Citizen
from tests.cast import Cast, Member
from tests.database import superuser
from tests.social.people import make_citizen, new_events, relate

T = dt.time


def tomorrow() -> dt.date:
    return timezone.localdate(timezone=COPENHAGEN) + dt.timedelta(days=1)


@pytest.fixture
def birthe(cast: Cast) -> Citizen:
    return make_citizen(cast, "Birthe Holm", room="4")


def make(by: Member, to: To, title: str = "Vand planterne", hour: int = 10, **more: Any) -> Task:
    given: dict[str, Any] = {"due_at": moment(tomorrow(), T(hour)), "timed": True} | more
    with by.inside() as actor:
        return actions.make_task(words=Words(title), to=to, by=actor, **given)


def in_mine(member: Member, view: View = View.WEEK) -> list[str]:
    with member.inside() as by:
        return [one.title for one in calendar.see_mine(Window(view, tomorrow(), free=True), by=by).others.things]


def page(member: Member, name: str = "platform.calendar", *ids: Any, **asked: str) -> str:
    return member.client().get(reverse(name, args=ids), asked).content.decode()


def person(member: Member) -> To:
    return To.person(member.user.id)


def test_whose_calendar_a_task_about_nobody_stands_in(cast: Cast) -> None:
    make(cast.bo, person(cast.anna), "Til Anna")
    make(cast.bo, To.unit(cast.nord.id), "Til Nord", 11)
    make(cast.bo, To.having("carer"), "Til alle", 12)
    assert in_mine(cast.anna) == ["Til Anna", "Til Nord", "Til alle"]
    assert in_mine(cast.bo) == ["Til Nord"]
    assert in_mine(cast.clara) == ["Til alle"]
    assert in_mine(cast.dan) == []
    unit = page(cast.anna, "platform.calendar_unit")
    assert "Til Nord" in unit
    assert "Til Anna" not in unit  # each person's is for those who lead them
    assert "Til Anna" in page(cast.bo, "platform.calendar_unit")
    assert "Til Nord" not in page(cast.clara, "platform.calendar_unit")


def test_about_a_citizen_for_those_alone_who_may_see_the_citizen(cast: Cast, birthe: Citizen) -> None:
    make(cast.bo, To.having("carer"), "Ring til lægen", citizen_id=birthe.id)
    assert in_mine(cast.anna) == ["Ring til lægen"]
    assert in_mine(cast.clara) == []  # a carer, and it is to all carers
    assert "Ring til lægen" in page(cast.anna, "platform.calendar_citizen", birthe.id)
    assert cast.clara.client().get(reverse("platform.calendar_citizen", args=[birthe.id])).status_code == 403
    for member in (cast.clara, cast.eva):
        for name in ("platform.calendar", "platform.calendar_unit"):
            for view in ("day", "week", "month"):
                said = page(member, name, view=view, day=tomorrow().isoformat())
                assert "Ring til" not in said
                assert "1 opgave<" not in said
    relate(cast, birthe, cast.clara)
    assert in_mine(cast.clara) == ["Ring til lægen"]


def test_only_with_a_time_and_only_what_is_needed(cast: Cast) -> None:
    make(cast.bo, person(cast.anna), "Uden tid", due_at=moment(tomorrow(), T(23, 59)), timed=False)
    gone = make(cast.bo, person(cast.anna), "Ikke nødvendig")
    make(cast.bo, person(cast.anna), "Næste måned", due_at=timezone.now() + dt.timedelta(days=40))
    with cast.anna.inside() as by:
        actions.drop(gone.id, by=by)
    assert in_mine(cast.anna) == []


def test_it_is_ticked_off_there_and_leads_back_to_the_same_days(cast: Cast) -> None:
    task = make(cast.bo, person(cast.anna))
    client = cast.anna.client()
    here, day = reverse("platform.calendar"), tomorrow().isoformat()
    said = client.get(here, {"view": "day", "day": day}).content.decode()
    back = f"calendar::day:{day}"
    assert f'name="back" value="{back}"' in said
    assert reverse("platform.task", args=[task.id]) in said
    answer = client.post(reverse("platform.task_tick", args=[task.id]), {"back": back})
    assert answer["Location"].startswith(f"{here}?view=day&day={day}&done=")
    said = client.get(answer["Location"]).content.decode()
    assert reverse("platform.task_reopen", args=[task.id]) in said
    client.post(reverse("platform.task_reopen", args=[task.id]), {"back": back})
    with cast.anna.inside():
        assert Task.objects.get(id=task.id).done_at is None
    assert f'name="back" value="calendar-unit:{cast.nord.id.hex}:week:"' in page(cast.bo, "platform.calendar_unit")


@pytest.mark.parametrize(
    ("back", "leads"),
    [
        ("calendar::week:2026-11-27", "/platform/calendar/?view=week&day=2026-11-27&"),
        ("calendar::year:javascript", "/platform/calendar/?done="),
        ("calendar::week:2026-11-27&done=x", "/platform/calendar/?view=week&done="),
        ("calendar-citizen:x:week:", "/platform/tasks/?"),
    ],
)
def test_back_leads_to_days_alone(cast: Cast, back: str, leads: str) -> None:
    task = make(cast.bo, person(cast.anna))
    answer = cast.anna.client().post(reverse("platform.task_tick", args=[task.id]), {"back": back})
    assert answer["Location"].startswith(leads)


def test_a_month_counts_what_is_to_be_done_and_opens_nothing(cast: Cast, birthe: Citizen) -> None:
    for hour in (9, 10, 11):
        task = make(cast.bo, person(cast.anna), "Ring til lægen", hour, citizen_id=birthe.id)
    with cast.anna.inside() as by:
        actions.tick(task.id, by=by)
    events: list[Event] = []
    with new_events(cast.solsikken, events):
        said = page(cast.anna, view="month", day=tomorrow().isoformat())
    assert "2 opgaver<" in said
    assert "Ring til" not in said
    (listed,) = [one for one in events if one.action == "platform.calendar.listed"]
    assert listed.hits == 0


def test_the_days_of_a_month_are_those_of_the_clock_in_denmark(cast: Cast) -> None:
    make(cast.bo, person(cast.anna), due_at=moment(dt.date(2027, 10, 31), T(0, 30)))  # 22:30 the day before, in UTC
    make(cast.bo, person(cast.anna), due_at=moment(dt.date(2027, 10, 31), T(23, 30)))
    with cast.anna.inside() as by:
        found = calendar.see_mine(Window(View.MONTH, dt.date(2027, 10, 5)), by=by).others
    assert {day: [one.sentence for one in counted] for day, counted in found.counts.items()} == {
        dt.date(2027, 10, 31): ["2 opgaver"]
    }


def test_listing_says_which_tasks_were_shown_and_who_was_opened(cast: Cast, birthe: Citizen) -> None:
    task = make(cast.bo, person(cast.anna), citizen_id=birthe.id)
    events: list[Event] = []
    with new_events(cast.solsikken, events):
        page(cast.anna, view="week", day=tomorrow().isoformat())
    (listed,) = [one for one in events if one.action == "platform.calendar.listed"]
    assert listed.shown == [task.id]
    assert listed.hits == 1


def test_what_is_late_says_so(cast: Cast) -> None:
    task = make(cast.bo, person(cast.anna), "For sent")
    with superuser() as admin:
        admin.execute("update platform_tasks_task set due_at = now() - interval '1 minute' where id = %s", [task.id])
    day = timezone.localdate(timezone=COPENHAGEN).isoformat()
    with cast.anna.inside():
        day = timezone.localdate(Task.objects.get(id=task.id).due_at, COPENHAGEN).isoformat()
    assert "Over tid" in page(cast.anna, view="day", day=day)


def test_queries_do_not_grow_with_tasks_in_the_calendar(cast: Cast, birthe: Citizen) -> None:
    """At 5 and at 200: day, week and month, one's own, the unit's and the citizen's."""
    urls = [
        f"{reverse(name, args=args)}?view={view}&day={tomorrow()}"
        for name, args in (("platform.calendar", []), ("platform.calendar_unit", []),
                           ("platform.calendar_citizen", [birthe.id]))
        for view in ("day", "week", "month")
    ]  # fmt: skip

    def fill(count: int) -> None:
        with cast.bo.inside() as by:
            for number in range(count):
                to = To.unit(cast.nord.id) if number % 2 else person(cast.anna)
                actions.make_task(
                    words=Words(f"Nr. {number}"), to=to, due_at=moment(tomorrow(), T(number % 20, 5)), timed=True,
                    citizen_id=birthe.id if number % 3 else None, by=by,
                )  # fmt: skip

    def counted() -> dict[str, int]:
        client = cast.anna.client()
        found = {}
        for url in urls:
            client.get(url)
            with CaptureQueriesContext(connections["default"]) as taken:
                assert client.get(url).status_code == 200
            found[url] = len(taken)
        return found

    with cast.bo.inside() as by:
        rule = Rule("daily", (T(23, 58),), tomorrow(), count=1)
        actions.make_series(words=Words("Runde"), to=To.unit(cast.nord.id), rule=rule, citizen_id=birthe.id, by=by)
    fill(7)
    with operator(cast.solsikken, "test"):
        assert Task.objects.count() == 8
    few = counted()
    fill(192)
    assert counted() == few
    assert max(few.values()) <= 45
