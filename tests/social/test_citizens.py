"""Citizens: who sees them, and reading them in from a spreadsheet as customers really have them."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from heretask.config import provision
from heretask.kernel.access.decide import Denied
from heretask.kernel.identity.sessions import operator
from heretask.kernel.jobs import worker
from heretask.kernel.jobs.queue import TASKS
from heretask.kernel.log import naming, record
from heretask.kernel.log.models import Event
from heretask.kernel.log.trace import NotLogged
from heretask.kernel.secrets.models import DataKey
from heretask.social import matching
from heretask.social.citizens import actions, events, importing
from heretask.social.citizens.models import Citizen, ImportFile, RelationKind
from heretask.social.citizens.queries import names_by_id
from heretask.social.journal.presenters import MOST, changed
from heretask.social.people import actions as people
from tests.cast import Cast
from tests.database import superuser
from tests.social.people import all_events, make_citizen, new_events, opened_by, relate

ROWS = (
    "Navn;CPR-nr.;Enhed;Værelse;Indflyttet;Pas på;Trafiklys\r\n"
    "Åse Sørensen;311299-0000;Nord;12;31-12-1999;Nødder;Gul\r\n"
    "Bjørn Æbelø;0101010000;syd;3;1. marts 2020;;\r\n"
)
FILE = ROWS.encode("cp1252")


def run_jobs(cast: Cast) -> None:
    """Take what is waiting for this customer, as the worker does."""
    with superuser() as admin:
        rows = admin.execute(
            """update procrastinate_jobs p set status = 'doing' from kernel_session s
                where s.queue_id = p.id and s.customer_id = %s and p.status = 'todo'
               returning p.id, p.task_name, p.args""",
            [cast.solsikken.id],
        ).fetchall()
    for queue_id, task, arguments in rows:
        given: dict[str, Any] = dict(arguments)  # type: ignore[call-overload]
        worker.run(TASKS[str(task)], int(str(queue_id)), given)


def names(cast: Cast) -> dict[str, Citizen]:
    with operator(cast.solsikken, "test"):
        rows = list(Citizen.objects.all())
        record(events.LISTED, opened=[c.id for c in rows])
        return {names_by_id([c.id])[c.id]: c for c in rows}


def read_in(cast: Cast, data: bytes, name: str = "borgere.csv") -> importing.Plan:
    with operator(cast.solsikken, "import"):
        return importing.read_in(data, name, by=provision.operator_of(cast.solsikken))


def test_a_relation_of_ones_own_names_the_reason(cast: Cast) -> None:
    citizen = make_citizen(cast, "Karl Bæk")
    with operator(cast.solsikken, "test"):
        by = provision.operator_of(cast.solsikken)
        people.give_relation(citizen_id=citizen.id, user_id=cast.anna.user.id, kind=RelationKind.KEY_WORKER, by=by)
    with cast.anna.inside() as by, cast_language("en"):
        head = actions.open_citizen(citizen.id, by)
    assert head.key_workers == ("Anna Skov",)
    assert "key worker" in head.why
    with cast.bo.inside() as by, cast_language("en"):
        assert "Nord" in actions.open_citizen(citizen.id, by).why


def cast_language(language: str) -> Any:
    from django.utils.translation import override

    return override(language)


def test_a_relation_alone_is_no_right(cast: Cast) -> None:
    citizen = make_citizen(cast, "Karl Bæk")
    relate(cast, citizen, cast.eva)
    with pytest.raises(Denied), cast.eva.inside() as by:
        actions.open_citizen(citizen.id, by)


@pytest.mark.parametrize("who", ["anna", "bo", "clara", "dan"])
def test_only_administrators_make_citizens(cast: Cast, who: str) -> None:
    with pytest.raises(Denied), getattr(cast, who).inside() as by:
        actions.create_citizen(unit_id=cast.nord.id, name="Ny", by=by)
    with pytest.raises(Denied), getattr(cast, who).inside() as by:
        importing.read_in(FILE, "x.csv", by=by)


def test_opening_without_an_event_is_stopped(cast: Cast) -> None:
    citizen = make_citizen(cast, "Karl Bæk")
    with pytest.raises(NotLogged), cast.anna.inside():
        naming.names("citizen", [citizen.id])


def test_the_log_names_citizens_and_leaves_the_erased_out(cast: Cast) -> None:
    karl, ane = make_citizen(cast, "Karl Bæk"), make_citizen(cast, "Ane Dam")
    with operator(cast.solsikken, "test"):
        DataKey.objects.filter(subject=ane.id).delete()
    with cast.anna.inside(), CaptureQueriesContext(connections["default"]) as queries:
        found = naming.names("citizen", [karl.id, ane.id])
        record(events.OPENED, citizen=karl.id, opened=[karl.id])
    assert found == {karl.id: "Karl Bæk"}
    assert len([q for q in queries if q["sql"].lower().startswith("select")]) == 2


def test_one_cpr_number_is_one_citizen(cast: Cast) -> None:
    make_citizen(cast, "Karl Bæk", cpr="311299-0000")
    make_citizen(cast, "Uden nummer")
    make_citizen(cast, "Heller ikke")
    with pytest.raises(IntegrityError):
        make_citizen(cast, "Karls Skygge", cpr="3112990000")
    make_citizen(cast, "Karl Fyr", cpr="311299-0000", unit=cast.fyr)
    with superuser() as admin:
        hashes = admin.execute(
            """select distinct cpr_hash from social_citizens_citizen
                where customer_id in (%s, %s) and cpr_hash is not null""",
            [cast.solsikken.id, cast.fyrtaarnet.id],
        ).fetchall()
    assert len(hashes) == 2  # the same number at two customers cannot be told to be the same


def test_a_danish_spreadsheet_is_read_in(cast: Cast) -> None:
    found: list[Event] = []
    with new_events(cast.solsikken, found):
        plan = read_in(cast, FILE)
    assert dict(plan.counts) == {"new": 2}
    assert [e.action for e in found] == ["social.citizens.imported"]
    assert found[0].hits == 2
    assert opened_by(cast.eva, found[0]) == {"new": 2, "changed": 0, "unchanged": 0}
    here = names(cast)
    assert {name: (c.unit_id, c.light, str(c.moved_in)) for name, c in here.items()} == {
        "Åse Sørensen": (cast.nord.id, "yellow", "1999-12-31"),
        "Bjørn Æbelø": (cast.syd.id, "green", "2020-03-01"),
    }
    assert set(found[0].shown) == {c.id for c in here.values()}
    with cast.anna.inside() as by:
        head = actions.open_citizen(here["Åse Sørensen"].id, by)
    assert head.cpr == "3112990000"
    assert head.facts == {"room": "12", "warning": "Nødder", "born": "1999-12-31"}


def test_the_same_file_twice_changes_nothing_and_opens_nobody(cast: Cast) -> None:
    read_in(cast, FILE)
    before = rows_of(cast)
    found: list[Event] = []
    with new_events(cast.solsikken, found):
        plan = read_in(cast, FILE)
    assert dict(plan.counts) == {"unchanged": 2}
    assert rows_of(cast) == before
    assert [(e.action, e.hits) for e in found] == [("social.citizens.imported", 0)]


def rows_of(cast: Cast) -> list[tuple[object, ...]]:
    with superuser() as admin:
        return admin.execute(
            "select c.*, c.xmin from social_citizens_citizen c where customer_id = %s order by id", [cast.solsikken.id]
        ).fetchall()


def test_a_changed_row_keeps_what_the_file_does_not_say(cast: Cast) -> None:
    read_in(cast, FILE)
    ids = {name: c.id for name, c in names(cast).items()}
    found: list[Event] = []
    with new_events(cast.solsikken, found):
        rows = "Åse Sørensen;311299-0000;Syd;Lis\nBjørn Æbelø;010101-0000;Syd;\n"
        plan = read_in(cast, f"Navn;CPR;Enhed;Værge\n{rows}".encode())
    assert dict(plan.counts) == {"changed": 1, "unchanged": 1}
    assert [e.action for e in found] == ["social.citizens.compared", "social.citizens.imported"]
    assert set(found[0].shown) == set(ids.values())
    assert found[1].shown == [ids["Åse Sørensen"]]
    with cast.clara.inside() as by:
        head = actions.open_citizen(ids["Åse Sørensen"], by)
    assert head.facts == {"room": "12", "warning": "Nødder", "born": "1999-12-31", "guardian": "Lis"}
    assert (head.light, str(head.moved_in)) == ("yellow", "1999-12-31")


def test_bad_rows_are_listed_and_nothing_is_read_in(cast: Cast) -> None:
    bad = ROWS + "Per Dam;311399-0000;Nord;;;;\r\nIda Lund;020202-0000;Vest;;;;\r\n;030303-0000;Nord;;32-01-2020;;\r\n"
    with pytest.raises(importing.NotSound):
        read_in(cast, bad.encode("cp1252"))
    assert rows_of(cast) == []
    with cast.eva.inside() as by:
        plan = importing.plan_for(bad.encode("cp1252"), "x.csv", by=by)
    assert [(p.line, p.column_heading) for p in plan.problems] == [
        (4, "CPR-nr."), (5, "Enhed"), (6, "Navn"), (6, "Indflyttet"),
    ]  # fmt: skip
    assert all(p.reason.endswith(".") for p in plan.problems)
    doubled = ROWS + "Åse Igen;3112990000;Nord;;;;\r\n"
    with cast.eva.inside() as by:
        assert [p.line for p in importing.plan_for(doubled.encode(), "x.csv", by=by).problems] == [4]


def test_the_pages_read_a_file_in(cast: Cast) -> None:
    client = cast.eva.client()
    upload = reverse("social.citizens_import")
    assert client.get(upload).status_code == 200
    answer = client.post(upload, {"file": SimpleUploadedFile("borgere.csv", FILE)})
    assert answer.status_code == 302
    assert "borgere" not in answer["Location"]
    page = client.get(answer["Location"]).content.decode()
    assert "Åse" not in page
    assert cast.anna.client().get(answer["Location"]).status_code == 403
    assert cast.anna.client().get(upload).status_code == 403
    started = client.post(answer["Location"] + "confirm/")
    assert started.status_code == 302
    part = client.get(started["Location"] + "part/")
    assert "X-Done" not in part
    run_jobs(cast)
    part = client.get(started["Location"] + "part/")
    assert part["X-Done"] == "1"
    ended = client.get(started["Location"])
    assert ended.status_code == 200
    assert 'data-state="ok"' in ended.content.decode()
    assert set(names(cast)) == {"Åse Sørensen", "Bjørn Æbelø"}
    assert cast.bo.client().get(started["Location"]).status_code == 403
    with cast.eva.inside():
        assert ImportFile.objects.count() == 0
    done = [e for e in all_events(cast.solsikken) if e.action == "social.citizens.imported"]
    assert [(e.actor, e.hits) for e in done] == [(cast.eva.user.id, 2)]
    again = client.post(upload, {"file": SimpleUploadedFile("borgere.csv", FILE)})
    again_page = client.get(again["Location"]).content.decode()
    assert "confirm/" not in again_page
    assert client.post(again["Location"] + "drop/").status_code == 302
    assert client.get(again["Location"]).status_code == 403


def test_a_file_that_no_longer_fits_changes_nothing(cast: Cast) -> None:
    client = cast.eva.client()
    answer = client.post(reverse("social.citizens_import"), {"file": SimpleUploadedFile("b.csv", FILE)})
    started = client.post(answer["Location"] + "confirm/")
    with superuser() as admin:
        admin.execute("update kernel_unit set active = false where id = %s", [cast.syd.id])
    run_jobs(cast)
    page = client.get(started["Location"]).content.decode()
    assert 'data-state="broken"' in page
    assert rows_of(cast) == []
    assert client.get(answer["Location"]).status_code == 200


@pytest.mark.parametrize(
    "data", [b"", b"\x00\x01\x02", b"%PDF-1.7", b"PK\x03\x04broken", b"a;b\n1;2\n", b"Navn;CPR;Enhed\n"]
)
def test_a_useless_file_is_explained(cast: Cast, data: bytes) -> None:
    client = cast.eva.client()
    answer = client.post(reverse("social.citizens_import"), {"file": SimpleUploadedFile("<b>x</b>.csv", data)})
    page = client.get(answer["Location"])
    assert page.status_code == 200
    assert 'data-state="broken"' in page.content.decode()
    assert "confirm/" not in page.content.decode()


def test_no_file_is_said(cast: Cast) -> None:
    page = cast.eva.client().post(reverse("social.citizens_import"), {})
    assert page.status_code == 422
    assert 'class="error"' in page.content.decode()


def test_a_kept_file_is_sealed_and_its_owners_alone(cast: Cast) -> None:
    with cast.eva.inside() as by:
        kept = importing.keep_file(FILE, "hemmelig.csv", by=by)
    with superuser() as admin:
        row = admin.execute("select name, content from social_citizens_importfile where id = %s", [kept.id]).fetchone()
    assert row is not None
    for column in row:
        assert b"hemmelig" not in bytes(column)  # type: ignore[call-overload]
        assert b"TmF2b" not in bytes(column)  # type: ignore[call-overload]  # 'Nav' in base64
    with operator(cast.solsikken, "test"), pytest.raises(Denied):
        importing.kept_file(kept.id, provision.operator_of(cast.solsikken))


def test_many_rows_take_few_queries(cast: Cast) -> None:
    def queries(count: int, first: int) -> int:
        lines = [
            f"Borger {n};{1 + n % 28:02d}0{1 + n // 28 % 9}{10 + n // 252:02d}-0{n % 1000:03d};Nord"
            for n in range(first, first + count)
        ]
        data = ("Navn;CPR;Enhed\n" + "\n".join(lines)).encode()
        with operator(cast.solsikken, "test"), CaptureQueriesContext(connections["default"]) as captured:
            plan = importing.read_in(data, "x.csv", by=provision.operator_of(cast.solsikken))
        assert plan.counts["new"] == count
        return len(captured)

    assert queries(3, 0) == queries(300, 10)


def test_words_are_found_whatever_their_case_and_marked_where_they_stand() -> None:
    assert matching.terms_of('Søvn "to  ord" ”TRE ord” søvn "" ') == ("søvn", "to ord", "tre ord")
    cut = matching.pieces("Datteren\n  så SØVN.", ("datter", "så søvn"))
    assert [(p.text, p.kind) for p in cut] == [
        ("Datter", "hit"), ("en\n  ", ""), ("så SØVN", "hit"), (".", ""),
    ]  # fmt: skip
    assert "".join(p.text for p in matching.pieces("Straße \u0130x", ("ss",))) == "Straße \u0130x"
    assert [p.text for p in matching.pieces("Straße", ("ss",)) if p.kind] == ["ß"]
    assert matching.pieces("", ("x",)) == []


def test_only_new_words_are_marked_in_a_correction() -> None:
    def marked(before: str, after: str) -> list[str]:
        found = changed(before, after)
        assert "".join(p.text for p in found) == after
        return [p.text for p in found if p.kind == "new"]

    assert marked("ondt i venstre knæ.", "ondt i højre knæ.") == ["højre"]
    assert marked("a b c", "a c") in ([], [" "])
    assert marked("a a a", "a a a") == []
    assert marked("", "nyt") == ["nyt"]
    long = "ord " * 5000
    assert marked(long + "x", "y " + long) != []
    assert (len(long.split()) * 2) ** 2 > MOST


def test_the_facts_are_plain_json(cast: Cast) -> None:
    citizen = make_citizen(cast, "Karl Bæk", room="4", warning="")
    with cast.anna.inside() as by:
        assert json.dumps(actions.open_citizen(citizen.id, by).facts) == '{"room": "4"}'
    assert isinstance(citizen.id, UUID)
