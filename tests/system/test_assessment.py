"""The page, its JSON and the command: nothing is claimed without a measurement, and nobody sees more than theirs."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from heretask.admin.users import actions as users
from heretask.config import assessing, provision
from heretask.kernel.access.models import Assignment
from heretask.kernel.db import catalogue
from heretask.kernel.evidence import running
from heretask.kernel.evidence.measuring import CUSTOMER, MEASURES, Result, State, keep, measure
from heretask.kernel.evidence.models import Evidence
from heretask.kernel.evidence.promises import PROMISES
from heretask.kernel.evidence.weighing import WORDS, Found, weigh
from heretask.kernel.identity.models import User
from heretask.kernel.identity.people import assignments_now
from heretask.kernel.identity.sessions import operator
from heretask.kernel.jobs.models import Job
from heretask.kernel.log.models import Event, StoredSearch
from heretask.kernel.tenancy.models import Customer
from heretask.system.assessment import queries
from heretask.system.assessment.words import SAMPLES, said_sample
from tests import database
from tests.cast import Cast, Member, make_member, supplier
from tests.social.people import make_citizen
from tests.work import work as run_jobs

PAGE, JSON = "/system/assessment/", "/system/assessment/json/"


def store(
    customer: Customer, promise: str, state: State, figure: str = "0 / 3", *, hours: float = 0, **sample: Any
) -> None:
    """A result as if it had been found so many hours ago."""
    with operator(customer, "test"):
        keep(MEASURES[promise], Result(state, figure, sample), 0.01, timezone.now() - dt.timedelta(hours=hours))


def manager(name: str = "grethe", role: str = "management") -> Member:
    """Somebody of the supplier; the role Management is held by two at most, so the same one is used again.

    Where another test had them step back, they hold the role again, and one of those who hold it now steps back.
    """
    own = supplier()
    with operator(own, "test"):
        by = provision.operator_of(own)
        there = User.objects.filter(user_name=name).first()
        if there is not None and assignments_now().filter(user_id=there.id, role=role).exists():
            return Member(there, own, "Grethe Lund")
        others = list(assignments_now().filter(role="management").order_by("made_at"))
        if role == "management" and len(others) >= 2:
            Assignment.objects.filter(id=others[0].id).update(ended_at=timezone.now())
        if there is None:
            return make_member(own, name, "Grethe Lund", role, None, by)
        users.give_role(user=there, role=role, unit=None, by=by)
    return Member(there, own, "Grethe Lund")


def objects(client: Client) -> dict[str, dict[str, Any]]:
    return {one["id"]: one for one in json.loads(client.get(JSON).content)}


def row_of(page: str, promise: str) -> str:
    found = re.search(rf'<tr role="row" class="table-cells-2" id="{promise}">.*?</tr>', page, re.DOTALL)
    assert found, promise
    return found[0]


def test_without_a_measurement_nothing_is_claimed(cast: Cast) -> None:
    page = cast.eva.client().get(PAGE).content.decode()
    for promise in PROMISES:
        assert "Ikke målt endnu" in row_of(page, promise) or "Not measured yet" in row_of(page, promise)
        assert 'data-state="ok"' not in row_of(page, promise)
    assert {one["state"] for one in objects(cast.eva.client()).values()} == {"not measured yet"}
    assert {(one["figure"], one["measured_at"]) for one in objects(cast.eva.client()).values()} == {(None, None)}


def test_a_result_is_shown_with_figure_sample_and_how(cast: Cast) -> None:
    store(cast.solsikken, "DATA-3", State.HOLDS, "287 s", sessions=41)
    row = row_of(cast.eva.client().get(PAGE).content.decode(), "DATA-3")
    assert 'data-state="ok"' in row
    assert "287 s" in row
    assert "<strong>41</strong>" in row
    assert 'class="strip"' in row
    assert "<details" in row
    assert objects(cast.eva.client())["DATA-3"]["state"] == "holds"


def test_broken_and_unknown_stand_on_top(cast: Cast) -> None:
    store(cast.solsikken, "LOGIN-4", State.BROKEN, "2 / 61")
    store(cast.solsikken, "DATA-1", State.UNKNOWN, "-")
    page = cast.eva.client().get(PAGE).content.decode()
    urgent = page[page.index('id="urgent"') : page.index("<table")]
    assert "LOGIN-4" in urgent
    assert "DATA-1" in urgent
    assert "LOGIN-3" not in urgent


def test_an_old_figure_is_never_one_that_holds(cast: Cast) -> None:
    store(cast.solsikken, "LOGIN-4", State.HOLDS, hours=26.1)
    store(cast.solsikken, "LOGIN-3", State.HOLDS, hours=25.9)
    found = objects(cast.eva.client())
    assert found["LOGIN-4"]["state"] == "unknown"
    assert found["LOGIN-3"]["state"] == "holds"
    assert 'data-state="ok"' not in row_of(cast.eva.client().get(PAGE).content.decode(), "LOGIN-4")


def test_the_newest_result_counts(cast: Cast) -> None:
    store(cast.solsikken, "LOGIN-4", State.BROKEN, hours=2)
    store(cast.solsikken, "LOGIN-4", State.HOLDS, hours=1)
    assert objects(cast.eva.client())["LOGIN-4"]["state"] == "holds"
    row = row_of(cast.eva.client().get(PAGE).content.decode(), "LOGIN-4")
    assert 'class="strip-broken"' in row  # the day keeps its worst


def test_a_customer_sees_its_own_alone(cast: Cast) -> None:
    store(cast.fyrtaarnet, "LOGIN-4", State.BROKEN, "9 / 9")
    assert objects(cast.eva.client())["LOGIN-4"]["state"] == "not measured yet"


def test_the_supplier_sees_the_worst_of_all(cast: Cast) -> None:
    store(cast.solsikken, "LOGIN-4", State.HOLDS, "0 / 61")
    store(cast.fyrtaarnet, "LOGIN-4", State.BROKEN, "1 / 9")
    one = objects(manager().client())["LOGIN-4"]
    assert one["state"] == "broken"
    assert one["customers"][cast.solsikken.slug] == {"state": "holds", "figure": "0 / 61"}
    assert one["customers"][cast.fyrtaarnet.slug] == {"state": "broken", "figure": "1 / 9"}
    row = row_of(manager().client().get(PAGE).content.decode(), "LOGIN-4")
    assert cast.fyrtaarnet.slug in row


def test_a_developer_sees_states_and_no_customers_names(cast: Cast) -> None:
    store(cast.solsikken, "LOGIN-4", State.HOLDS, "0 / 61")
    store(cast.fyrtaarnet, "LOGIN-4", State.HOLDS, "0 / 9")
    developer = manager("finn", "developer").client()
    row = row_of(developer.get(PAGE).content.decode(), "LOGIN-4")
    assert 'data-state="' in row
    assert cast.solsikken.slug not in row
    assert objects(developer)["LOGIN-4"]["customers"] == {}


@pytest.mark.parametrize("who", ["anna", "bo"])
def test_it_is_not_for_everybody(cast: Cast, who: str) -> None:
    client = getattr(cast, who).client()
    assert client.get(PAGE).status_code == 403
    assert client.get(JSON).status_code == 403


def test_a_customer_cannot_ask_what_the_supplier_may(cast: Cast) -> None:
    for question in ("select * from ht.evidence_summary(array['LOGIN-4'])", "select ht.measure_others(0)"):
        with cast.eva.inside(), pytest.raises(Exception, match="supplier alone"), transaction.atomic():
            connections["default"].cursor().execute(question)
        with pytest.raises(Exception, match="no live session"), transaction.atomic():
            connections["default"].cursor().execute(question)


def test_reading_is_in_the_log(cast: Cast) -> None:
    cast.eva.client().get(PAGE)
    cast.eva.client().get(JSON)
    with operator(cast.solsikken, "test"):
        assert Event.objects.filter(action="system.assessment.read", actor=cast.eva.user.id).count() == 2


@pytest.mark.parametrize("address", [PAGE, JSON])
def test_the_number_of_queries_does_not_grow(cast: Cast, address: str) -> None:
    def count(client: Client) -> int:
        with CaptureQueriesContext(connections["default"]) as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    eva, grethe = cast.eva.client(), manager().client()
    store(cast.solsikken, "LOGIN-4", State.HOLDS)
    before = count(eva), count(grethe)
    for promise in ("LOGIN-1", "LOGIN-2", "LOGIN-3", "DATA-2"):
        for hours in (1, 30, 300):
            store(cast.solsikken, promise, State.BROKEN, hours=hours)
            store(cast.fyrtaarnet, promise, State.BROKEN, hours=hours)
    assert (count(eva), count(grethe)) == before
    assert max(before) <= 10


def test_the_filter_shows_one_state(cast: Cast) -> None:
    store(cast.solsikken, "LOGIN-4", State.HOLDS)
    page = cast.eva.client().get(PAGE + "?state=ok").content.decode()
    assert 'id="LOGIN-4"' in page
    assert 'id="LOGIN-3"' not in page
    assert cast.eva.client().get(PAGE + "?state=%00<script>").status_code == 200


@pytest.fixture
def _nobody_else(cast: Cast) -> Iterator[None]:
    """Of all the customers that tests have made, this test's and our own are the ones with a contract."""
    kept = [cast.solsikken.id, cast.fyrtaarnet.id]
    with database.superuser() as admin:
        others = "select id from kernel_customer where active and kind = 'provider' and not id = any(%s)"
        away = [row[0] for row in admin.execute(others, [kept]).fetchall()]
        admin.execute("update procrastinate_jobs set status = 'cancelled' where status = 'todo'")
        admin.execute("update kernel_customer set active = false where id = any(%s)", [away])
        yield
        admin.execute("update kernel_customer set active = true where id = any(%s)", [away])


