"""The annual wheel: planned once, closed with proof, handed over, shown and given to a calendar program."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import icalendar
import pytest
from django.db import DatabaseError, connections, transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import override

from heretask.kernel.access.decide import Denied
from heretask.kernel.evidence.promises import PROMISES
from heretask.kernel.identity.sessions import operator
from heretask.kernel.log.models import Event
from heretask.kernel.outbox import guard
from heretask.kernel.rhythm import holidays_of
from heretask.platform.calendar import feeds
from heretask.system.records.models import Closing, Duty
from heretask.system.records.rules import RULES
from heretask.system.staff import queries as staff
from heretask.system.wheel import actions, drawing, evidence, policies, queries
from heretask.system.wheel import feed as wheel_feed
from heretask.system.wheel.models import Assigned
from heretask.system.wheel.policies import Refused
from tests import database
from tests.cast import Member, supplier
from tests.system.test_assessment import manager
from tests.system.test_staff import newcomer
from tests.system.wheel import emptied, moved, turned
from tests.work import work

WHEEL = "/system/wheel/"
TODAY = timezone.localdate()


@pytest.fixture(autouse=True)
def _empty() -> Iterator[None]:
    """Each test begins before the year was planned."""
    emptied()
    yield
    emptied()


def open_of(rule: str) -> Duty:
    """The newest duty of a rule."""
    with operator(supplier(), "test"):
        return Duty.objects.filter(rule=rule, entry__isnull=True).latest("id")


def entry_of(member: Member) -> Any:
    with operator(supplier(), "test"):
        found = staff.own(member.user.id)
    assert found is not None
    return found.item


def test_each_rule_has_a_season_a_page_that_there_is_and_says_what_closes_it() -> None:
    found = queries.rules()
    assert len(found) >= 12
    for rule in found:
        assert 1 <= rule.season <= 12, rule.key
        assert str(rule.proof), rule.key
        try:
            assert reverse(rule.page), rule.key
        except NoReverseMatch:
            pytest.fail(f"{rule.key} names no page")


def test_the_first_day_is_the_last_workday_of_the_season_two_weeks_ahead_at_least() -> None:
    for rule in queries.rules():
        step = min(12, rule.months)
        for start in range(0, 730, 9):
            today = dt.date(2026, 1, 1) + dt.timedelta(days=start)
            day = policies.first_due(rule, today)
            assert day >= today + dt.timedelta(days=14)
            assert (day.month - rule.season) % step == 0
            assert day.weekday() < 5
            assert day not in holidays_of(day.year)
            rest = [day + dt.timedelta(days=n) for n in range(1, 8)]
            assert all(d.month != day.month or d.weekday() > 4 or d in holidays_of(d.year) for d in rest)
            assert (day - today).days <= 31 * step + 45


def test_it_turns_once_however_often_and_by_how_many_at_once() -> None:
    with ThreadPoolExecutor(4) as pool:

        def one(_number: int) -> int:
            try:
                return turned(TODAY)
            finally:
                connections.close_all()

        assert sorted(pool.map(one, range(4))) == [0, 0, 0, len(queries.rules())]
    with operator(supplier(), "test"):
        keys = list(Duty.objects.filter(entry__isnull=True).values_list("rule", flat=True))
    assert sorted(keys) == sorted(rule.key for rule in queries.rules())
    assert turned(TODAY + dt.timedelta(days=40)) == 0


def test_the_clock_turns_it_at_night() -> None:
    with database.superuser() as admin:
        admin.execute("select ht.tick_supplier(%s, now(), 30)", [queries.TASK])
    work()
    with operator(supplier(), "test"):
        assert Duty.objects.filter(entry__isnull=True).count() == len(queries.rules())


def test_management_plans_the_year_by_the_page_and_closes_a_duty_with_a_note() -> None:
    grethe = manager()
    client = grethe.client()
    page = client.get(WHEEL).content.decode()
    assert "Året er ikke planlagt endnu" in page
    assert client.post(WHEEL + "plan/").status_code == 302
    page = client.get(WHEEL).content.decode()
    assert page.count('class="wheel-link"') == len(queries.rules())
    first = open_of("wheel.restore")
    url = f"{WHEEL}{first.id}/"
    for day, note, said in (
        ((TODAY - dt.timedelta(days=1)).isoformat(), "Genskabt på en gammel server", "tidligere periode"),
        ((TODAY + dt.timedelta(days=1)).isoformat(), "Genskabt på en gammel server", "har ikke været endnu"),
        (TODAY.isoformat(), "  ", ""),
    ):
        answer = client.post(url + "close/", {"day": day, "note": note})
        assert answer.status_code == 422
        assert said in answer.content.decode()
        assert note.strip() in answer.content.decode()  # nothing is lost
    assert (
        client.post(url + "close/", {"day": TODAY.isoformat(), "note": "Genskabt på HT-7, 41 min."}).status_code == 302
    )
    second = open_of("wheel.restore")
    assert second.id != first.id
    page = client.get(url).content.decode()
    assert "Genskabt på HT-7, 41 min." in page
    assert f"{WHEEL}{second.id}/close/" not in page or "tidligere periode" not in page
    again = client.post(url + "close/", {"day": TODAY.isoformat(), "note": "igen"})
    assert again.status_code == 422
    assert "allerede lukket" in again.content.decode()
    with operator(supplier(), "test"):
        assert Closing.objects.filter(duty_id=first.id).count() == 1
        told = set(Event.objects.filter(object_id=first.id).values_list("action", flat=True))
    assert {"system.records.planned", "system.wheel.closed", "system.wheel.duty_read"} <= told


def test_what_closes_where_it_is_done_is_not_closed_with_words(monkeypatch: pytest.MonkeyPatch) -> None:
    import dataclasses

    from heretask.system.records.rules import a_thing

    thing = dataclasses.replace(RULES["wheel.restore"], accepts=a_thing("minutes"))
    monkeypatch.setitem(RULES, thing.key, thing)
    turned(TODAY)
    duty = open_of("wheel.restore")
    client = manager().client()
    page = client.get(f"{WHEEL}{duty.id}/").content.decode()
    assert 'name="note"' not in page
    assert reverse(thing.page) in page
    answer = client.post(f"{WHEEL}{duty.id}/close/", {"day": TODAY.isoformat(), "note": "x"})
    assert answer.status_code == 422
    with manager().inside() as by, pytest.raises(Refused, match="ikke her"):
        actions.close(duty.id, done_on=TODAY, note="x", by=by)


def test_a_developer_reads_the_wheel_and_closes_nothing_whatever_way() -> None:
    turned(TODAY)
    duty, finn = open_of("wheel.portal"), newcomer()
    client = finn.client()
    with manager().inside() as by:
        actions.close(duty.id, done_on=TODAY, note="Hemmelige ord om portalen", by=by)
    page = client.get(f"{WHEEL}{duty.id}/")
    assert page.status_code == 200
    assert "Hemmelige ord" not in page.content.decode()
    other = open_of("wheel.source")
    for path in ("close/", "hand-over/"):
        assert (
            client.post(f"{WHEEL}{other.id}/{path}", {"day": TODAY.isoformat(), "note": "x", "why": "x"}).status_code
            == 403
        )
    assert client.post(WHEEL + "plan/").status_code == 403
    assert client.get("/system/monday/").status_code == 403
    with finn.inside() as by, pytest.raises(Denied):
        actions.turn(TODAY, by=by)
    with finn.inside():
        for row in (Closing(duty=other, done_on=TODAY), Assigned(duty=other)):
            with pytest.raises(DatabaseError, match="only Management"), transaction.atomic():
                row.save(force_insert=True)


def test_a_duty_is_handed_over_with_a_reason_and_stands_with_who_answers() -> None:
    turned(TODAY)
    grethe, finn = manager(), newcomer()
    duty, person = open_of("wheel.source"), entry_of(finn)
    url = f"{WHEEL}{duty.id}/hand-over/"
    client = grethe.client()
    assert client.post(url, {"person": str(person.id), "why": " "}).status_code == 422
    with grethe.inside() as by, pytest.raises(Refused):
        actions.hand_over(duty.id, person.id, why=" ", by=by)
    assert client.post(url, {"person": str(person.id), "why": "Finn kender lageret"}).status_code == 302
    assert client.post(url, {"person": str(person.id), "why": "igen"}).status_code == 422
    assert "Gennemgå udvikleres rettigheder" in finn.client().get("/system/staff/mine/").content.decode()
    assert "Gennemgå udvikleres rettigheder" not in finn.client().get("/platform/today/").content.decode()
    moved((duty.due_on - TODAY).days - 3)
    assert "3 dage igen" in finn.client().get("/platform/today/").content.decode()
    with grethe.inside() as by:
        actions.close(duty.id, done_on=TODAY, note="Gennemgået", by=by)
        spoke = next(s for s in queries.wheel(TODAY) if s.rule.key == "wheel.source")
        assert spoke.person is not None
        assert spoke.person.id == person.id  # for the next one, too
        assert spoke.open is not None
        actions.hand_over(spoke.open.duty.id, None, why="Finn er på orlov", by=by)
        spoke = next(s for s in queries.wheel(TODAY) if s.rule.key == "wheel.source")
        assert spoke.person is None
        assert [h.why for h in queries.handings(spoke.rule)] == ["Finn er på orlov", "Finn kender lageret"]
    with database.superuser() as admin:
        rows = admin.execute("select why, done_by from system_wheel_assigned where duty_id = %s", [duty.id]).fetchall()
    assert "Finn" not in str(rows[0][0])
    assert rows[0][1] == grethe.user.id


def test_who_has_left_answers_for_nothing() -> None:
    turned(TODAY)
    finn = newcomer()
    duty, person = open_of("wheel.notices"), entry_of(finn)
    with manager().inside() as by:
        actions.hand_over(duty.id, person.id, why="Skriver brevene", by=by)
        from heretask.system.staff import actions as employing

        employing.leave(person, left_on=TODAY, by=by)
        assert next(s for s in queries.wheel(TODAY) if s.rule.key == "wheel.notices").person is None
        with pytest.raises(Refused):
            actions.hand_over(duty.id, person.id, why="x", by=by)


def fetch(secret: str, name: str = "wheel_feed") -> Any:
    """As a calendar program does: without a session."""
    client = Client(raise_request_exception=False, headers={"host": "localhost"})
    client.defaults["wsgi.url_scheme"] = "https"
    return client.get(reverse(name, args=[secret]))


def test_a_calendar_program_is_given_sentences_and_days_and_no_name() -> None:
    turned(TODAY)
    finn, grethe = newcomer(), manager()
    duty, person = open_of("wheel.source"), entry_of(finn)
    with grethe.inside() as by:
        first = feeds.make(wheel_feed.WHEEL, by=by)
        secret = feeds.make(wheel_feed.WHEEL, by=by)
        actions.hand_over(duty.id, person.id, why="Finn kender lageret", by=by)
    assert fetch(first).status_code == 404  # the new one ended it
    assert fetch(secret, "calendar_feed").status_code == 404  # an address of one kind is none of another
    answer = fetch(secret)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    found: list[Any] = list(icalendar.Calendar.from_ical(answer.content).walk("VEVENT"))
    with override("da"):
        assert {str(one["SUMMARY"]) for one in found} == {str(rule.sentence) for rule in queries.rules()}
    assert {one["DTSTART"].dt for one in found} == {open_of(rule.key).due_on for rule in queries.rules()}
    text = re.sub(r"\r\n ", "", answer.content.decode())
    assert [word for word in ("Nik", "Ny", "Grethe", "lageret", "heretask@") if re.search(rf"\b{word}\b", text)] == []
    with grethe.inside() as by:
        assert Event.objects.filter(action="system.wheel.feed_given", actor=grethe.user.id).count() == 1
        feeds.end(wheel_feed.WHEEL, by=by)
    assert fetch(secret).status_code == 404
    assert fetch("x" * 43).status_code == 404
    with finn.inside() as by:
        other = feeds.make(wheel_feed.WHEEL, by=by)
    assert fetch(other).status_code == 200
    with operator(supplier(), "test"):
        way = evidence.look()
        assert (way.given, len(way.texts), way.words_possible) == (2, 1, False)
        words = guard.foreign_words(way.texts[0].text, way.texts[0].fixed, way.texts[0].ours)
        assert not guard.names_among(words)
    with database.superuser() as admin:
        admin.execute("grant select (note) on system_records_closing to ht_feed")
        try:
            with operator(supplier(), "test"):
                assert evidence.look().words_possible
        finally:
            admin.execute("revoke select (note) on system_records_closing from ht_feed")
        admin.execute("update kernel_assignment set ended_at = now() where user_id = %s", [finn.user.id])
    assert fetch(other).status_code == 404  # no role of the supplier's any more


def test_other_customers_see_no_row_of_the_wheel(cast: Any) -> None:
    turned(TODAY)
    with cast.eva.inside():
        assert not Duty.objects.exists()
        assert not Assigned.objects.exists()
    assert cast.eva.client().get(WHEEL).status_code == 403


def test_marks_in_the_drawing_never_lie_on_each_other() -> None:
    days = [dt.date(2026, month, 28) for month in range(1, 13)]
    marks = drawing.placed((day, number) for number in range(3) for day in days)
    assert len(marks) == 36
    for one in marks:
        near = [math.dist((one.x, one.y), (m.x, m.y)) for m in marks if m is not one]
        assert min(near) >= drawing.APART
        assert 0 < one.x < drawing.SIZE
        assert 0 < one.y < drawing.SIZE


def test_each_duty_of_people_that_we_promise_has_a_rule() -> None:
    """But those whose features are not there yet, and paper (DATA-6), which is a duty of whoever printed it."""
    elsewhere = {
        "DATA-6", "PROT-2", "PROT-3", "REMOTE-1", "BREACH-2", "NOTIFY-1", "PHYS-1", "PHYS-2", "MON-1", "CONT-1",
        "CONT-2", "REVIEW-1", "REVIEW-2", "SUB-1", "SUB-2",
    }  # fmt: skip
    planned = {promise for rule in RULES.values() for promise in rule.promises}
    assert {key for key, promise in PROMISES.items() if "D" in promise.kinds} - planned <= elsewhere
