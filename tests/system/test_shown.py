"""The summary for strangers: not there until Management shows it, and then nothing but sentences, states and days."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

import pytest
from django.db import connections, transaction
from django.test import Client
from django.utils import timezone

from heretask.kernel.access.decide import Denied
from heretask.kernel.evidence.measuring import State
from heretask.kernel.evidence.promises import PROMISES
from heretask.kernel.log.models import Event
from heretask.system.assessment import actions, queries, views
from heretask.system.assessment.models import Showing
from tests import database
from tests.cast import Cast
from tests.management import Two, two_managers
from tests.system.test_assessment import store

PAGE, ACT = "/assessment/", "/system/assessment/show/"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')


@pytest.fixture
def two(cast: Cast) -> Iterator[Two]:
    """Management; of all the customers that tests have made, this test's two and the supplier count."""
    with two_managers() as found, database.superuser() as admin:
        kept = [cast.solsikken.id, cast.fyrtaarnet.id]
        others = "select id from kernel_customer where active and kind = 'provider' and not id = any(%s)"
        away = [row[0] for row in admin.execute(others, [kept]).fetchall()]
        admin.execute("update kernel_customer set active = false where id = any(%s)", [away])
        queries._shown_in.cache_clear()
        yield found
        with found.grethe.inside() as by:
            actions.show_to_all(shown=False, by=by)
        admin.execute("update kernel_customer set active = true where id = any(%s)", [away])


def switch(two: Two, word: str) -> None:
    answer = two.grethe.client().post(ACT, {"shown": word})
    assert answer.status_code == 302, answer.content
    queries._shown_in.cache_clear()


def look(language: str = "da") -> str:
    client = Client(headers={"accept-language": language})
    client.cookies["__Host-language"] = language
    answer = client.get(PAGE, secure=True)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    return TOKEN.sub("", answer.content.decode())


def states(page: str) -> dict[str, str]:
    """The state of each promise, as the page draws it."""
    rows = re.findall(r'row-lead">([A-Z]+-\d)</span>.*?data-state="(\w+)"', page, re.DOTALL)
    assert len(rows) == len(PROMISES)
    return dict(rows)


def test_it_is_not_there_until_management_shows_it(two: Two, cast: Cast) -> None:
    client = Client()
    nothing = client.get("/assessment/nowhere/", secure=True)
    answer = client.get(PAGE, secure=True)
    assert answer.status_code == nothing.status_code == 404
    assert TOKEN.sub("", answer.content.decode()).replace(PAGE, "") == TOKEN.sub("", nothing.content.decode()).replace(
        "/assessment/nowhere/", ""
    )
    assert PAGE not in client.get("/sign-in/", secure=True).content.decode().replace("/system/assessment/", "")
    assert "Vis det for alle" in two.grethe.client().get("/system/assessment/").content.decode()
    switch(two, "yes")
    look()
    assert f'href="{PAGE}"' in client.get("/sign-in/", secure=True).content.decode()
    assert "Vis det ikke længere" in two.grethe.client().get("/system/assessment/").content.decode()
    switch(two, "yes")  # twice the same is once
    switch(two, "no")
    assert client.get(PAGE, secure=True).status_code == 404
    with two.grethe.inside():
        told = Event.objects.filter(action__startswith="system.assessment.", actor=two.grethe.user.id)
        said = [one.action for one in told.order_by("at") if one.action.endswith((".shown", ".hidden"))]
        assert said == ["system.assessment.shown", "system.assessment.hidden"]
    assert cast.eva.client().post(ACT, {"shown": "yes"}).status_code == 403
    assert two.finn.client().post(ACT, {"shown": "yes"}).status_code == 403


