"""Security incidents: reported signed in and not, told at once, opened, answered, closed; by nobody else, and for ever."""

from __future__ import annotations

import re
from collections.abc import Iterator
from uuid import UUID

import psycopg
import pytest
from django.db import DatabaseError, connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from heretask.kernel.access.decide import Denied
from heretask.kernel.approvals.managing import Refused as Late
from heretask.kernel.identity.models import Throttle
from heretask.kernel.identity.sessions import operator
from heretask.kernel.identity.whence import From
from heretask.kernel.log.models import Event
from heretask.kernel.outbox.models import OutgoingMail
from heretask.platform.incidents import actions
from heretask.platform.incidents.models import Incident, IncidentStep
from heretask.platform.incidents.policies import Refused
from tests import database
from tests.adversarial.test_matrix import guest
from tests.cast import Cast, Member, supplier
from tests.kernel.test_outbox import reachable
from tests.management import Two, two_managers
from tests.work import work

TEXT = "En telefon med adgang er væk"
HERE = From("192.0.2.9", "")


@pytest.fixture
def two() -> Iterator[Two]:
    with two_managers() as both:
        yield both


@pytest.fixture(autouse=True)
def _no_tries() -> None:
    Throttle.objects.filter(scope__startswith="incident").delete()


def reported(member: Member, text: str = TEXT) -> UUID:
    with member.inside() as by:
        return actions.report(what=text, noticed="I går aftes, på Nord", page="social.citizens", by=by).id


def opened(manager: Member, incident: UUID) -> actions.Report:
    with manager.inside() as by:
        return actions.open_one(incident, by=by)


def browser() -> Client:
    client = Client(raise_request_exception=False, headers={"host": "localhost"})
    client.defaults["wsgi.url_scheme"] = "https"
    return client


# reporting


def test_a_report_reaches_management_with_the_name_and_the_page(cast: Cast, two: Two) -> None:
    incident = reported(cast.anna)
    with two.grethe.inside() as by:
        assert incident in {one.id for one in actions.waiting(by=by)}
    found = opened(two.grethe, incident)
    assert (found.what, found.noticed, found.page) == (TEXT, "I går aftes, på Nord", "social.citizens")
    assert found.reporter.startswith("Anna Skov (anna@")
    assert found.opened_at
    with two.henrik.inside() as by:
        assert incident not in {one.id for one in actions.waiting(by=by)}


def test_management_is_told_at_once_by_a_job_of_its_own(cast: Cast, two: Two) -> None:
    address = reachable(two.grethe)
    incident = reported(cast.anna)
    work()
    with cast.anna.inside():
        assert Incident.objects.get(id=incident).told_at is not None
    with two.grethe.inside():
        mails = list(OutgoingMail.objects.filter(letter=actions.TO_MANAGEMENT.key, user_id=two.grethe.user.id))
    assert address
    assert [mail.parameters for mail in mails] == [{}]
    with operator(supplier(), "test"):
        assert Event.objects.filter(action="platform.incidents.told").exists()


def test_the_administrators_are_told_too(cast: Cast) -> None:
    reachable(cast.eva)
    incident = reported(cast.anna)
    with cast.eva.inside() as by:
        assert OutgoingMail.objects.filter(letter=actions.TO_ADMINISTRATORS.key, user_id=cast.eva.user.id).count() == 1
        lists = actions.see_lists(by=by)
    assert lists.here is not None
    assert [row.id for row in lists.here] == [incident]
    page = cast.eva.client().get("/platform/today/").content.decode()
    assert "Anmeldte sikkerhedshændelser" in page


@pytest.mark.parametrize("field", ["what", "noticed"])
def test_a_cpr_number_is_refused_and_the_text_stands(cast: Cast, field: str) -> None:
    given = {"what": TEXT, "noticed": "I går"} | {field: "Det gælder 010150-0000 på Nord"}
    for client, path in ((cast.anna.client(), "/platform/incidents/report/"), (browser(), "/report/")):
        answer = client.post(path, given)
        assert answer.status_code == 422
        assert "010150-0000 på Nord" in answer.content.decode()
        assert "ligner et CPR-nummer" in answer.content.decode()
    with cast.anna.inside():
        assert not Incident.objects.exists()


