"""Risks, subcontractors, the data centre and the rest: kept, changed with a reason, closed by proof alone, taken out."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import openpyxl
import pytest
from django.db import connections
from django.test import Client

from heretask.kernel.access.decide import Denied
from heretask.kernel.evidence.measuring import MEASURES, measure
from heretask.kernel.log.models import Event
from heretask.system.monitoring.signals import SIGNALS
from heretask.system.records import actions as records
from heretask.system.records import queries as kept
from heretask.system.records.agenda import AGENDA
from heretask.system.records.policies import Refused
from heretask.system.records.rules import Proof
from heretask.system.registers import actions, levels, queries, risks, shelves, supply
from heretask.system.registers import declarations as d
from heretask.system.registers.suggestions import FIRST
from heretask.system.staff.declarations import EQUIPMENT, STAFF
from tests import database
from tests.cast import Cast, supplier
from tests.system.monitoring import forget as nobody_watched
from tests.system.monitoring import watched
from tests.system.registers import PROMISES, a_risk, a_subcontractor, day, forget_registers, planned, registers_in_order
from tests.system.test_assessment import manager


@pytest.fixture(autouse=True)
def _empty() -> None:
    """Nothing stands on these registers."""
    forget_registers()


def refused(match: str, act: Any, *args: Any, **given: Any) -> None:
    with pytest.raises(Refused, match=match):
        act(*args, **given)


def owner() -> str:
    return str(kept.items(STAFF)[0].id)


def test_level_is_likelihood_times_the_worse_consequence() -> None:
    found = {(n, bad): levels.Place(n, bad).level for n in range(1, 6) for bad in range(1, 6)}
    assert [found[1, 1], found[2, 2], found[1, 5], found[3, 3], found[2, 5], found[3, 5], found[5, 5]] == [
        "low", "low", "medium", "medium", "high", "grave", "grave",
    ]  # fmt: skip
    values = {"likely": "3", "citizen": "1", "us": "4", "left_likely": "1"}
    assert levels.before(values) == levels.Place(3, 4)
    assert levels.after(values) == levels.Place(1, 4)


def test_a_risk_is_changed_with_a_reason_and_put_back() -> None:
    with manager().inside() as by:
        made = actions.add(shelves.RISKS, a_risk(), by=by)
        refused("hvorfor", actions.change, shelves.RISKS, made.id, {"citizen": "5"}, why=" ", by=by)
        actions.change(shelves.RISKS, made.id, {"citizen": "5", "whom": ["citizens", "us"]}, why="Set igen", by=by)
        refused("anderledes", actions.change, shelves.RISKS, made.id, {"citizen": "5"}, why="Set igen", by=by)
        actions.change(shelves.RISKS, made.id, {"citizen": "4"}, why="Sat tilbage", by=by)
        past = [c for c in kept.history(d.RISKS, made.id) if c.field.key == "citizen"]
        assert [(c.before, c.after, c.why, c.number) for c in past] == [
            ("5", "4", "Sat tilbage", 3), ("4", "5", "Set igen", 2), ("", "4", "", 1),
        ]  # fmt: skip
        assert {c.by for c in past} == {by.user_id}
        refused("kan ikke læses", actions.change, shelves.RISKS, made.id, {"citizen": "6"}, why="For højt", by=by)
        refused("kan ikke læses", actions.change, shelves.RISKS, made.id, {"owner": str(made.id)}, why="Ingen", by=by)


def test_a_high_risk_is_accepted_by_a_name_with_a_reason() -> None:
    high = a_risk(treatment="accept", left_likely="", likely="4")
    with manager().inside() as by:
        refused("høj", actions.add, shelves.RISKS, high, by=by)
        refused("høj", actions.add, shelves.RISKS, {**high, "accepted_why": "Kan ikke undgås"}, by=by)
        refused("høj", actions.add, shelves.RISKS, {**high, "accepted_by": owner()}, by=by)
        actions.add(shelves.RISKS, {**high, "accepted_by": owner(), "accepted_why": "Kan ikke undgås"}, by=by)
        refused("højere end uden", actions.add, shelves.RISKS, a_risk(left_likely="4"), by=by)
        refused("inden for et år", actions.add, shelves.RISKS, a_risk(review_on=day(400)), by=by)


def test_the_first_risks_wait_to_be_looked_at_and_come_once() -> None:
    with manager().inside() as by:
        assert risks.begin_with([one.key for one in FIRST], by=by) == len(FIRST) == 12
        assert risks.begin_with([FIRST[0].key], by=by) == 0
        refused("mindst én", risks.begin_with, [], by=by)
        found = queries.load(shelves.RISKS)
        assert {found.told(i, day(0))[0] for i in found.items} == {"due"}
        assert {found.told(i, day(31))[0] for i in found.items} == {"broken"}
        counted = queries.levels_by_month(day(0))
        assert len(counted) == 12
        assert (sum(counted[0][1].values()), sum(counted[-1][1].values())) == (0, 12)


def test_the_review_closes_when_all_is_looked_at_and_monitoring_answered() -> None:
    nobody_watched()
    answer: dict[str, Any] = {"enough": "yes", "words": "Alt blev set", "found": 4, "planted": 5, "declared": True}
    with manager().inside() as by:
        one = actions.add(shelves.RISKS, a_risk(), by=by)
        two = actions.add(shelves.RISKS, a_risk(what="Noget andet"), by=by)
        refused("ikke planlagt", risks.close_review, by=by, **answer)
        planned(d.REVIEW)
        risks.look_at(one.id, review_on=day(300), words="Står som før", by=by)
        refused("1 risiko", risks.close_review, by=by, **answer)
        risks.look_at(two.id, review_on=day(300), words="Står som før", by=by)
        refused("i hånden", risks.close_review, by=by, **{**answer, "declared": False})
        refused("flere", risks.close_review, by=by, **{**answer, "found": 6})
        refused(
            "af sig selv",
            records.close,
            d.REVIEW,
            Proof(day(0), "Set"),
            about=None,
            by=by,
            permission=d.CHANGE,
        )
        risks.close_review(by=by, **answer)
        last = queries.last_answer()
        assert last is not None
        assert (last.values["found"], last.values["planted"], last.values["source"]) == ("4", "5", "declared")
        refused("ikke begyndt", risks.close_review, by=by, **answer)


def test_the_general_meeting_closes_by_minutes_alone() -> None:
    with manager().inside() as by:
        planned(d.MEETING)
        for proof in (Proof(day(0), "Gennemgået"), Proof(day(0), reference=f"monitoring:{by.user_id}")):
            refused("af sig selv", records.close, d.MEETING, proof, about=None, by=by, permission=d.CHANGE)
        records.close(
            d.MEETING, Proof(day(0), reference=f"minutes:{by.user_id}"), about=None, by=by, permission=d.CHANGE
        )


def test_counted_faults_are_taken_from_the_systems() -> None:
    watched(manager())
    with manager().inside() as by:
        one = actions.add(shelves.RISKS, a_risk(), by=by)
        risks.look_at(one.id, review_on=day(300), words="Står som før", by=by)
        planned(d.REVIEW)
        risks.close_review(enough="no", words="For få", found=9, planted=9, declared=False, by=by)
        last = queries.last_answer()
        assert last is not None
        assert (last.values["found"], last.values["source"]) == (str(len(SIGNALS)), "measured")


def test_a_subcontractor_begins_after_thirty_days_or_with_a_reason() -> None:
    soon = a_subcontractor(announced_on=day(0), begins_on=day(29))
    with manager().inside() as by:
        refused("30 dage", actions.add, shelves.SUBCONTRACTORS, soon, by=by)
        actions.add(shelves.SUBCONTRACTORS, {**soon, "hurry": "Den gamle lukkede"}, by=by)
        actions.add(shelves.SUBCONTRACTORS, {**soon, "begins_on": day(30)}, by=by)
        abroad = a_subcontractor(country="US")
        refused("grundlag", actions.add, shelves.SUBCONTRACTORS, abroad, by=by)
        actions.add(shelves.SUBCONTRACTORS, {**abroad, "basis": "clauses"}, by=by)
        refused("databehandleraftale", actions.add, shelves.SUBCONTRACTORS, a_subcontractor(processor="no"), by=by)
        actions.add(shelves.SUBCONTRACTORS, a_subcontractor(processor="no", agreed_on="", data=["none"]), by=by)


def test_another_country_or_other_data_asks_for_a_new_assessment() -> None:
    with manager().inside() as by:
        made = actions.add(shelves.SUBCONTRACTORS, a_subcontractor(), by=by)
        first = kept.open_duty(d.ASSESSMENT, made.id)
        assert first is not None
        assert first.due_on == day(30)
        supply.assess(made.id, done_on=day(0), words="Erklæring læst", by=by)
        actions.change(shelves.SUBCONTRACTORS, made.id, {"contact": "En ny"}, why="Ny kontakt", by=by)
        yearly = kept.open_duty(d.ASSESSMENT, made.id)
        assert yearly is not None
        assert yearly.due_on > day(360)
        for change in ({"data": ["content"]}, {"country": "SE"}, {"service": "Kun ét center"}, {"agreed_on": day(-3)}):
            actions.change(shelves.SUBCONTRACTORS, made.id, change, why="Ny aftale", by=by)
            anew = kept.open_duty(d.ASSESSMENT, made.id)
            assert anew is not None
            assert anew.due_on == day(30)
            supply.assess(made.id, done_on=day(0), words="Set igen", by=by)


def test_a_difference_is_decided_by_name_and_anew_when_its_words_change() -> None:
    differs = {"answer": d.DIFFERS, "term": "Hvert 2. år", "control": "Vi spørger hvert år"}
    with manager().inside() as by:
        made = actions.add(shelves.SUBCONTRACTORS, a_subcontractor(), by=by)
        refused("opvejer", supply.answer, made.id, "STAFF-1", {"answer": d.DIFFERS}, by=by)
        refused("angår dem ikke", supply.answer, made.id, "WEB-1", differs, by=by)
        one = supply.answer(made.id, "STAFF-1", differs, by=by)
        refused("allerede besvaret", supply.answer, made.id, "STAFF-1", differs, by=by)
        refused("hvorfor", supply.decide, one.id, accepted=True, why="", told_on=None, by=by)
        supply.decide(one.id, accepted=True, why="Ingen data i klartekst", told_on=None, by=by)
        newest = kept.history(d.REQUIREMENTS, one.id)[0]
        assert (newest.by, newest.why) == (by.user_id, "Ingen data i klartekst")
        planned(d.REQUIREMENTS_REVIEW)
        refused("ikke besvaret", supply.close_requirements, words="Set", by=by)
        actions.change(shelves.REQUIREMENTS, one.id, {"term": "Aldrig"}, why="Ny aftale", by=by)
        now = kept.item(d.REQUIREMENTS, one.id).values
        assert (now["decision"], now["open_since"]) == ("", day(0).isoformat())
        same = supply.answer(made.id, "CONF-1", {"answer": d.SAME}, by=by)
        refused("ingen afvigelse", supply.decide, same.id, accepted=True, why="Unødvendigt", told_on=None, by=by)


def test_a_report_is_kept_sealed_and_closes_the_providers_assessment() -> None:
    with manager().inside() as by:
        made = actions.add(shelves.SUBCONTRACTORS, a_subcontractor(), by=by)
        planned(d.PHYSICAL_ASSESSMENT)
        given = {"subcontractor": made.id, "kind": "audit", "dated_on": day(-4), "conclusion": "Ingen fund"}
        supply.keep_report(given, name="erklæring.pdf", content=b"%PDF erklaering", by=by)
        assert kept.open_duty(d.PHYSICAL_ASSESSMENT, None) is not None
        refused("ikke været", supply.keep_report, {**given, "dated_on": day(1)}, name="", content=b"", by=by)
        report = supply.keep_report({**given, "kind": d.PHYSICAL_RISKS}, name="x.pdf", content=b"%PDF risiko", by=by)
        duty = kept.open_duty(d.PHYSICAL_ASSESSMENT, None)
        assert duty is not None
        assert duty.due_on > day(350)
    with manager().inside() as by:
        found, content = supply.fetch_report(report.id, by=by)
        assert (found.values["file"], content()) == ("x.pdf", b"%PDF risiko")


def test_only_management_and_no_one_through_the_general_pages_of_staff() -> None:
    developer = manager("otto-d", "developer")
    with developer.inside() as by:
        for act in (
            lambda: actions.see(shelves.RISKS, by=by), lambda: actions.add(shelves.RISKS, a_risk(), by=by),
            lambda: actions.take_out("risks", ending="csv", why="til revisor", by=by), lambda: risks.begin_with(["late"], by=by),
            lambda: supply.state_no_access(words="Ingen kort", by=by), lambda: supply.see_helpers(by=by),
        ):  # fmt: skip
            with pytest.raises(Denied):
                act()
    client = manager().client()
    with manager().inside():
        person = kept.items(STAFF)[0].id
    for path in ("staff/", f"staff/{person}/", f"staff/{person}/change/", "staff/new/", "monitoring/new/"):
        assert client.get(f"/system/registers/{path}").status_code == 404


def sent_out(client: Client, key: str, ending: str, why: str = "Til revisor") -> bytes:
    answer = client.post(f"/system/registers/{key}/export/", {"form": ending, "why": why})
    assert answer.status_code == 200, answer.content[:400]
    return answer.content


def test_a_register_goes_out_as_three_files_without_formulas() -> None:
    grethe = manager()
    with grethe.inside() as by:
        actions.add(shelves.RISKS, a_risk(what='=HYPERLINK("http://x")', cause="@SUM(A1)", owner=owner()), by=by)
    client = grethe.client()
    rows = list(csv.reader(io.StringIO(sent_out(client, "risks", "csv").decode("utf-8-sig")), delimiter=";"))
    assert rows[0][0] == "Hvad kan ske?"
    assert rows[1][0] == '\'=HYPERLINK("http://x")'
    sheet = openpyxl.load_workbook(io.BytesIO(sent_out(client, "risks", "xlsx"))).worksheets[0]
    assert [cell.data_type for cell in sheet[2]].count("f") == 0
    said = json.loads(sent_out(client, "risks", "json"))
    assert (said["entries"][0]["citizen"], said["entries"][0]["whom"]) == (4, ["citizens"])
    assert said["entries"][0]["owner"]["name"]
    assert client.post("/system/registers/risks/export/", {"form": "csv", "why": ""}).status_code == 422
    with grethe.inside():
        newest = Event.objects.filter(action="system.registers.exported").order_by("-at")[0]
        assert newest.hits == 1


def test_staff_go_out_without_what_a_check_found_and_devices_with_their_person() -> None:
    client = manager().client()
    assert "outcome" not in json.loads(sent_out(client, STAFF.key, "json"))["fields"]
    assert json.loads(sent_out(client, EQUIPMENT.key, "json"))["register"] == "equipment"


def test_customers_read_who_helps_and_no_contact(cast: Cast) -> None:
    grethe = manager()
    with grethe.inside() as by:
        made = actions.add(shelves.SUBCONTRACTORS, a_subcontractor(), by=by)
        one = supply.answer(
            made.id, "STAFF-1", {"answer": d.DIFFERS, "term": "Hemmelige ord", "control": "Vi spørger"}, by=by
        )  # fmt: skip
        supply.decide(one.id, accepted=True, why="Ingen data i klartekst", told_on=None, by=by)
        actions.add(
            shelves.SUBCONTRACTORS,
            a_subcontractor(name="Nye Svar ApS", announced_on=day(0), begins_on=day(31)), by=by,
        )  # fmt: skip
        actions.change(shelves.SUBCONTRACTORS, made.id, {"country": "SE"}, why="Nyt center", by=by)
    page = cast.eva.client().get("/system/helpers/").content.decode()
    for words in ("Nordhus Drift A/S", "Sverige", "STAFF-1", "Nye Svar ApS", "gøre indsigelse", "Ændret"):
        assert words in page, words
    for words in ("Vagten", "70 00 00 00", "Hemmelige ord", "klartekst", "Grethe"):
        assert words not in page, words
    assert cast.anna.client().get("/system/helpers/").status_code == 403
    today = cast.eva.client().get("/platform/today/").content.decode()
    assert "Nye Svar ApS" in today
    own = grethe.client().get("/platform/today/").content.decode()
    assert "Nye Svar ApS" not in own  # who announced it cannot object
    with cast.eva.inside(), connections["default"].cursor() as cursor:
        cursor.execute("select count(*) from system_records_value")
        assert cursor.fetchone()[0] == 0


@contextmanager
def installed(days_ago: int) -> Iterator[None]:
    """The supplier's registers must be kept since so many days."""
    with database.superuser() as admin:
        before = admin.execute("select gates_from from kernel_customer where id = %s", [supplier().id]).fetchone()
        assert before is not None
        admin.execute(
            "update kernel_customer set gates_from = now() - make_interval(days => %s) where id = %s",
            [days_ago, supplier().id],
        )
        try:
            yield
        finally:
            admin.execute("update kernel_customer set gates_from = %s where id = %s", [before[0], supplier().id])


