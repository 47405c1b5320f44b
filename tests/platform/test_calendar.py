"""The calendar: who sees which appointment, both nights on which the clock changes, series changed in the middle, undoing."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from heretask.kernel.access.decide import Actor, Denied
from heretask.kernel.log.models import Event
from heretask.kernel.rhythm import Refused, Rule, moment
from heretask.kernel.tenancy.occupancy import what_lives_in
from heretask.platform.calendar import actions, changing, forms, presenters
from heretask.platform.calendar.models import Appointment, Participant
from heretask.platform.calendar.policies import Span, Words
from heretask.platform.calendar.windows import View, Window, window
from heretask.social.citizens import actions as citizens
from heretask.social.citizens.models import Citizen
from heretask.social.people import actions as people
from tests.cast import Cast, Member
from tests.database import superuser
from tests.social.people import make_citizen, new_events, relate

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
D, T = dt.date, dt.time


@pytest.fixture
def birthe(cast: Cast) -> Citizen:
    return make_citizen(cast, "Birthe Holm", room="4")


def tomorrow() -> dt.date:
    return timezone.localdate(timezone=COPENHAGEN) + dt.timedelta(days=1)


def at(day: dt.date, begin: int = 10, end: int = 11) -> Span:
    return Span(moment(day, T(begin)), moment(day, T(end)))


def make(by: Member, *taking_part: Member, title: str = "Tandlæge", **more: Any) -> Appointment:
    given: dict[str, Any] = {"words": Words(title, "Torvet 4", "Husk sygesikringskort"), "span": at(tomorrow())} | more
    with by.inside() as actor:
        return actions.make(people=[one.user.id for one in taking_part], by=actor, **given)


def repeat(by: Member, *taking_part: Member, count: int = 4, **more: Any) -> list[Appointment]:
    day = more.pop("day", tomorrow())
    given: dict[str, Any] = {
        "words": Words("Husmøde"),
        "span": at(day),
        "rule": Rule("daily", (T(10),), day, count=count),
    }
    with by.inside() as actor:
        return actions.make_recurring(people=[one.user.id for one in taking_part], by=actor, **(given | more))


def mine(member: Member) -> list[str]:
    with member.inside() as by:
        return [one.words.title for one in actions.see_mine(Window(View.WEEK, tomorrow(), free=True), by=by).entries]


def sees(member: Member, row: Appointment) -> bool:
    try:
        with member.inside() as by:
            actions.see(row.id, by=by)
    except Denied:
        return False
    return True


def who_sees(cast: Cast, row: Appointment) -> set[str]:
    all_of_them = {"anna": cast.anna, "bo": cast.bo, "clara": cast.clara, "eva": cast.eva, "dan": cast.dan}
    return {name for name, member in all_of_them.items() if sees(member, row)}


def times(rows: list[Appointment]) -> list[tuple[str, str]]:
    return [
        (f"{row.starts_at.astimezone(COPENHAGEN):%d %H:%M}", f"{row.ends_at.astimezone(COPENHAGEN):%H:%M}")
        for row in rows
    ]


def test_who_sees_what_is_about_nobody(cast: Cast) -> None:
    between = make(cast.eva, cast.anna)
    assert who_sees(cast, between) == {"anna", "eva"}
    of_nord = make(cast.bo, cast.clara, unit_id=cast.nord.id)
    assert who_sees(cast, of_nord) == {"anna", "bo", "clara"}
    assert mine(cast.clara) == ["Tandlæge"]
    assert mine(cast.bo) == []  # he sees it in the unit's calendar; he does not take part
    with override("en"), pytest.raises(Refused, match="do not work in that unit"):
        make(cast.anna, unit_id=cast.syd.id)


def test_about_a_citizen_it_is_seen_by_who_may_see_the_citizen_and_by_nobody_else(cast: Cast, birthe: Citizen) -> None:
    row = make(cast.bo, cast.anna, title="Statusmøde", citizen_id=birthe.id)
    assert who_sees(cast, row) == {"anna", "bo"}
    for page in ("platform.calendar", "platform.calendar_unit"):
        assert "Statusmøde" not in cast.clara.client().get(reverse(page)).content.decode()
    with override("en"), pytest.raises(Refused, match="Clara Holst may not see this citizen"):
        make(cast.bo, cast.anna, cast.clara, citizen_id=birthe.id)
    with pytest.raises(Denied):
        make(cast.clara, cast.clara, citizen_id=birthe.id)
    relate(cast, birthe, cast.clara)
    assert who_sees(cast, row) == {"anna", "bo", "clara"}
    unit = cast.bo.client().get(reverse("platform.calendar_unit")).content.decode()
    assert "Statusmøde" in unit
    assert "Birthe Holm" in unit
    assert "Statusmøde" not in cast.clara.client().get(reverse("platform.calendar_unit")).content.decode()  # of Syd


def test_when_a_citizen_is_sealed_their_appointments_are_closed_with_them(cast: Cast, birthe: Citizen) -> None:
    row = make(cast.bo, cast.anna, cast.bo, title="Statusmøde", citizen_id=birthe.id)
    relate(cast, birthe, cast.bo)
    with cast.bo.inside() as by:
        people.seal_citizen(birthe.id, reason="Trusler fra en pårørende", by=by)
    assert who_sees(cast, row) == {"bo"}
    assert mine(cast.anna) == []
    client = cast.anna.client()
    for url in (reverse("platform.calendar"), reverse("platform.calendar_unit"), "/platform/today/"):
        assert "Statusmøde" not in client.get(url).content.decode()
    assert client.get(reverse("platform.calendar_left")).content.decode().strip() == "Ikke mere i dag."
    for name in ("platform.appointment_cancel", "platform.appointment_restore", "platform.appointment_change"):
        assert client.post(reverse(name, args=[row.id])).status_code == 403
    assert client.get(reverse("platform.calendar_citizen", args=[birthe.id])).status_code == 403


def test_words_are_sealed_under_the_key_of_the_citizen_or_of_the_customer(cast: Cast, birthe: Citizen) -> None:
    make(cast.bo, cast.anna, title="Statusmøde", citizen_id=birthe.id)
    make(cast.bo, cast.anna, title="Kursus")
    with superuser() as admin:
        rows: list[Any] = admin.execute("select words from platform_calendar_appointment").fetchall()
        assert not [row for row in rows if b"Torvet" in bytes(row[0]) or b"Kursus" in bytes(row[0])]
        admin.execute("set session_replication_role = replica")
        admin.execute("delete from kernel_datakey where subject = %s", [birthe.id])
    assert cast.anna.client().get(reverse("platform.calendar")).status_code >= 500  # nothing is half shown


def test_erasing_a_citizen_takes_their_appointments_along(cast: Cast, birthe: Citizen) -> None:
    make(cast.bo, cast.anna, citizen_id=birthe.id)
    repeat(cast.bo, cast.anna, citizen_id=birthe.id)
    other = make(cast.bo, cast.anna)
    with cast.eva.inside() as by:
        citizens.erase_citizen(birthe.id, typed="Birthe Holm", reason="Flyttet for længe siden", by=by)
    with cast.eva.inside():
        assert list(Appointment.objects.values_list("id", flat=True)) == [other.id]
        assert Participant.objects.count() == 1


@pytest.mark.parametrize(
    ("first", "begin", "end", "expected"),
    [
        # the night that leaves out 02:00-03:00, and the days around it: by hand
        (D(2027, 3, 27), T(22), T(6), [("27 22:00", "06:00"), ("28 22:00", "06:00"), ("29 22:00", "06:00")]),
        (D(2027, 3, 27), T(2, 30), T(4), [("27 02:30", "04:00"), ("28 03:30", "04:00"), ("29 02:30", "04:00")]),
        # the night that has 02:00-03:00 twice
        (D(2027, 10, 30), T(22), T(6), [("30 22:00", "06:00"), ("31 22:00", "06:00"), ("01 22:00", "06:00")]),
        (D(2027, 10, 30), T(2, 30), T(4), [("30 02:30", "04:00"), ("31 02:30", "04:00"), ("01 02:30", "04:00")]),
    ],
)  # fmt: skip
def test_the_wall_clock_counts_in_both_nights(
    cast: Cast, first: dt.date, begin: dt.time, end: dt.time, expected: list[tuple[str, str]]
) -> None:
    last = first if end > begin else first + dt.timedelta(days=1)
    span = Span(moment(first, begin), moment(last, end))
    rows = repeat(cast.bo, cast.anna, span=span, rule=Rule("daily", (begin,), first, count=3))
    assert times(rows) == expected


def test_the_shift_of_the_long_night_lasts_nine_hours(cast: Cast) -> None:
    night = D(2027, 10, 30)
    rows = repeat(
        cast.bo, span=Span(moment(night, T(22)), moment(night + dt.timedelta(days=1), T(6))),
        rule=Rule("daily", (T(22),), night, count=2),
    )  # fmt: skip
    assert [(row.ends_at - row.starts_at) // dt.timedelta(hours=1) for row in rows] == [9, 8]


def test_a_whole_day_stands_on_its_day_alone_on_the_night_the_clock_changes(cast: Cast) -> None:
    day = D(2027, 10, 31)
    whole = Span(moment(day, T()), moment(day + dt.timedelta(days=1), T()), timed=False)
    make(cast.bo, cast.anna, span=whole, title="Ferie")
    page = cast.anna.client().get(reverse("platform.calendar"), {"view": "week", "day": "2027-10-31"})
    shown = {one.day: [line.entry.words.title for line in one.lines] for one in page_days(page)}
    assert {day: titles for day, titles in shown.items() if titles} == {day: ["Ferie"]}


def page_days(page: Any) -> list[presenters.Day]:
    """The days of a page, as they were drawn."""
    return [one for _number, days in page.drawing[2]["weeks"] for one in days]


def test_one_of_a_series_is_changed_alone(cast: Cast) -> None:
    rows = repeat(cast.bo, cast.anna)
    second = rows[1]
    with cast.anna.inside() as by:
        actions.change(
            second.id, words=Words("Husmøde, flyttet"), span=at(second.day or tomorrow(), 14, 15), people=[cast.bo.user.id],
            by=by,
        )  # fmt: skip
    with cast.bo.inside():
        found = list(Appointment.objects.order_by("day"))
        assert [one.own for one in found] == [False, True, False, False]
        assert times(found)[1][0][3:] == "14:00"
        assert times(found)[2][0][3:] == "10:00"
    assert mine(cast.bo) == ["Husmøde, flyttet"]
    assert mine(cast.anna) == ["Husmøde"] * 3


def test_a_series_is_changed_in_the_middle(cast: Cast) -> None:
    """What lies behind, what was changed by itself and what was cancelled stay; the others change, and keep their ids."""
    rows = repeat(cast.bo, cast.anna, count=6)
    with cast.bo.inside() as by:
        actions.change(rows[4].id, words=Words("Alene"), span=at(rows[4].day or tomorrow(), 8, 9), people=[], by=by)
        actions.cancel(rows[3].id, by=by)
    with cast.bo.inside() as by:
        changing.change_onwards(
            rows[2].id, words=Words("Nyt møde", "Stuen"), span=at(rows[2].day or tomorrow(), 13, 15),
            people=[cast.anna.user.id, cast.bo.user.id], rule=goes_on(rows[2], T(13), by), by=by,
        )  # fmt: skip
    with cast.bo.inside() as by:
        found = list(Appointment.objects.order_by("day").select_related("repetition"))
        titles = [actions.see(one.id, by=by).entry.words.title for one in found]
    assert [one.id for one in found] == [one.id for one in rows]
    assert titles == ["Husmøde", "Husmøde", "Nyt møde", "Husmøde", "Alene", "Nyt møde"]
    assert [begin[3:] for begin, _end in times(found)] == ["10:00", "10:00", "13:00", "10:00", "08:00", "13:00"]
    assert found[2].repetition_id == found[5].repetition_id != found[0].repetition_id
    assert found[2].repetition is not None
    assert (found[2].repetition.starts, found[2].repetition.last_day) == (rows[2].day, rows[5].day)
    assert mine(cast.bo) == ["Nyt møde", "Nyt møde"]


def goes_on(row: Appointment, time: dt.time, by: Actor) -> Rule:
    """How it recurs from this one on, at that time."""
    rule = actions.see(row.id, by=by).goes_on
    assert rule is not None
    return replace(rule, times=(time,))


def test_a_series_changed_over_the_night_of_the_clock_keeps_the_wall_clock(cast: Cast) -> None:
    first = D(2027, 3, 27)
    rows = repeat(cast.bo, span=at(first, 10, 11), rule=Rule("daily", (T(10),), first, count=3))
    with cast.bo.inside() as by:
        changing.change_onwards(
            rows[0].id, words=Words("Senere"), span=at(first, 15, 16), people=[], rule=goes_on(rows[0], T(15), by),
            by=by,
        )  # fmt: skip
    with cast.bo.inside():
        assert times(list(Appointment.objects.order_by("day"))) == [
            ("27 15:00", "16:00"), ("28 15:00", "16:00"), ("29 15:00", "16:00"),
        ]  # fmt: skip


def test_cancelling_is_seen_and_taken_back(cast: Cast) -> None:
    row = make(cast.bo, cast.anna)
    events: list[Event] = []
    client = cast.anna.client()
    with new_events(cast.solsikken, events):
        assert client.post(reverse("platform.appointment_cancel", args=[row.id])).status_code == 302
        page = client.get(reverse("platform.appointment", args=[row.id])).content.decode()
        assert "Anna Skov aflyste den" in page
        again = client.post(reverse("platform.appointment_cancel", args=[row.id]))
        assert again.status_code == 422
        client.post(reverse("platform.appointment_restore", args=[row.id]))
        client.post(reverse("platform.appointment_restore", args=[row.id]))  # a second tap does nothing
    assert [e.action for e in events if e.action.startswith("platform.appointment.") and "seen" not in e.action] == [
        "platform.appointment.cancelled", "platform.appointment.restored",
    ]  # fmt: skip
    with cast.bo.inside():
        assert Appointment.objects.get().cancelled_at is None


def test_a_series_is_cancelled_from_here_on_and_taken_back_as_one(cast: Cast) -> None:
    rows = repeat(cast.bo, cast.anna, count=5)
    with cast.bo.inside() as by:
        actions.cancel(rows[4].id, by=by)
    with cast.bo.inside() as by:
        actions.cancel(rows[2].id, onwards=True, by=by)
    with cast.bo.inside():
        assert [one.cancelled_at is None for one in Appointment.objects.order_by("day")] == [
            True,
            True,
            False,
            False,
            False,
        ]
    with cast.bo.inside() as by:
        actions.restore(rows[3].id, by=by)
    with cast.bo.inside():  # the last one was cancelled by another act
        assert [one.cancelled_at is None for one in Appointment.objects.order_by("day")] == [
            True,
            True,
            True,
            True,
            False,
        ]


@pytest.mark.parametrize(
    ("begin", "end", "busy"),
    [(8, 10, False), (9, 11, True), (10, 11, True), (11, 13, True), (12, 14, False), (9, 13, True)],
)
def test_who_has_something_else_at_that_time_is_said_and_not_refused(
    cast: Cast, begin: int, end: int, busy: bool
) -> None:
    make(cast.bo, cast.anna, span=at(tomorrow(), 10, 12), title="Hemmeligt møde")
    row = make(cast.eva, cast.anna, cast.clara, span=at(tomorrow(), begin, end))
    page = cast.eva.client().get(reverse("platform.appointment", args=[row.id])).content.decode()
    assert ("Anna Skov har noget andet på det tidspunkt" in page) is busy
    assert "Clara Holst har noget andet" not in page
    assert "Hemmeligt" not in page


def test_what_only_touches_one_of_a_series_is_no_clash(cast: Cast) -> None:
    day = tomorrow() + dt.timedelta(days=1)
    make(cast.bo, cast.anna, span=at(day, 9, 10))
    make(cast.bo, cast.anna, span=at(day, 11, 12))
    rule = Rule("daily", (T(10),), tomorrow(), count=3)
    with cast.bo.inside() as by:
        assert actions.plan(rule, at(tomorrow()), [cast.anna.user.id], by=by).busy == []


def test_what_is_cancelled_keeps_nobody_busy(cast: Cast) -> None:
    other = make(cast.bo, cast.anna)
    row = make(cast.eva, cast.anna)
    with cast.bo.inside() as by:
        actions.cancel(other.id, by=by)
    assert "noget andet" not in cast.eva.client().get(reverse("platform.appointment", args=[row.id])).content.decode()


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"words": Words(" ")}, "Write what it is"), ({"words": Words("x" * 121)}, "120 characters"),
        ({"words": Words("x", "y" * 121)}, "120 characters"), ({"words": Words("x", "", "z" * 2001)}, "2000 characters"),
        ({"span": Span(moment(D(2027, 1, 2), T(9)), moment(D(2027, 1, 2), T(9)))}, "end after it begins"),
        ({"span": Span(moment(D(2027, 1, 2), T(9)), moment(D(2027, 2, 5), T(9)))}, "a month at most"),
        ({"span": Span(moment(D(2020, 1, 2), T(9)), moment(D(2020, 1, 2), T(10)))}, "over already"),
        ({"span": Span(moment(D(2120, 1, 2), T(9)), moment(D(2120, 1, 2), T(10)))}, "within two years"),
    ],
)  # fmt: skip
def test_what_an_appointment_cannot_be(cast: Cast, given: dict[str, Any], sentence: str) -> None:
    with override("en"), pytest.raises(Refused, match=sentence):
        make(cast.bo, cast.anna, **given)


def test_who_left_cannot_be_asked_and_stays_where_they_were(cast: Cast) -> None:
    row = make(cast.bo, cast.anna)
    with superuser() as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute("update kernel_user set active = false where id = %s", [cast.anna.user.id])
    with override("en"), pytest.raises(Refused, match="no login here any more"):
        make(cast.bo, cast.anna)
    page = cast.bo.client().get(reverse("platform.appointment", args=[row.id])).content.decode()
    assert "Anna Skov" in page
    with cast.bo.inside() as by:
        actions.change(row.id, words=Words("Nyt"), span=at(tomorrow()), people=[cast.anna.user.id], by=by)


def test_a_unit_with_appointments_ahead_is_not_closed(cast: Cast) -> None:
    row = make(cast.bo, unit_id=cast.nord.id)
    with cast.eva.inside(), override("en"):
        assert "1 appointment of it" in what_lives_in(cast.nord.id)
    with cast.bo.inside() as by:
        actions.cancel(row.id, by=by)
    with cast.eva.inside(), override("en"):
        assert not [words for words in what_lives_in(cast.nord.id) if "appointment" in words]


def form(*taking_part: Member, **more: Any) -> dict[str, Any]:
    return {
        "title": "Tandlæge", "day": tomorrow().isoformat(), "at": "10.30", "until": "11.15", "place": "Torvet 4",
        "people": [str(one.user.id) for one in taking_part], "every": "1",
    } | more  # fmt: skip


@pytest.mark.parametrize(("most", "typing"), [(3, True), (12, False)])
def test_where_many_can_be_chosen_one_types_and_without_scripts_all_stand_there(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, most: int, typing: bool
) -> None:
    monkeypatch.setattr(forms, "MANY", most)
    page = cast.bo.client().get(reverse("platform.calendar_new")).content.decode()
    assert ('data-finds="Skriv for at finde et navn"' in page) is typing
    assert page.count('name="people"') == 4


def test_the_form_makes_what_was_written(cast: Cast) -> None:
    client = cast.bo.client()
    answer = client.post(reverse("platform.calendar_new"), form(cast.anna, unit=str(cast.nord.id)))
    assert answer.status_code == 302
    with cast.bo.inside():
        row = Appointment.objects.get()
    assert (row.starts_at, row.ends_at) == (moment(tomorrow(), T(10, 30)), moment(tomorrow(), T(11, 15)))
    assert row.unit_id == cast.nord.id
    page = client.get(answer["Location"]).content.decode()
    assert "Aftalen står i kalenderen" in page
    assert "Torvet 4" in page
    changed = client.post(
        reverse("platform.appointment_change", args=[row.id]), form(cast.anna, cast.bo, at="22", until="6")
    )
    assert changed.status_code == 302
    with cast.bo.inside():
        row = Appointment.objects.get()
    assert row.ends_at == moment(tomorrow() + dt.timedelta(days=1), T(6))
    shown = client.get(reverse("platform.appointment_change", args=[row.id])).content.decode()
    assert 'value="22.00"' in shown
    assert 'name="last_day" value' not in shown  # a night is no second day


def test_what_recurs_is_shown_before_it_is_made_with_who_is_busy(cast: Cast) -> None:
    make(cast.eva, cast.anna, span=at(tomorrow() + dt.timedelta(days=1), 10, 11))
    client = cast.bo.client()
    given = form(cast.anna, often="daily", count="3")
    shown = client.post(reverse("platform.calendar_new"), given)
    page = shown.content.decode()
    assert shown.status_code == 200
    assert "Hver dag, kl. 10.30, 3 dage" in page
    assert "Anna Skov har noget andet" in page
    assert "Hvor ofte?" in page
    assert "Én gang" in page
    seen = page.split('name="seen" value="')[1].split('"')[0]
    assert client.post(reverse("platform.calendar_new"), given | {"seen": seen}).status_code == 302
    with cast.bo.inside():
        assert Appointment.objects.filter(repetition__isnull=False).count() == 3


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"often": "daily"}, "kan ikke gentages for evigt"), ({"at": "25"}, "Skriv klokkeslæt som"),
        ({"at": "8 9"}, "Skriv ét klokkeslæt"), ({"title": ""}, "Skriv, hvad det er"), ({"until": ""}, "eller lad begge"),
        ({"day": "2020-01-01"}, "allerede forbi"), ({"last_day": "2020-01-01"}, "kan ikke ligge før den første"),
    ],
)  # fmt: skip
def test_a_form_that_cannot_be_says_why(cast: Cast, given: dict[str, str], sentence: str) -> None:
    answer = cast.bo.client().post(reverse("platform.calendar_new"), form(cast.anna) | given)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


# By hand, with a calendar: what each view around a day shows.
WINDOWS = {
    "a week": (Window(View.WEEK, D(2026, 11, 26)), D(2026, 11, 23), D(2026, 11, 29), D(2026, 11, 19), D(2026, 12, 3)),
    "a day": (Window(View.DAY, D(2026, 12, 31)), D(2026, 12, 31), D(2026, 12, 31), D(2026, 12, 30), D(2027, 1, 1)),
    "a month": (Window(View.MONTH, D(2026, 12, 31)), D(2026, 11, 30), D(2027, 1, 3), D(2026, 11, 1), D(2027, 1, 1)),
    "February": (Window(View.MONTH, D(2027, 2, 14)), D(2027, 2, 1), D(2027, 2, 28), D(2027, 1, 1), D(2027, 3, 1)),
}


@pytest.mark.parametrize(("given", "first", "last", "before", "after"), WINDOWS.values(), ids=WINDOWS.keys())
def test_which_days_a_view_shows(given: Window, first: dt.date, last: dt.date, before: dt.date, after: dt.date) -> None:
    assert (given.first, given.last) == (first, last)
    assert (given.beside(-1), given.beside(1)) == (before, after)
    assert given.since == moment(first, T())
    assert given.until == moment(last + dt.timedelta(days=1), T())


@pytest.mark.parametrize(("view", "day"), [("x", ""), ("week", "x"), ("week", "0001-01-01"), ("month", "9999-12-31")])
def test_a_window_that_is_none_is_this_weeks(view: str, day: str) -> None:
    today = D(2026, 11, 26)
    assert window(view, day, today).day == today


def test_holidays_are_named_and_other_days_are_links(cast: Cast) -> None:
    client = cast.anna.client()
    page = client.get(reverse("platform.calendar"), {"view": "month", "day": "2026-12-10"}).content.decode()
    assert "Juledag" in page
    assert "?view=month&amp;day=2026-11-01" in page
    assert "?view=month&amp;day=2027-01-01" in page
    assert '<th scope="col">mandag</th>' in page.lower()
    client.cookies["__Host-language"] = "en"
    assert (
        "Christmas Day"
        in client.get(reverse("platform.calendar"), {"view": "day", "day": "2026-12-25"}).content.decode()
    )


def test_the_start_page_has_todays_and_keeps_its_count_fresh(cast: Cast) -> None:
    now = timezone.now()
    span = Span(now - dt.timedelta(minutes=10), now + dt.timedelta(minutes=5))
    make(cast.bo, cast.anna, span=span)
    client = cast.anna.client()
    page = client.get("/platform/today/").content.decode()
    assert "Mine aftaler i dag" in page
    assert f'data-poll-url="{reverse("platform.calendar_left")}"' in page
    assert client.get(reverse("platform.calendar_left")).content.decode().strip() == "1 tilbage i dag"
    assert "Mine aftaler i dag" not in cast.clara.client().get("/platform/today/").content.decode()


def test_looking_at_the_count_is_no_act_of_a_person() -> None:
    from heretask.platform.calendar import views
    from heretask.ui.marks import Activity, mark_of

    mark = mark_of(views.left)
    assert mark is not None
    assert mark.activity == Activity.PASSIVE


def test_opening_and_listing_are_events_that_name_who_was_opened(cast: Cast, birthe: Citizen) -> None:
    row = make(cast.bo, cast.anna, citizen_id=birthe.id)
    events: list[Event] = []
    with new_events(cast.solsikken, events):
        client = cast.anna.client()
        for url in (
            reverse("platform.calendar"), reverse("platform.appointment", args=[row.id]), reverse("platform.calendar_left"),
            reverse("platform.calendar_citizen", args=[birthe.id]), reverse("platform.calendar_unit"),
        ):  # fmt: skip
            assert client.get(url).status_code == 200
    said = {e.action: e for e in events}
    assert said["platform.appointment.seen"].citizen == birthe.id
    assert said["platform.calendar.citizen_listed"].citizen == birthe.id
    assert said["platform.calendar.listed"].shown == [row.id]
    assert "platform.calendar.unit_listed" in said
    assert not json.dumps([e.action for e in events]).count("calendar.left")


def _count(member: Member, url: str) -> int:
    client = member.client()
    client.get(url)
    with CaptureQueriesContext(connections["default"]) as taken:
        assert client.get(url).status_code == 200
    return len(taken)


def test_queries_do_not_grow_with_appointments(cast: Cast, birthe: Citizen) -> None:
    """At 5 and at 200: the start page, my calendar, the unit's and the citizen's, and one of a series."""
    today = timezone.localdate(timezone=COPENHAGEN)
    late = Span(moment(today, T(23, 58)), moment(today, T(23, 59)))
    urls = [
        "/platform/today/", reverse("platform.calendar"), reverse("platform.calendar") + "?view=month",
        reverse("platform.calendar_unit"), reverse("platform.calendar_left"),
        reverse("platform.calendar_citizen", args=[birthe.id]),
    ]  # fmt: skip

    def fill(count: int) -> None:
        with cast.bo.inside() as by:
            for number in range(count):
                where = ({}, {"unit_id": cast.nord.id}, {"citizen_id": birthe.id})[number % 3]
                actions.make(
                    words=Words(f"Nr. {number}"), span=late, people=[cast.anna.user.id, cast.bo.user.id], by=by,
                    **where,
                )  # fmt: skip

    def counted() -> dict[tuple[str, UUID], int]:
        return {(url, m.user.id): _count(m, url) for url in urls for m in (cast.anna, cast.bo)}

    fill(6)
    one = repeat(cast.bo, cast.anna, unit_id=cast.nord.id, count=2)[0]
    urls.append(reverse("platform.appointment", args=[one.id]))
    few = counted()
    fill(194)
    repeat(cast.bo, cast.anna, unit_id=cast.nord.id, count=5)
    assert counted() == few
    assert max(few.values()) <= 45
