"""Sessions end when they must: idle, absolute, ended by others; and polling never prolongs one."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db.models import F
from django.utils import timezone

from heretask.kernel.identity.models import Session
from heretask.kernel.identity.sessions import end_forgotten, touch
from tests import database
from tests.cast import Cast, Member


def idle_for(member: Member, seconds: float) -> None:
    """Move the last act back; the moving of a date stands for waiting."""
    Session.objects.filter(user_id=member.user.id, ended_at=None).update(
        last_act=F("last_act") - dt.timedelta(seconds=seconds)
    )


def last_event(member: Member) -> tuple[str, str]:
    with database.superuser() as admin:
        row = admin.execute(
            "select action, outcome from kernel_event where customer_id = %s and actor = %s order by at desc limit 1",
            [member.customer.id, member.user.id],
        ).fetchone()
    assert row is not None
    return str(row[0]), str(row[1])


def test_idle_session_ends_at_300_seconds(cast: Cast) -> None:
    client = cast.anna.client()
    idle_for(cast.anna, 290)
    assert client.get("/platform/today/").status_code == 200
    idle_for(cast.anna, 301)
    answer = client.get("/platform/today/")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/sign-in/?next=%2Fplatform%2Ftoday%2F&why=idle"
    assert last_event(cast.anna) == ("identity.idled", "idle")


def test_polling_never_prolongs(cast: Cast) -> None:
    client = cast.anna.client()
    for _ in range(11):  # a poll every 30 s
        idle_for(cast.anna, 30)
        client.get("/platform/session/")
    assert client.get("/platform/session/").status_code == 401
    assert client.get("/platform/today/").status_code == 302


def test_a_persons_act_prolongs(cast: Cast) -> None:
    client = cast.anna.client()
    for _ in range(11):
        idle_for(cast.anna, 30)
        assert client.post("/platform/session/acted/").status_code == 204
    assert client.get("/platform/session/").json()["alive"] is True


def test_an_act_told_late_counts_from_when_it_was(cast: Cast) -> None:
    client = cast.anna.client()
    idle_for(cast.anna, 280)
    client.post("/platform/session/acted/", {"ago": "30"})
    assert 268 <= client.get("/platform/session/").json()["seconds_left"] <= 270


@pytest.mark.parametrize("ago", ["-500", "nan", "1e99", "x", ""])
def test_hostile_ago_never_prolongs_beyond_now(cast: Cast, ago: str) -> None:
    client = cast.anna.client()
    client.post("/platform/session/acted/", {"ago": ago})
    left = client.get("/platform/session/")
    assert left.status_code == 401 or left.json()["seconds_left"] <= 300


def test_refused_act_prolongs_as_well(cast: Cast) -> None:
    client = cast.anna.client()
    idle_for(cast.anna, 200)
    assert client.get("/admin/users/").status_code == 403
    assert client.get("/platform/session/").json()["seconds_left"] >= 298


def test_absolute_limit(cast: Cast) -> None:
    client = cast.anna.client()
    Session.objects.filter(user_id=cast.anna.user.id).update(ends_at=timezone.now())
    assert client.get("/platform/today/").headers["Location"].endswith("why=absolute")


def test_longest_gap_is_kept(cast: Cast) -> None:
    client = cast.anna.client()
    idle_for(cast.anna, 120)
    client.get("/platform/today/")
    client.get("/platform/today/")
    assert 119 <= Session.objects.get(user_id=cast.anna.user.id).longest_gap <= 125


def test_forgotten_sessions_end_by_themselves_with_an_event(cast: Cast) -> None:
    cast.anna.client()
    idle_for(cast.anna, 400)
    assert end_forgotten() >= 1
    session = Session.objects.get(user_id=cast.anna.user.id)
    assert session.end_reason == "idle"
    assert session.ended_at is not None
    assert (session.ended_at - session.last_act).total_seconds() == 300
    assert last_event(cast.anna) == ("identity.idled", "idle")


def test_customer_may_choose_less_than_five_minutes(cast: Cast) -> None:
    cast.solsikken.idle_seconds = 120
    cast.solsikken.save(using="owner")
    from tests.platform.test_signing_in import browser, give_code, give_password

    client = browser()
    give_password(client, cast.bo)
    give_code(client)
    idle_for(cast.bo, 121)
    assert client.get("/platform/today/").status_code == 302


def test_database_refuses_more_than_five_minutes(cast: Cast) -> None:
    from django.db import IntegrityError

    cast.anna.client()
    with pytest.raises(IntegrityError):
        Session.objects.filter(user_id=cast.anna.user.id).update(idle_limit=301)


def test_signing_out_ends_the_session_and_only_it_deletes_the_cookie(cast: Cast) -> None:
    client = cast.anna.client()
    token = client.cookies["__Host-ht"].value
    answer = client.post("/sign-out/")
    assert answer.cookies["__Host-ht"].value == ""
    assert touch(token, acted=True).state == "ended"
    client.cookies["__Host-ht"] = token
    assert "__Host-ht" not in client.get("/platform/today/").cookies


def test_nothing_may_be_kept_by_a_browser(cast: Cast) -> None:
    client = cast.anna.client()
    for url in ("/platform/today/", "/platform/account/", "/sign-in/", "/platform/session/", "/nowhere/"):
        answer = client.get(url)
        assert answer.headers["Cache-Control"] == "no-store"
        assert "unsafe" not in answer.headers["Content-Security-Policy"]


def test_slow_old_request_never_moves_the_clock_back(cast: Cast) -> None:
    client = cast.anna.client()
    before = Session.objects.get(user_id=cast.anna.user.id).last_act
    client.post("/platform/session/acted/", {"ago": "200"})
    assert Session.objects.get(user_id=cast.anna.user.id).last_act >= before