def test_a_new_installation_is_due_then_broken_and_never_holds_on_nothing() -> None:
    def states() -> dict[str, str]:
        return {p: str(measure(MEASURES[p])[0].state) for p in PROMISES}

    with installed(3):
        assert states() == dict.fromkeys(PROMISES, "due")
    month = {
        "PROT-2": "due",
        "PROT-3": "broken",
        "SUB-1": "broken",
        "SUB-2": "broken",
        "PHYS-1": "broken",
        "PHYS-2": "due",
    }
    with installed(32):
        assert states() == month
    with installed(370):
        assert states() == dict.fromkeys(PROMISES, "broken")
    with installed(3):
        registers_in_order()
        assert states() == dict.fromkeys(PROMISES, "ok")


def test_what_the_general_meeting_has_before_it() -> None:
    registers_in_order()
    lines = {item.key: item for item in AGENDA}
    with manager().inside():
        said = {key: lines[key].facts(day(-300), day(0)) for key in ("risks", "subcontractors")}
    assert any(re.search(r"(\d) af \1 plantede fejl", line.text) for line in said["risks"])
    assert {line.state for line in said["subcontractors"]} == {"ok"}


def test_nothing_of_it_can_be_changed_or_deleted_in_the_database() -> None:
    with manager().inside() as by:
        made: UUID = actions.add(shelves.RISKS, a_risk(), by=by).id
    for statement in (
        "update system_records_value set plain = '1' where entry_id = %s",
        "delete from system_records_value where entry_id = %s",
    ):
        with (
            manager().inside(),
            connections["default"].cursor() as cursor,
            pytest.raises(Exception, match=r"permission|never|append"),
        ):
            cursor.execute(statement, [made])