def test_the_page_it_came_from_is_a_name_and_never_an_address(cast: Cast) -> None:
    client = cast.anna.client()
    assert 'href="/platform/incidents/report/?page=social.citizens"' in client.get("/social/citizens/").content.decode()
    for page, kept in (("social.citizens", "social.citizens"), ("/social/journal/0190-abc/", ""), ("x" * 300, "")):
        assert (
            client.post("/platform/incidents/report/", {"what": "Prøve", "noticed": "Nu", "page": page}).status_code
            == 302
        )
        with cast.anna.inside():
            assert Incident.objects.order_by("-made_at")[0].page == kept


def test_nobody_reports_in_another_name_or_as_if_it_were_over(cast: Cast) -> None:
    for wrong in ({"reporter_id": cast.bo.user.id}, {"reporter_id": None}, {"state": "closed"}, {"number": "12345678"}):
        given = {
            "reporter_id": cast.anna.user.id,
            "what": b"x",
            "noticed": b"x",
            "customer_id": cast.solsikken.id,
        } | wrong
        with pytest.raises(DatabaseError), cast.anna.inside():
            Incident.objects.create(**given)


@pytest.mark.parametrize("role", ["inspector", "auditor"])
def test_guests_report_too_who_write_nothing_else(cast: Cast, role: str) -> None:
    client = guest(cast, role).client()
    assert 'href="/platform/incidents/report/' in client.get("/platform/today/").content.decode()
    answer = client.post("/platform/incidents/report/", {"what": TEXT, "noticed": "Nu"})
    assert answer.status_code == 302
    assert TEXT in client.get(answer["Location"].partition("?")[0]).content.decode()


# who may see it


def test_colleagues_and_other_customers_see_nothing_of_it(cast: Cast) -> None:
    incident = reported(cast.anna)
    for member in (cast.bo, cast.clara, cast.dan):
        with member.inside() as by, pytest.raises(Denied):
            actions.read(incident, by=by)
        with member.inside() as by:
            assert actions.see_lists(by=by).own == []
            assert actions.see_lists(by=by).here is None
    with cast.eva.inside() as by:
        assert actions.read(incident, by=by).reporter == "Anna Skov"


def test_only_management_opens_and_answers(cast: Cast, two: Two) -> None:
    incident = reported(cast.anna)
    for member in (cast.eva, cast.anna, two.finn):
        with member.inside() as by, pytest.raises(Denied):
            actions.open_one(incident, by=by)
        with member.inside() as by, pytest.raises(Denied):
            actions.answer(incident, "Nej", by=by)
    with cast.anna.inside():
        with connections["default"].cursor() as cursor:
            cursor.execute("select current_setting('ht.session', true)")
            h1 = cursor.fetchone()[0]
        for function, params in (
            ("incidents", [True]), ("open_incident", [incident, incident]), ("incident_steps", [incident]),
            ("incident_customer", [incident]), ("step_incident", [incident, incident, "closed", b"x" * 40]),
        ):  # fmt: skip
            places = ", ".join(["%s"] * (len(params) + 1))
            with pytest.raises(DatabaseError), transaction.atomic(using="gate"), connections["gate"].cursor() as cursor:
                cursor.execute(f"select * from ht.{function}({places})", [h1, *params])
            with pytest.raises(DatabaseError), transaction.atomic(), connections["default"].cursor() as cursor:
                cursor.execute(f"select * from ht.{function}({places})", [h1, *params])
        with pytest.raises(DatabaseError), transaction.atomic(), connections["default"].cursor() as cursor:
            cursor.execute("select ht.tell_incidents()")
    with cast.anna.inside():
        assert Incident.objects.get(id=incident).opened_at is None