@pytest.mark.usefixtures("_nobody_else")
def test_measuring_now_is_managements_and_becomes_a_job(cast: Cast) -> None:
    grethe = manager()
    client = grethe.client()
    assert "/system/assessment/measure/" in client.get(PAGE).content.decode()
    assert "/system/assessment/measure/" not in cast.eva.client().get(PAGE).content.decode()
    assert cast.eva.client().post("/system/assessment/measure/").status_code == 403
    answer = client.post("/system/assessment/measure/")
    assert answer.status_code == 302, answer.content
    assert "/system/assessment/measuring/" in answer["Location"]
    assert client.get(answer["Location"]).status_code == 200
    assert client.get(answer["Location"] + "progress/").status_code == 200
    job = UUID(answer["Location"].split("/")[-2])
    with grethe.inside():
        assert queries.others(job) == queries.Others(0, 0, 2)
    with operator(cast.solsikken, "test"):
        assert Job.objects.filter(task=running.TASK, state="waiting").count() == 1
    assert cast.eva.client().get(answer["Location"]).status_code == 403
    with pytest.raises(DatabaseError, match="the supplier alone"), cast.eva.inside():
        queries.others(job)
    run_jobs()
    with grethe.inside():
        assert queries.others(job) == queries.Others(2, 0, 2)
    assert client.get(answer["Location"]).status_code == 302
    with operator(cast.solsikken, "test"):
        assert Evidence.objects.values("promise").distinct().count() == len(MEASURES)
        assert Event.objects.filter(action="evidence.measured", hits=len(MEASURES)).count() == 1
    with operator(supplier(), "test"):
        assert Event.objects.filter(action="system.assessment.asked", actor=grethe.user.id).exists()


