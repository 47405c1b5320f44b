"""The feed of a calendar: times, one sentence and a link; a secret address that ends with the login."""

from __future__ import annotations

import datetime as dt
from typing import Any

import icalendar
import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from heretask.admin.users import actions as users
from heretask.config import provision
from heretask.kernel.access.addressed import To
from heretask.kernel.evidence.measuring import MEASURES, State
from heretask.kernel.identity.models import User
from heretask.kernel.identity.sessions import operator
from heretask.kernel.log.models import Event
from heretask.kernel.outbox import evidence as outbox_evidence
from heretask.kernel.rhythm import moment
from heretask.platform.calendar import actions, evidence, feeds
from heretask.platform.calendar.feed import CALENDAR
from heretask.platform.calendar.models import Appointment, Feed
from heretask.platform.calendar.policies import Span, Words
from heretask.platform.tasks import actions as tasks
from heretask.platform.tasks.policies import Words as Task
from tests.cast import Cast, Member
from tests.database import superuser
from tests.social.people import make_citizen, new_events

ALLOWED = {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "URL", "CLASS"}
PRIVATE = ("Birthe", "Holm", "Statusmøde", "Torvet", "Nord", "Anna", "Skov", "Bo", "Friis", "solsikken", "Husk")


def secret_of(member: Member) -> str:
    with member.inside() as by:
        return feeds.make(CALENDAR, by=by)


def fetch(secret: str) -> Any:
    """As a calendar program does: without a session."""
    client = Client(raise_request_exception=False, headers={"host": "localhost"})
    client.defaults["wsgi.url_scheme"] = "https"
    return client.get(reverse("calendar_feed", args=[secret]))


def busy(answer: Any) -> list[Any]:
    return list(icalendar.Calendar.from_ical(answer.content).walk("VEVENT"))


def plan(cast: Cast) -> list[Appointment]:
    """About a citizen with words of every kind, one of a whole day, and one cancelled."""
    citizen = make_citizen(cast, "Birthe Holm", room="4")
    day = timezone.localdate() + dt.timedelta(days=1)
    timed = Span(moment(day, dt.time(10)), moment(day, dt.time(11)))
    whole = Span(moment(day, dt.time()), moment(day + dt.timedelta(days=2), dt.time()), timed=False)
    made = []
    with cast.bo.inside() as by:
        given: dict[str, Any] = {"people": [cast.anna.user.id, cast.bo.user.id], "by": by}
        words = Words("Statusmøde om Birthe Holm", "Torvet 4, Nord", "Husk 010150-0000")
        made.append(actions.make(words=words, span=timed, citizen_id=citizen.id, **given))
        made.append(actions.make(words=Words("Kursus i Nord"), span=whole, unit_id=cast.nord.id, **given))
        made.append(actions.make(words=Words("Aflyst"), span=timed, **given))
        actions.cancel(made[-1].id, by=by)
    return made


def test_it_holds_times_a_sentence_and_a_link_and_not_a_word_more(cast: Cast) -> None:
    made = plan(cast)
    answer = fetch(secret_of(cast.anna))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Cache-Control"] == "no-store"
    text = feeds.unfolded(answer.content)
    assert [word for word in PRIVATE if word.casefold() in text.casefold().replace("heretask", "")] == []
    assert "0101" not in text.replace(str(made[0].id), "").replace(str(made[1].id), "")
    found = busy(answer)
    assert [set(one.keys()) <= ALLOWED for one in found] == [True, True]
    assert {str(one["SUMMARY"]) for one in found} == {"Aftale, se HereTask"}
    starts = {one["DTSTART"].dt for one in found}
    assert starts == {made[0].starts_at, timezone.localdate() + dt.timedelta(days=1)}
    assert {str(one["URL"]).rsplit("/", 2)[1] for one in found} == {str(made[0].id), str(made[1].id)}
    whole = next(one for one in found if not isinstance(one["DTSTART"].dt, dt.datetime))
    assert whole["DTEND"].dt - whole["DTSTART"].dt == dt.timedelta(days=2)