def test_nothing_of_a_report_changes_or_goes(cast: Cast, two: Two) -> None:
    incident = reported(cast.anna)
    opened(two.grethe, incident)
    for act in (
        lambda: Incident.objects.filter(id=incident).delete(),
        lambda: Incident.objects.filter(id=incident).update(opened_at=None),
        lambda: Incident.objects.filter(id=incident).update(what=b""),
        lambda: IncidentStep.objects.filter(incident_id=incident).delete(),
        lambda: IncidentStep.objects.create(incident_id=incident, kind="closed", customer_id=cast.solsikken.id),
    ):
        with pytest.raises(DatabaseError), cast.anna.inside():
            act()
    with cast.bo.inside(), pytest.raises(DatabaseError):
        Incident.objects.filter(id=incident).update(seen_at="2026-01-01T00:00Z")
    for statement in ("delete from platform_incidents_incident", "update platform_incidents_incident set what = ''"):
        with pytest.raises(psycopg.Error), database.superuser() as admin:
            admin.execute(statement)


# what becomes of it


def test_the_reporter_sees_what_became_of_it(cast: Cast, two: Two) -> None:
    incident = reported(cast.anna)
    opened(two.grethe, incident)
    with two.grethe.inside() as by:
        actions.take_up(incident, by=by)
        actions.answer(incident, "Vi har lukket telefonens adgang.", by=by)
    page = cast.anna.client().get("/platform/today/").content.decode()
    assert "Et svar om en sikkerhedshændelse" in page
    assert "Vi har lukket" not in page
    with cast.anna.inside() as by:
        found = actions.read(incident, by=by)
    assert [(one.kind, one.text) for one in found.steps] == [
        ("opened", ""), ("looking", ""), ("answered", "Vi har lukket telefonens adgang."),
    ]  # fmt: skip
    assert found.steps[2].by == "Grethe Vang"
    assert "Et svar om en sikkerhedshændelse" not in cast.anna.client().get("/platform/today/").content.decode()
    with two.henrik.inside() as by:
        actions.close(incident, "Telefonen er fundet. Ingen har brugt den.", by=by)
    page = cast.anna.client().get(f"/platform/incidents/{incident}/").content.decode()
    assert "Ingen har brugt den." in page
    assert "Henrik Dahl" in page
    with two.grethe.inside() as by, pytest.raises(Late):
        actions.answer(incident, "Endnu et ord", by=by)


def test_what_was_not_opened_cannot_be_answered(cast: Cast, two: Two) -> None:
    incident = reported(cast.anna)
    with two.grethe.inside() as by, pytest.raises(Late):
        actions.close(incident, "Lukket uden at være læst", by=by)
    with two.grethe.inside() as by, pytest.raises(Refused):
        actions.close(incident, "   ", by=by)


def test_every_step_is_in_both_logs_and_no_word_of_it_in_either(cast: Cast, two: Two) -> None:
    incident = reported(cast.anna)
    opened(two.grethe, incident)
    with two.grethe.inside() as by:
        actions.close(incident, "Det er løst", by=by)
    for customer, expected in (
        (cast.solsikken, {"platform.incident.reported", "platform.incident.supplier_opened", "platform.incident.supplier_stepped"}),
        (supplier(), {"platform.incident.opened", "platform.incident.stepped"}),
    ):  # fmt: skip
        with operator(customer, "test"):
            assert set(Event.objects.filter(object_id=incident).values_list("action", flat=True)) == expected
    page = two.grethe.client().get(f"/platform/incidents/all/{incident}/")
    assert page.status_code == 200


def test_the_pages_of_management(cast: Cast, two: Two) -> None:
    incident = reported(cast.anna)
    client = two.grethe.client()
    today = client.get("/platform/today/").content.decode()
    assert "Der er anmeldt en sikkerhedshændelse" in today
    assert TEXT not in today
    assert str(incident) in client.get("/platform/incidents/all/").content.decode()
    assert TEXT in client.get(f"/platform/incidents/all/{incident}/").content.decode()
    where = f"/platform/incidents/all/{incident}/step/"
    assert client.post(where, {"act": "answer", "text": ""}).status_code == 422
    assert client.post(where, {"act": "vanish", "text": "x"}).status_code == 400
    assert client.post(where, {"act": "looking", "text": ""}).status_code == 302
    assert client.post(where, {"act": "looking", "text": ""}).status_code == 409
    assert client.post(where, {"act": "close", "text": "Fundet igen"}).status_code == 302
    assert client.post(where, {"act": "answer", "text": "For sent"}).status_code == 409
    assert client.get("/platform/incidents/all/00000000-0000-7000-8000-000000000000/").status_code == 404