def test_a_job_in_the_synthetic_customer_measures_nothing(cast: Cast) -> None:
    proof = provision.customer_called(provision.SYNTHETIC)
    assert not running.is_measured(proof)
    assert running.is_measured(cast.solsikken)
    assert running.is_measured(supplier())


@pytest.mark.usefixtures("_nobody_else")
def test_the_command_measures_every_customer(cast: Cast) -> None:
    weighed = assessing.assess_all()
    found = {one["id"]: one for one in json.loads(assessing.printed(weighed, as_json=True))}
    assert list(found) == list(PROMISES)
    measured = {id_ for id_, one in found.items() if one["state"] != "not measured yet"}
    assert measured == set(MEASURES)
    assert len(measured) >= 15
    for id_ in measured:
        assert found[id_]["state"] in set(WORDS.values())
        assert found[id_]["figure"]
        assert dt.datetime.fromisoformat(found[id_]["measured_at"])
        assert {cast.solsikken.slug, cast.fyrtaarnet.slug, supplier().slug} <= set(found[id_]["customers"])
        assert provision.SYNTHETIC not in found[id_]["customers"]
    assert all(found[id_]["figure"] is None for id_ in set(PROMISES) - measured)
    assert "LOGIN-4" in assessing.printed(weighed, as_json=False)