def test_tasks_with_a_time_that_are_to_oneself_stand_there_without_a_word(cast: Cast) -> None:
    citizen = make_citizen(cast, "Birthe Holm", room="4")
    due = moment(timezone.localdate() + dt.timedelta(days=1), dt.time(14))
    with cast.bo.inside() as by:
        given: dict[str, Any] = {"words": Task("Ring til Birthe Holm"), "due_at": due, "by": by}
        anna, nord = To.person(cast.anna.user.id), To.unit(cast.nord.id)
        mine = tasks.make_task(to=anna, timed=True, citizen_id=citizen.id, **given)
        tasks.make_task(to=anna, timed=False, **given)  # the day alone
        tasks.make_task(to=nord, timed=True, **given)  # everybody's
        tasks.tick(tasks.make_task(to=anna, timed=True, **given).id, by=by)
    answer = fetch(secret_of(cast.anna))
    (one,) = busy(answer)
    assert (str(one["SUMMARY"]), one["DTSTART"].dt, str(one["TRANSP"])) == ("Opgave, se HereTask", due, "TRANSPARENT")
    assert str(one["URL"]).endswith(reverse("platform.task", args=[mine.id]))
    text = feeds.unfolded(answer.content)
    assert [word for word in PRIVATE if word.casefold() in text.casefold().replace("heretask", "")] == []
    with cast.eva.inside():
        way = evidence.look()
        assert [text.text.count("BEGIN:VEVENT") for text in way.texts] == [1]
        assert outbox_evidence._leaks_among(list(way.texts)) == 0


def test_the_uid_stays_when_it_is_moved(cast: Cast) -> None:
    row = plan(cast)[1]
    secret = secret_of(cast.anna)
    before = {str(one["UID"]) for one in busy(fetch(secret))}
    with cast.bo.inside() as by:
        day = timezone.localdate() + dt.timedelta(days=5)
        later = Span(moment(day, dt.time(8)), moment(day, dt.time(9)))
        actions.change(row.id, words=Words("Andet"), span=later, people=[cast.anna.user.id], by=by)
    assert {str(one["UID"]) for one in busy(fetch(secret))} == before


def test_it_is_ones_own_and_nobody_elses(cast: Cast) -> None:
    plan(cast)
    assert busy(fetch(secret_of(cast.clara))) == []
    assert busy(fetch(secret_of(cast.dan))) == []
    assert len(busy(fetch(secret_of(cast.bo)))) == 2


@pytest.mark.parametrize("secret", ["x", "x" * 43, "A" * 200])
def test_anything_else_is_not_found(cast: Cast, secret: str) -> None:
    assert fetch(secret).status_code == 404


def test_a_new_address_ends_the_one_before_and_the_secret_is_kept_as_a_hash(cast: Cast) -> None:
    old, new = secret_of(cast.anna), secret_of(cast.anna)
    assert fetch(old).status_code == 404
    assert fetch(new).status_code == 200
    with superuser() as admin:
        kept = admin.execute("select token_hash::text from platform_calendar_feed").fetchall()
        assert new not in str(kept)
    with cast.anna.inside() as by:
        feeds.end(CALENDAR, by=by)
    assert fetch(new).status_code == 404


@pytest.mark.parametrize("how", ["closed", "closed and opened again", "suspended", "customer"])
def test_it_ends_with_the_login(cast: Cast, how: str) -> None:
    secret = secret_of(cast.anna)
    assert fetch(secret).status_code == 200
    if how.startswith("closed"):
        with operator(cast.solsikken, "test"):
            by = provision.operator_of(cast.solsikken)
            users.deactivate_user(user=User.objects.get(id=cast.anna.user.id), by=by)
            if how == "closed and opened again":
                users.reactivate_user(user=User.objects.get(id=cast.anna.user.id), by=by)
    else:
        change = {
            "suspended": "update kernel_user set suspended_at = now() where customer_id = %s",
            "customer": "update kernel_customer set active = false where id = %s",
        }[how]
        with superuser() as admin:
            admin.execute("set session_replication_role = replica")  # past what guards a login
            admin.execute(change, [cast.solsikken.id])
    assert fetch(secret).status_code == 404