# without a session


def test_who_is_not_signed_in_reports_and_looks_it_up(two: Two) -> None:
    client = browser()
    answer = client.post("/report/", {"what": "En mappe lå i bussen", "noticed": "Linje 5A, i morges"})
    page = answer.content.decode()
    kept = dict(re.findall(r'data-kept="(number|word)">([^<]+)<', page))
    assert set(kept) == {"number", "word"}
    with two.grethe.inside() as by:
        one = next(one for one in actions.waiting(by=by) if not one.signed_in)
        assert actions.open_one(one.id, by=by).what == "En mappe lå i bussen"
        actions.answer(one.id, "Tak. Mappen er hentet.", by=by)
    page = client.post("/report/answer/", kept).content.decode()
    assert "Mappen er hentet." in page
    assert "Grethe" not in page
    for wrong in (kept | {"word": "forkert1"}, kept | {"number": "0000 0000"}):
        assert client.post("/report/answer/", wrong).status_code == 422
    with operator(supplier(), "test"):
        event = Event.objects.get(action="platform.incident.outside", object_id=one.id)
        assert (event.actor, event.address, event.agent) == (None, "", "")
        row = Incident.objects.get(id=one.id)
    assert kept["word"].replace("-", "").encode() not in bytes(row.word)


def test_reports_without_a_session_are_counted_and_stopped() -> None:
    for _n in range(actions.TRIES):
        actions.report_outside(what="Prøve", noticed="Nu", whence=HERE)
    with override("en"), pytest.raises(Refused, match="Too many tries"):
        actions.report_outside(what="Prøve", noticed="Nu", whence=HERE)
    for _n in range(actions.TRIES):
        assert actions.look_up("12345678", "forkert", whence=HERE) is None
    with pytest.raises(Refused):
        actions.look_up("12345678", "forkert", whence=HERE)
    assert actions.report_outside(what="Prøve", noticed="Nu", whence=From("192.0.2.10", "")).number


# everywhere


def test_the_link_stands_on_every_kind_of_page(cast: Cast, two: Two) -> None:
    with override("da"):
        for path in ("/platform/today/", "/social/citizens/", "/platform/incidents/"):
            assert 'href="/platform/incidents/report/?page=' in cast.anna.client().get(path).content.decode()
        for path in ("/admin/users/", "/system/assessment/"):
            assert 'href="/platform/incidents/report/?page=' in cast.eva.client().get(path).content.decode()
        for path in ("/sign-in/", "/sign-in/link/", "/no-such-page/", "/report/answer/"):
            assert 'href="/report/"' in browser().get(path).content.decode(), path
        assert 'href="/report/"' in cast.anna.client().get("/admin/users/").content.decode()


def test_lists_take_as_many_queries_at_200_as_at_5(cast: Cast, two: Two) -> None:
    counts = []
    for more in (5, 195):
        with operator(cast.solsikken, "test"):
            Incident.objects.bulk_create(
                Incident(reporter_id=cast.anna.user.id, customer_id=cast.solsikken.id) for _n in range(more)
            )
        taken = []
        for client, path in (
            (cast.eva.client(), "/platform/incidents/"), (cast.eva.client(), "/platform/today/"),
            (cast.anna.client(), "/platform/incidents/"), (two.grethe.client(), "/platform/incidents/all/"),
            (two.grethe.client(), "/platform/today/"),
        ):  # fmt: skip
            with (
                CaptureQueriesContext(connections["default"]) as asked,
                CaptureQueriesContext(connections["gate"]) as gate,
            ):
                assert client.get(path).status_code == 200
            taken.append(len(asked) + len(gate))
        counts.append(taken)
    assert counts[0] == counts[1]