def test_nobody_else_switches_it_on_whatever_way_they_try(two: Two, cast: Cast) -> None:
    for member in (two.finn, cast.eva):
        with member.inside() as by:
            with pytest.raises(Denied):
                actions.show_to_all(shown=True, by=by)
            with pytest.raises(Exception, match="only Management shows"), transaction.atomic():
                Showing.objects.create(shown=True)
    with database.superuser() as admin:  # a row of a customer's own means nothing
        admin.execute("set session_replication_role = replica")
        admin.execute(
            "insert into system_assessment_showing (id, customer_id, shown, done_at)"
            " values (gen_random_uuid(), %s, true, now() + interval '1 hour')",
            [cast.solsikken.id],
        )
    assert Client().get(PAGE, secure=True).status_code == 404
    store(cast.solsikken, "LOGIN-4", State.BROKEN)
    with connections["gate"].cursor() as cursor:
        cursor.execute("select count(*) from ht.shown_assessment(%s, interval '26 hours')", [list(PROMISES)])
        assert cursor.fetchone()[0] == 0  # while it is off, the door tells nothing


def test_nothing_leaves_but_sentences_states_and_days(two: Two, cast: Cast) -> None:
    store(cast.solsikken, "LOGIN-4", State.BROKEN, "7771 / 8882", reason="Zebrafink")
    store(cast.fyrtaarnet, "LOGIN-4", State.HOLDS, "0 / 3")
    store(cast.solsikken, "DATA-2", State.HOLDS, "0 / 9993", hours=27)
    store(cast.solsikken, "DATA-6", State.DUE, "1 / 4")
    store(cast.fyrtaarnet, "DATA-6", State.HOLDS, "1 / 4")
    switch(two, "yes")
    page = look()
    found = states(page)
    assert found["LOGIN-4"] == "broken"
    assert found["DATA-2"] == found["WEB-1"] == "unknown"  # too old to be worth anything; never measured
    assert found["DATA-6"] == "due"
    assert "Holder ikke" in page
    assert "Does not hold" in look("en")
    secret = ["7771", "8882", "9993", "Zebrafink", "Solsikken", "Fyrtårnet", cast.solsikken.slug, cast.fyrtaarnet.slug]
    assert [word for word in secret if word in page] == []
    body = page[page.index("<main") : page.index("</main>")]
    assert re.findall(r"\d\d[.:]\d\d", body) == []  # no time of day
    assert "<details" not in body  # nor how it is measured
    with connections["gate"].cursor() as cursor:
        cursor.execute("select * from ht.shown_assessment(%s, interval '26 hours')", [list(PROMISES)])
        assert [column[0] for column in cursor.description] == ["promise", "state", "day"]
        assert {type(value) for row in cursor.fetchall() for value in row} == {str, dt.date}


def test_whose_promise_does_not_hold_cannot_be_told(two: Two, cast: Cast) -> None:
    """Byte for byte the same page, whichever customer it is."""
    pages = []
    for first, second in ((cast.solsikken, cast.fyrtaarnet), (cast.fyrtaarnet, cast.solsikken)):
        with database.superuser() as admin:
            admin.execute("set session_replication_role = replica")
            admin.execute("delete from kernel_evidence where promise = 'LOGIN-4'")
        store(first, "LOGIN-4", State.BROKEN)
        store(second, "LOGIN-4", State.HOLDS)
        switch(two, "yes")
        pages.append(look())
    assert states(pages[0])["LOGIN-4"] == "broken"
    assert pages[0] == pages[1]


def test_strangers_cost_little(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    """What they are told is asked of the database once a minute, and one network may look so often and no more."""
    switch(two, "yes")
    look()
    minute = int(timezone.now().timestamp() // 60)
    before = queries._shown_in.cache_info()
    look()
    after = queries._shown_in.cache_info()
    assert after.misses - before.misses == (int(timezone.now().timestamp() // 60) != minute)
    with database.superuser() as admin:
        admin.execute("delete from kernel_throttle where scope = 'assessment'")
    monkeypatch.setattr(views, "LOOKS", 3)
    answers = [Client().get(PAGE, secure=True).status_code for _look in range(5)]
    assert answers == [200, 200, 200, 429, 429]
    with database.superuser() as admin:
        admin.execute("delete from kernel_throttle where scope = 'assessment'")
