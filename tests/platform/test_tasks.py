"""Tasks: who sees which, what may be done with them, what the log keeps, and how many queries it takes."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from heretask.admin.users import actions as users
from heretask.config import provision
from heretask.kernel.access.addressed import To
from heretask.kernel.access.decide import Denied
from heretask.kernel.access.models import Assignment
from heretask.kernel.identity.models import User
from heretask.kernel.identity.sessions import operator
from heretask.kernel.log.models import Event
from heretask.kernel.rhythm import Rule, moment
from heretask.kernel.tenancy.occupancy import what_lives_in
from heretask.platform.tasks import actions, queries
from heretask.platform.tasks.models import Comment, Series, Task
from heretask.platform.tasks.policies import Refused, Words
from heretask.social.citizens import actions as citizens
from heretask.social.citizens.models import Citizen
from heretask.social.people import actions as people
from tests.cast import Cast, Member, make_member
from tests.database import superuser
from tests.social.people import make_citizen, new_events, relate

SOON = dt.timedelta(hours=1)


@pytest.fixture
def birthe(cast: Cast) -> Citizen:
    return make_citizen(cast, "Birthe Holm", room="4")


def make(by: Member, to: To, title: str = "Vand planterne", **more: Any) -> Task:
    given: dict[str, Any] = {"words": Words(title), "due_at": timezone.now() + SOON, "timed": True} | more
    with by.inside() as actor:
        return actions.make_task(to=to, by=actor, **given)


def person(member: Member) -> To:
    return To.person(member.user.id)


def late(task: Task, hours: int = 2) -> None:
    """Let its time be over."""
    with superuser() as admin:
        admin.execute(
            "update platform_tasks_task set due_at = now() - make_interval(hours => %s) where id = %s", [hours, task.id]
        )


def titles(listed: actions.Listed) -> list[str]:
    return [row.title for row in listed.rows]


def mine(member: Member) -> list[str]:
    with member.inside() as by:
        return titles(actions.see_mine(by=by))


def sees(member: Member, task: Task) -> bool:
    try:
        with member.inside() as by:
            actions.see_task(task.id, by=by)
    except Denied:
        return False
    return True


# Whom a task is to -> whose list it stands on, and who sees its page: Anna and Bo (her leader) are of Nord, Clara of
# Syd, Eva rules the house. Made by Eva, who therefore sees each. By hand.
WHOSE = {
    "anna": ({"anna"}, {"anna", "bo", "eva"}),
    "clara": ({"clara"}, {"clara", "eva"}),
    "nord": ({"anna", "bo"}, {"anna", "bo", "eva"}),
    "carers of nord": ({"anna"}, {"anna", "bo", "eva"}),
    "all carers": ({"anna", "clara"}, {"anna", "clara", "eva"}),
    "administrators": ({"eva"}, {"eva"}),
}


def address(cast: Cast, name: str) -> To:
    return {
        "anna": person(cast.anna), "clara": person(cast.clara), "nord": To.unit(cast.nord.id),
        "carers of nord": To.having("carer", cast.nord.id), "all carers": To.having("carer"),
        "administrators": To.having("administrator"),
    }[name]  # fmt: skip


@pytest.mark.parametrize("name", WHOSE)
def test_whose_a_task_about_nobody_is_and_who_sees_it(cast: Cast, name: str) -> None:
    task = make(cast.eva, address(cast, name))
    all_of_them = {"anna": cast.anna, "bo": cast.bo, "clara": cast.clara, "eva": cast.eva}
    assert {who for who, member in all_of_them.items() if mine(member)} == WHOSE[name][0]
    assert {who for who, member in all_of_them.items() if sees(member, task)} == WHOSE[name][1]
    assert not sees(cast.dan, task)


def test_a_task_about_a_citizen_is_seen_by_who_may_see_the_citizen_and_by_nobody_else(
    cast: Cast, birthe: Citizen
) -> None:
    task = make(cast.bo, To.having("carer"), "Ring til lægen", citizen_id=birthe.id)
    assert sees(cast.anna, task)
    assert sees(cast.bo, task)
    assert not sees(cast.clara, task)  # it is to all carers, and she is one: of another unit
    assert not sees(cast.eva, task)
    assert mine(cast.anna) == ["Ring til lægen"]
    assert mine(cast.clara) == []
    assert "Ring til lægen" not in cast.clara.client().get("/platform/today/").content.decode()
    relate(cast, birthe, cast.clara)
    assert sees(cast.clara, task)
    assert mine(cast.clara) == ["Ring til lægen"]


def test_when_a_citizen_is_sealed_their_tasks_are_closed_with_them(cast: Cast, birthe: Citizen) -> None:
    task = make(cast.bo, To.unit(cast.nord.id), "Ring til lægen", citizen_id=birthe.id)
    relate(cast, birthe, cast.bo)
    with cast.bo.inside() as by:
        people.seal_citizen(birthe.id, reason="Trusler fra en pårørende", by=by)
    assert sees(cast.bo, task)
    assert not sees(cast.anna, task)
    assert mine(cast.anna) == []
    page = cast.anna.client().get(reverse("platform.tasks_unit")).content.decode()
    assert "Ring til" not in page
    assert cast.anna.client().get(reverse("platform.tasks_citizen", args=[birthe.id])).status_code == 403
    assert cast.anna.client().post(reverse("platform.task_tick", args=[task.id])).status_code == 403
    with cast.bo.inside():
        assert Task.objects.get(id=task.id).done_at is None


def test_words_are_sealed_under_the_key_of_the_citizen_or_of_the_customer(cast: Cast, birthe: Citizen) -> None:
    make(cast.bo, person(cast.anna), "Ring til lægen", citizen_id=birthe.id)
    make(cast.bo, person(cast.anna), "Vand planterne")
    with superuser() as admin:
        rows: list[Any] = admin.execute("select words from platform_tasks_task").fetchall()
        for words in (bytes(row[0]) for row in rows):
            assert b"Ring" not in words
            assert b"planterne" not in words
        admin.execute("set session_replication_role = replica")  # the citizen's key goes, the customer's stays
        admin.execute("delete from kernel_datakey where subject = %s", [birthe.id])
    assert cast.anna.client().get(reverse("platform.tasks")).status_code >= 500  # nothing is half shown
    with superuser() as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute("delete from platform_tasks_task where subject = %s", [birthe.id])
    assert mine(cast.anna) == ["Vand planterne"]


def test_erasing_a_citizen_takes_their_tasks_along(cast: Cast, birthe: Citizen) -> None:
    task = make(cast.bo, person(cast.anna), "Ring til lægen", citizen_id=birthe.id)
    other = make(cast.bo, person(cast.anna))
    with cast.bo.inside() as by:
        actions.comment(task.id, "De ringer igen", by=by)
        tomorrow = timezone.localdate() + dt.timedelta(days=1)
        actions.make_series(
            words=Words("Medicin"), to=person(cast.anna), rule=Rule("daily", (dt.time(8),), tomorrow, count=2),
            citizen_id=birthe.id, by=by,
        )  # fmt: skip
    with cast.eva.inside() as by:
        citizens.erase_citizen(birthe.id, typed="Birthe Holm", reason="Flyttet for længe siden", by=by)
    with cast.eva.inside():
        assert list(Task.objects.values_list("id", flat=True)) == [other.id]
        assert not Series.objects.exists()
        assert not Comment.objects.exists()


def test_nobody_gets_a_task_about_somebody_they_do_not_reach(cast: Cast, birthe: Citizen) -> None:
    with override("en"), pytest.raises(Refused, match="do not work with this citizen"):
        make(cast.bo, person(cast.clara), citizen_id=birthe.id)
    with override("en"), pytest.raises(Refused, match="Nobody there works"):
        make(cast.bo, To.unit(cast.syd.id), citizen_id=birthe.id)
    with pytest.raises(Denied):
        make(cast.clara, person(cast.clara), citizen_id=birthe.id)


def test_nobody_who_left_gets_a_task(cast: Cast) -> None:
    task = make(cast.bo, person(cast.anna))
    with superuser() as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute("update kernel_user set active = false where id = %s", [cast.clara.user.id])
    with override("en"), pytest.raises(Refused, match="no login here any more"):
        make(cast.bo, person(cast.clara))
    with override("en"), cast.bo.inside() as by, pytest.raises(Refused, match="no login here any more"):
        actions.hand_over(task.id, person(cast.clara), by=by)


@pytest.mark.parametrize("how", ["the role ends", "the login is closed"])
def test_what_was_to_somebody_who_leaves_is_handed_over_by_the_leader(cast: Cast, how: str) -> None:
    task = make(cast.eva, person(cast.anna))
    with operator(cast.solsikken, "test"):
        by = provision.operator_of(cast.solsikken)
        if how == "the role ends":
            users.end_role(assignment=Assignment.objects.get(user_id=cast.anna.user.id), by=by)
        else:
            users.deactivate_user(user=User.objects.get(id=cast.anna.user.id), by=by)
    with cast.bo.inside() as by:
        assert titles(actions.see_unit(None, by=by).listed) == ["Vand planterne"]
    with cast.bo.inside() as by:
        actions.hand_over(task.id, person(cast.bo), by=by)
    assert mine(cast.bo) == ["Vand planterne"]


def test_a_unit_with_open_tasks_is_not_closed(cast: Cast) -> None:
    task = make(cast.eva, To.unit(cast.nord.id))
    recurring(cast.eva, To.having("carer", cast.nord.id))
    with cast.eva.inside(), override("en"):
        assert "2 open tasks to it" in what_lives_in(cast.nord.id)
    with cast.bo.inside() as by:
        actions.tick(task.id, by=by)
    with cast.eva.inside(), override("en"):
        assert "1 open task to it" in what_lives_in(cast.nord.id)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"words": Words("  ")}, "Write what is to be done"), ({"words": Words("x" * 121)}, "120 characters"),
        ({"words": Words("x", "y" * 4001)}, "too long"), ({"words": Words("x", "", ("z",) * 31)}, "30 lines"),
        ({"due_at": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)}, "over already"),
        ({"due_at": dt.datetime(2120, 1, 1, tzinfo=dt.UTC)}, "within two years"),
    ],
)  # fmt: skip
def test_what_a_task_cannot_be(cast: Cast, given: dict[str, Any], sentence: str) -> None:
    with override("en"), pytest.raises(Refused, match=sentence):
        make(cast.bo, person(cast.anna), **given)


def test_ticking_off_and_taking_it_back(cast: Cast) -> None:
    task = make(cast.bo, person(cast.anna))
    events: list[Event] = []
    with new_events(cast.solsikken, events):
        with cast.anna.inside() as by:
            actions.tick(task.id, by=by)
        with override("en"), cast.bo.inside() as by, pytest.raises(Refused, match="Anna Skov has ticked it off"):
            actions.tick(task.id, by=by)
        assert mine(cast.anna) == []
        with cast.anna.inside() as by:
            assert [row.done_by for row in actions.see_mine(by=by).done] == ["Anna Skov"]
        with cast.anna.inside() as by:
            actions.reopen(task.id, by=by)
            actions.reopen(task.id, by=by)  # a second tap does nothing
        assert mine(cast.anna) == ["Vand planterne"]
    assert [e.action for e in events if e.action.startswith("platform.task.")] == [
        "platform.task.done", "platform.task.reopened",
    ]  # fmt: skip


def test_a_list_is_ticked_off_line_by_line(cast: Cast) -> None:
    task = make(cast.bo, person(cast.anna), words=Words("Vagt", "", ("Nøgler", "", "Alarm ")))
    with cast.anna.inside() as by:
        actions.tick_line(task.id, 1, by=by)
    with cast.bo.inside() as by:
        found = actions.see_task(task.id, by=by)
        assert [(line.text, line.by) for line in found.checklist] == [("Nøgler", ""), ("Alarm", "Anna Skov")]
        assert (found.row.ticked, found.row.lines) == (1, 2)
        actions.tick_line(task.id, 1, by=by)
        assert Task.objects.get(id=task.id).ticks == []
    with cast.bo.inside() as by, pytest.raises(Denied):
        actions.tick_line(task.id, 2, by=by)


def test_handing_over_with_a_few_words(cast: Cast) -> None:
    task = make(cast.bo, person(cast.anna))
    with cast.anna.inside() as by:
        actions.hand_over(task.id, person(cast.clara), text="Jeg har fri i morgen", by=by)
    assert mine(cast.anna) == []
    assert mine(cast.clara) == ["Vand planterne"]
    with override("en"), cast.clara.inside() as by:
        found = actions.see_task(task.id, by=by)
    assert [said.text for said in found.comments] == ["Jeg har fri i morgen"]
    page = cast.clara.client().get(reverse("platform.task", args=[task.id])).content.decode()
    assert "Anna Skov → Clara Holst" in page
    assert not sees(cast.anna, task)  # it is hers no more, and about nobody
    assert sees(cast.bo, task)  # who made it


def test_changing_a_task_says_which_fields_and_the_list_begins_anew(cast: Cast) -> None:
    task = make(cast.bo, person(cast.anna), words=Words("Vagt", "", ("Nøgler",)))
    with cast.anna.inside() as by:
        actions.tick_line(task.id, 0, by=by)
    when = task.due_at + dt.timedelta(days=1)
    with cast.anna.inside() as by:
        actions.change_task(task.id, words=Words("Vagt", "", ("Alarm",)), due_at=when, timed=True, by=by)
    with cast.anna.inside():
        kept = Task.objects.get(id=task.id)
        assert (kept.ticks, kept.due_at) == ([], when)
        assert Event.objects.get(action="platform.task.changed").changed == ["lines", "due"]


def test_what_is_not_needed_goes_and_can_be_opened_again(cast: Cast) -> None:
    task = make(cast.bo, person(cast.anna))
    with cast.anna.inside() as by:
        actions.drop(task.id, by=by)
    assert mine(cast.anna) == []
    with override("en"), cast.anna.inside() as by, pytest.raises(Refused, match="not needed any more"):
        actions.tick(task.id, by=by)
    with cast.anna.inside() as by:
        actions.reopen(task.id, by=by)
    assert mine(cast.anna) == ["Vand planterne"]


def test_overdue_stands_first_and_a_leader_is_told_how_many(cast: Cast) -> None:
    make(cast.bo, person(cast.anna), "Senere")
    late(make(cast.bo, person(cast.anna), "For sent"))
    with cast.anna.inside() as by:
        listed = actions.see_mine(by=by)
    assert titles(listed) == ["For sent", "Senere"]
    assert listed.counts.overdue == 1
    with cast.bo.inside() as by:
        ((name, counts),) = actions.late_in_units(by=by).values()
    assert (name, counts.overdue) == ("Nord", 1)
    page = cast.bo.client().get("/platform/today/").content.decode()
    assert "Over tid i enheden" in page
    assert "Over tid i enheden" not in cast.anna.client().get("/platform/today/").content.decode()
    with pytest.raises(Denied), cast.anna.inside() as by:
        actions.late_in_units(by=by)


def test_a_whole_day_is_over_when_the_day_is(cast: Cast) -> None:
    today = queries.today()
    make(cast.bo, person(cast.anna), due_at=queries.end_of_day(today), timed=False)
    with cast.anna.inside() as by:
        (row,) = actions.see_mine(by=by).rows
    assert not row.overdue
    assert row.today


# Recurring

TOMORROW = Rule("daily", (dt.time(8), dt.time(20)), timezone.localdate() + dt.timedelta(days=1), count=30)


def recurring(by: Member, to: To, rule: Rule = TOMORROW, **more: Any) -> Series:
    given: dict[str, Any] = {"words": Words("Medicinrunde", "", ("Skab", "Skema"))} | more
    with by.inside() as actor:
        return actions.make_series(to=to, rule=rule, by=actor, **given)


def test_what_recurs_is_made_as_far_as_lists_look_and_then_night_by_night(cast: Cast) -> None:
    series = recurring(cast.bo, To.unit(cast.nord.id))
    with cast.bo.inside():
        assert Task.objects.filter(series=series).count() == 2 * queries.AHEAD.days
    until = queries.today() + queries.AHEAD
    with operator(cast.solsikken, "test"):
        assert actions.repeat_all(until) == 0  # twice in a night makes nothing twice
        assert actions.repeat_all(until + dt.timedelta(days=3)) == 6
        assert actions.repeat_all(until + dt.timedelta(days=100)) == 2 * (30 - queries.AHEAD.days - 3)
        assert actions.repeat_all(until + dt.timedelta(days=200)) == 0  # it has ended
        assert Task.objects.filter(series=series).count() == 60
        Series.objects.filter(id=series.id).update(made_until=None)
        actions.repeat_all(until)  # even if nobody knew how far it had come
        assert Task.objects.filter(series=series).count() == 60
    with cast.bo.inside():
        assert Event.objects.filter(action="platform.series.repeated").count() == 3


def test_the_nightly_job_makes_them(cast: Cast) -> None:
    from tests.work import work

    series = recurring(cast.bo, To.unit(cast.nord.id))
    with cast.bo.inside():
        Series.objects.filter(id=series.id).update(made_until=queries.today() + dt.timedelta(days=7))
        Task.objects.filter(series=series, due_at__gt=timezone.now() + dt.timedelta(days=8)).delete()
    with superuser() as admin:
        admin.execute("select ht.tick('platform.tasks.repeat', %s, 30)", [timezone.now()])
    work()
    with cast.bo.inside():
        assert Task.objects.filter(series=series).count() == 2 * queries.AHEAD.days


def test_one_of_a_series_has_the_words_of_the_series_until_it_is_changed(cast: Cast, birthe: Citizen) -> None:
    recurring(cast.bo, person(cast.anna), citizen_id=birthe.id)
    with cast.anna.inside() as by:
        (first,) = actions.see_mine(by=by).rows  # the others of the series stand behind it
        assert (first.title, first.lines, first.citizen) == ("Medicinrunde", 2, "Birthe Holm")
    with cast.anna.inside() as by:
        actions.change_task(first.id, words=Words("Kun denne"), due_at=first.due_at, timed=True, by=by)
    with cast.anna.inside() as by:
        assert [row.title for row in actions.see_mine(by=by).rows] == ["Kun denne"]
    with cast.anna.inside() as by:
        actions.tick(first.id, by=by)
    assert mine(cast.anna) == ["Medicinrunde"]


def test_ending_takes_what_lies_ahead_and_leaves_what_was_begun(cast: Cast) -> None:
    series = recurring(cast.bo, person(cast.anna))
    with cast.anna.inside():
        done, begun = Task.objects.order_by("due_at").values_list("id", flat=True)[:2]
    with cast.anna.inside() as by:
        actions.tick(done, by=by)
        actions.tick_line(begun, 0, by=by)
    with cast.clara.inside() as by, pytest.raises(Denied):
        actions.end_series(series.id, by=by)
    with cast.anna.inside() as by:
        actions.end_series(series.id, by=by)
    with cast.anna.inside():
        assert set(Task.objects.values_list("id", flat=True)) == {done, begun}
    with operator(cast.solsikken, "test"):
        assert actions.repeat_all(queries.today() + dt.timedelta(days=60)) == 0
    with override("en"), cast.anna.inside() as by, pytest.raises(Refused, match="ended already"):
        actions.end_series(series.id, by=by)


# Pages


def form(to: To, **more: str) -> dict[str, str]:
    day = timezone.localdate() + dt.timedelta(days=1)
    return {
        "title": "Vand planterne",
        "to": to.code,
        "day": day.isoformat(),
        "times": "8.30",
        "note": "",
        "lines": "",
    } | more


def test_making_a_task_on_its_page(cast: Cast) -> None:
    client = cast.bo.client()
    answer = client.post(reverse("platform.tasks_new"), form(person(cast.anna), lines="Kande\nVindueskarm"))
    assert answer.status_code == 302
    with cast.bo.inside():
        task = Task.objects.get()
    day = timezone.localdate() + dt.timedelta(days=1)
    assert task.due_at == moment(day, dt.time(8, 30))
    page = client.get(answer["Location"]).content.decode()
    assert "Opgaven er oprettet" in page
    assert "Vindueskarm" in page


def test_a_recurring_task_is_shown_before_it_is_made(cast: Cast) -> None:
    client = cast.bo.client()
    given = form(To.unit(cast.nord.id), often="weekly", every="1", days="0", count="3", times="8, 20")
    shown = client.post(reverse("platform.tasks_new"), given)
    page = shown.content.decode()
    assert shown.status_code == 200
    assert "Hver mandag, kl. 08.00, 20.00, 3 dage" in page
    with cast.bo.inside():
        assert not Series.objects.exists()
    seen = page.split('name="seen" value="')[1].split('"')[0]
    other = client.post(reverse("platform.tasks_new"), given | {"seen": seen, "count": "4"})
    assert other.status_code == 200  # other days than those that were shown: shown again
    assert client.post(reverse("platform.tasks_new"), given | {"seen": seen}).status_code == 302
    with cast.bo.inside():
        assert Series.objects.get().count == 3


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"often": "daily"}, "kan ikke gentages for evigt"), ({"times": "25"}, "Skriv klokkeslæt som"),
        ({"times": "8 9"}, "har ét klokkeslæt"), ({"title": ""}, "Skriv, hvad der skal laves"),
        ({"to": ""}, "Vælg en person, en enhed eller en rolle"), ({"day": "2020-01-01"}, "allerede forbi"),
        ({"often": "daily", "times": "", "count": "3"}, "Skriv 1 til 6 klokkeslæt"),
    ],
)  # fmt: skip
def test_a_form_that_cannot_be_says_why(cast: Cast, given: dict[str, str], sentence: str) -> None:
    answer = cast.bo.client().post(reverse("platform.tasks_new"), form(person(cast.anna)) | given)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_one_tap_from_the_start_page_and_one_back(cast: Cast) -> None:
    task = make(cast.bo, person(cast.anna), due_at=queries.end_of_day(queries.today()))
    client = cast.anna.client()
    page = client.get("/platform/today/").content.decode()
    assert reverse("platform.task_tick", args=[task.id]) in page
    answer = client.post(reverse("platform.task_tick", args=[task.id]), {"back": "today"})
    assert answer["Location"].startswith("/platform/today/")
    page = client.get(answer["Location"]).content.decode()
    assert reverse("platform.task_reopen", args=[task.id]) in page
    client.post(reverse("platform.task_reopen", args=[task.id]), {"back": "today"})
    assert reverse("platform.task_tick", args=[task.id]) in client.get("/platform/today/").content.decode()


@pytest.mark.parametrize("back", ["", "https://example.org/", "unit:x", "task:", "account:1", "unit"])
def test_back_leads_nowhere_else(cast: Cast, back: str) -> None:
    task = make(cast.bo, person(cast.anna))
    answer = cast.anna.client().post(reverse("platform.task_tick", args=[task.id]), {"back": back})
    assert answer["Location"].startswith("/platform/tasks/?")


def test_a_leader_sees_each_persons_a_carer_what_is_to_the_unit(cast: Cast) -> None:
    make(cast.eva, person(cast.anna), "Til Anna")
    make(cast.eva, To.unit(cast.nord.id), "Til Nord")
    make(cast.eva, person(cast.clara), "Til Clara")
    anna, bo = (m.client().get(reverse("platform.tasks_unit")).content.decode() for m in (cast.anna, cast.bo))
    assert "Til Nord" in anna
    assert "Til Anna" not in anna
    assert "Til Nord" in bo
    assert "Til Anna" in bo
    assert "Til Clara" not in bo
    assert cast.bo.client().get(reverse("platform.tasks_unit_one", args=[cast.syd.id])).status_code == 403


def test_the_citizens_page_leads_to_their_tasks(cast: Cast, birthe: Citizen) -> None:
    make(cast.bo, person(cast.anna), "Ring til lægen", citizen_id=birthe.id)
    client = cast.anna.client()
    here = reverse("platform.tasks_citizen", args=[birthe.id])
    assert here in client.get(f"/social/journal/{birthe.id}/").content.decode()
    assert "Ring til lægen" in client.get(here).content.decode()


def test_opening_and_listing_are_events_that_name_who_was_opened(cast: Cast, birthe: Citizen) -> None:
    task = make(cast.bo, person(cast.anna), citizen_id=birthe.id)
    events: list[Event] = []
    with new_events(cast.solsikken, events):
        client = cast.anna.client()
        for url in (
            reverse("platform.tasks"), reverse("platform.task", args=[task.id]), reverse("platform.tasks_counts"),
            reverse("platform.tasks_citizen", args=[birthe.id]), reverse("platform.tasks_unit"),
        ):  # fmt: skip
            assert client.get(url).status_code == 200
    said = {e.action: e for e in events}
    assert said["platform.task.seen"].citizen == birthe.id
    assert said["platform.tasks.citizen_listed"].citizen == birthe.id
    assert said["platform.tasks.listed"].shown == [task.id]
    assert "platform.tasks.unit_listed" in said


def test_the_start_page_keeps_its_counts_fresh(cast: Cast) -> None:
    client = cast.anna.client()
    assert f'data-poll-url="{reverse("platform.tasks_counts")}"' in client.get("/platform/today/").content.decode()
    late(make(cast.bo, person(cast.anna)))
    assert client.get(reverse("platform.tasks_counts")).content.decode().strip() == "1 over tid"


def test_looking_at_the_counts_is_no_act_of_a_person(cast: Cast) -> None:
    from heretask.platform.tasks import views
    from heretask.ui.marks import Activity, mark_of

    mark = mark_of(views.counts)
    assert mark is not None
    assert mark.activity == Activity.PASSIVE


def _count(member: Member, url: str) -> int:
    client = member.client()
    client.get(url)
    with CaptureQueriesContext(connections["default"]) as taken:
        assert client.get(url).status_code == 200
    return len(taken)


def test_queries_do_not_grow_with_tasks(cast: Cast, birthe: Citizen) -> None:
    """At 5 and at 200: the start page, my list, the unit's and the citizen's."""
    with operator(cast.solsikken, "test"):
        other = make_member(
            cast.solsikken, "lis", "Lis Vang", "carer", cast.nord, provision.operator_of(cast.solsikken)
        )
    addresses_ = [person(cast.anna), To.unit(cast.nord.id), To.having("carer", cast.nord.id), person(other)]
    urls = [
        "/platform/today/", reverse("platform.tasks"), reverse("platform.tasks_unit"), reverse("platform.tasks_counts"),
        reverse("platform.tasks_citizen", args=[birthe.id]),
    ]  # fmt: skip

    def fill(count: int) -> None:
        for number in range(count):
            to = addresses_[number % 4]
            with cast.bo.inside() as by:
                task = actions.make_task(
                    words=Words(f"Nr. {number}"), to=to, due_at=timezone.now() + SOON, timed=True, by=by,
                    citizen_id=birthe.id if number % 2 else None,
                )  # fmt: skip
                if number % 5 == 0:
                    actions.tick(task.id, by=by)

    def counted() -> dict[tuple[str, UUID], int]:
        return {(url, m.user.id): _count(m, url) for url in urls for m in (cast.anna, cast.bo)}

    fill(8)
    with cast.bo.inside() as by:
        recurring_rule = Rule("daily", (dt.time(23, 58),), timezone.localdate(), count=1)
        actions.make_series(
            words=Words("Runde"), to=To.unit(cast.nord.id), rule=recurring_rule, citizen_id=birthe.id, by=by
        )
    few = counted()
    fill(192)
    assert counted() == few
    assert max(few.values()) <= 45