def test_one_that_fails_is_unknown_and_takes_no_other_with_it(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails() -> Result:
        connections["default"].cursor().execute("select 1/0")
        raise AssertionError

    found = MEASURES["LOGIN-3"]
    monkeypatch.setitem(MEASURES, "LOGIN-3", type(found)("LOGIN-3", CUSTOMER, fails, found.counts, found.how))
    with operator(cast.solsikken, "test"):
        done = {one.found.promise: one.result.state for one in running.measure_customer({})}
    assert done["LOGIN-3"] == State.UNKNOWN
    assert done["LOGIN-4"] == State.HOLDS


def test_results_never_change(cast: Cast) -> None:
    store(cast.solsikken, "LOGIN-4", State.BROKEN)
    with cast.eva.inside(), pytest.raises(Exception, match=r"permission denied|only ever grows"), transaction.atomic():
        Evidence.objects.update(state="ok")


def test_the_catalogue_has_no_faults() -> None:
    assert catalogue.faults() == []


def test_every_measurement_says_how_and_every_part_of_a_sample_has_a_word(cast: Cast) -> None:
    for found in MEASURES.values():
        assert len(str(found.how)) > 80, found.promise
        assert str(found.counts), found.promise
    with operator(cast.solsikken, "test"):
        for one in running.measure_customer(running.measure_installation()):
            assert set(one.result.sample) <= set(SAMPLES), one.found.promise
            assert "@" not in json.dumps(one.result.sample), "a sample names nobody"


def test_weighing() -> None:
    def found(state: str, figure: str, customer: str, hours: float = 0) -> Found:
        return Found("X", customer, "customer", state, figure, {}, timezone.now() - dt.timedelta(hours=hours))

    assert weigh("X", []).state == "none"
    assert weigh("X", [found("ok", "0 / 3", "a"), found("ok", "0 / 4", "b")]).figure == "0 / 7"
    assert weigh("X", [found("ok", "12 s", "a"), found("broken", "400 s", "b")]).figure == "400 s"
    assert weigh("X", [found("ok", "1", "a"), found("ok", "2", "b")]).figure == "3"
    assert weigh("X", [found("ok", "-", "a"), found("unknown", "-", "b")]).state == "unknown"
    assert weigh("X", [found("due", "-", "a"), found("ok", "-", "b", hours=27)]).state == "unknown"
    assert weigh("X", [found("broken", "-", "a", hours=27), found("due", "-", "b")]).state == "unknown"


def test_searches_on_every_page_are_found_with_all_their_variables(cast: Cast) -> None:
    citizen = make_citizen(cast, "Birthe Holm")
    anna, eva = cast.anna.client(), cast.eva.client()
    asked = [
        (anna, reverse("social.citizens_search"), {"q": "birthe"}),
        (anna, reverse("social.journal_search", args=[citizen.id]), {"q": "rolig nat"}),
        (eva, "/admin/users/", {"q": "anna"}),
        (eva, "/admin/log/", {"q": "birthe", "kind": "opened"}),
    ]
    for client, address, form in asked:
        answer = client.post(address, form, follow=True, secure=True)
        assert answer.status_code == 200, address
        assert answer.redirect_chain, address
    with operator(cast.solsikken, "test"):
        assert StoredSearch.objects.count() == len(asked)
        StoredSearch.objects.update(made_at=timezone.now() - dt.timedelta(minutes=10))
    with operator(cast.solsikken, "test"):
        result = measure(MEASURES["LOG-1"])[0]
    assert (result.state, result.sample["unlogged"], result.sample["bare"]) == (State.HOLDS, 0, 0)


def test_values_of_samples_are_said_in_the_readers_language() -> None:
    found = {"reason": "never checked", "controls_missing": ["disposal"], "risk_levels": {"low": 1}}
    with translation.override("da"):
        said = [value for _name, value in said_sample(found)]
    assert said == ["Ingen har kontrolleret endnu", "Bortskaffelse af diske", "Lav: 1"]