def test_the_log_says_so_once_an_hour(cast: Cast) -> None:
    secret = secret_of(cast.anna)
    events: list[Event] = []
    with new_events(cast.solsikken, events):
        for _time in range(3):
            fetch(secret)
        with superuser() as admin:
            admin.execute(
                "update platform_calendar_feed set noted_at = noted_at - interval '61 minutes' where customer_id = %s",
                [cast.solsikken.id],
            )
        fetch(secret)
    given = [e for e in events if e.action == "platform.calendar.feed_given"]
    assert [e.actor for e in given] == [cast.anna.user.id] * 2
    with cast.anna.inside():
        assert Feed.objects.get().given == 4


def test_a_network_that_asks_too_often_must_wait(cast: Cast) -> None:
    secret = secret_of(cast.anna)
    with superuser() as admin:
        admin.execute(
            "insert into kernel_throttle (scope, key, started, tries) values ('calendar', '127.0.0.1', now(), 300)"
            " on conflict (scope, key) do update set started = now(), tries = 300"
        )
        try:
            answer = fetch(secret)
        finally:
            admin.execute("delete from kernel_throttle where scope = 'calendar'")
    assert (answer.status_code, answer["Retry-After"]) == (429, "900")
    assert fetch(secret).status_code == 200


def test_the_databases_door_reads_no_word() -> None:
    with superuser() as admin:
        readable: Any = admin.execute(
            "select array_agg(column_name::text order by column_name) from information_schema.column_privileges"
            " where grantee = 'ht_feed' and table_name = 'platform_calendar_appointment'"
        ).fetchone()
        tasks_readable: Any = admin.execute(
            "select array_agg(column_name::text order by column_name) from information_schema.column_privileges"
            " where grantee = 'ht_feed' and table_name = 'platform_tasks_task'"
        ).fetchone()
    assert readable[0] == ["cancelled_at", "changed_at", "customer_id", "ends_at", "id", "starts_at", "timed"]
    assert tasks_readable[0] == [
        "customer_id",
        "done_at",
        "dropped_at",
        "due_at",
        "id",
        "made_at",
        "timed",
        "to_user_id",
    ]


def test_the_web_cannot_ask_the_door_whose_secret_it_is(cast: Cast) -> None:
    from django.db import ProgrammingError

    with (
        cast.anna.inside(),
        connections["default"].cursor() as cursor,
        pytest.raises(ProgrammingError, match="permission denied"),
    ):
        cursor.execute("select * from ht.calendar_feed('x')")


def test_the_page_shows_the_address_once(cast: Cast) -> None:
    client = cast.anna.client()
    url = reverse("platform.calendar_feed")
    assert "Du har ingen adresse" in client.get(url).content.decode()
    page = client.post(url).content.decode()
    address = page.split('value="https://')[1].split('"')[0]
    assert fetch(address.rsplit("/", 1)[1].removesuffix(".ics")).status_code == 200
    again = client.get(url).content.decode()
    assert "Du har en adresse" in again
    assert address not in again
    assert client.post(reverse("platform.calendar_feed_end")).status_code == 302
    assert "Du har ingen adresse" in client.get(url).content.decode()


def test_what_is_given_is_counted_and_looked_through(cast: Cast) -> None:
    """DATA-5: the measurement makes each feed anew; a name or a number in one would break the promise."""
    plan(cast)
    fetch(secret_of(cast.anna))
    with cast.eva.inside():
        found = MEASURES["DATA-5"].function()
        assert (found.state, found.sample["feeds_given"]) == (State.HOLDS, 1)
        assert found.figure.startswith("0 / ")
        now = timezone.now()
        clean = evidence.looked_through(
            [(cast.anna.user.id, now, now, True, now), (cast.bo.user.id, now, None, True, now)]
        )
        assert outbox_evidence._leaks_among([clean]) == 0
        for wrong in ("DESCRIPTION:Anna Skov", "LOCATION:010150-0000"):
            bad = type(clean)(clean.text + wrong, clean.fixed, clean.ours)
            assert outbox_evidence._leaks_among([clean, bad]) == 1
