"""Continuity: agreed by name and day, tried by the clock of the database, and mended by somebody who answers for it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from heretask.config import provision
from heretask.kernel.access.decide import Denied
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.evidence.measuring import MEASURES, State, measure
from heretask.kernel.identity.sessions import operator
from heretask.kernel.log.models import Event
from heretask.kernel.periods import months_after
from heretask.system.backups import actions as backups
from heretask.system.continuity import actions, queries
from heretask.system.continuity.agenda import continuity_of
from heretask.system.continuity.declarations import EXERCISE, PLANS, PROVIDER, REVISION
from heretask.system.continuity.policies import Refused
from heretask.system.records import actions as records
from heretask.system.records import queries as engine
from heretask.system.records.models import Entry, Value
from heretask.system.records.rules import Proof
from tests.cast import supplier
from tests.management import two_managers
from tests.system.breakers.breaking import changed
from tests.system.continuity import exercised, plans_hold, provider_agrees, written
from tests.system.test_assessment import manager
from tests.system.test_staff import newcomer, person_of

POWER, KEY = PLANS["power"], PLANS["key"]


def test_a_plan_is_agreed_by_both_managers_and_the_provider() -> None:
    with two_managers() as two:
        with two.grethe.inside() as by:
            version = written(POWER, by)
            actions.agree(POWER, version_id=version.id, by=by)
            with pytest.raises(Refused, match="allerede"):
                actions.agree(POWER, version_id=version.id, by=by)
            provider_agrees(POWER, version, by)
            assert queries.kept(POWER).agreed_on is None  # one manager, however often, is not both
        with two.finn.inside() as by, pytest.raises(Denied):
            actions.agree(POWER, version_id=version.id, by=by)
        with two.henrik.inside() as by:
            actions.agree(POWER, version_id=version.id, by=by)
            assert queries.kept(POWER).agreed_on == timezone.localdate()
            written(POWER, by)
            assert queries.kept(POWER).agreed_on is None  # of another text
            with pytest.raises(Refused):
                actions.agree(POWER, version_id=version.id, by=by)


def test_managers_cannot_be_written_down_by_somebody_else() -> None:
    with manager().inside() as by:
        version = written(KEY, by)
        today = timezone.localdate()
        given = {"version_id": version.id, "who": "Henrik Dahl", "agreed_on": today, "reference": "", "by": by}
        for party, how in (("manager", "mail"), (PROVIDER, "here")):
            with pytest.raises(Refused, match="selv"):
                actions.record_agreement(KEY, party=party, how=how, **given)  # type: ignore[arg-type]
        for day in (today - dt.timedelta(days=1), today + dt.timedelta(days=1)):
            with pytest.raises(Refused):
                actions.record_agreement(KEY, party=PROVIDER, how="mail", **{**given, "agreed_on": day})  # type: ignore[arg-type]


def test_agreed_since_is_the_oldest_of_the_newest() -> None:
    old, new = dt.date(2026, 1, 5), dt.date(2026, 9, 5)
    both: list[tuple[str, str, dt.date | None]] = [("manager", "a", old), ("manager", "a", new), ("manager", "b", new)]
    assert queries.agreed_since(both) is None
    assert queries.agreed_since([*both, ("provider", "", old)]) == old
    assert queries.agreed_since([*both, ("provider", "", old), ("provider", "", new)]) == new
    assert queries.agreed_since([("manager", "a", new), ("provider", "", new)]) is None


def test_an_exercise_goes_through_its_phases_and_cannot_be_dated_back() -> None:
    nik = newcomer()
    person = person_of(nik).item
    with manager().inside() as by:
        with pytest.raises(Refused, match="deltager"):
            actions.prepare(KEY, scenario="Nøglen er væk", people=[], by=by)
        case = Entry.objects.create(register="aside")
        made = actions.prepare(KEY, scenario="Nøglen er væk", people=[person.id], by=by, case=case.id)
        one = queries.exercise(made.id)
        assert one.item.values["case"] == str(case.id)
        with pytest.raises(Refused):
            actions.write_step(one, text="x", by=by)
        with pytest.raises(Refused):
            actions.end(one, by=by)
        with pytest.raises(Refused):
            actions.conclude(one, outcome="worked", conclusion="x", by=by)
        actions.begin(one, by=by)
        begun = queries.exercise(made.id)
        assert begun.item.date("held_on") == timezone.localdate()
        with pytest.raises(Refused):
            actions.begin(begun, by=by)
        with pytest.raises(Refused):
            actions.write_step(begun, text=" ", by=by)
        actions.write_finding(begun, text="Kuverten var tom", by=by)
        actions.end(begun, by=by)
        ended = queries.exercise(made.id)
        with pytest.raises(Refused, match="hvem der gør hvad"):
            actions.conclude(ended, outcome="failed", conclusion="Planen holder ikke", by=by)
        action = actions.give_action(ended, what="Ny kuvert", person=person.id, due_on=timezone.localdate(), by=by)
        actions.conclude(queries.exercise(made.id), outcome="failed", conclusion="Planen holder ikke", by=by)
        with pytest.raises(Refused):
            actions.write_finding(queries.exercise(made.id), text="Mere", by=by)
        with pytest.raises(DatabaseError), transaction.atomic():
            Value.objects.filter(entry_id=made.id, field="held_on").update(plain="2020-01-01")
    mine = nik.client().get("/system/staff/mine/").content.decode()
    assert "Ny kuvert" in mine
    other = newcomer()
    with other.inside() as by, pytest.raises(Refused, match="anden"):
        actions.close_action(action.id, note="Gjort", by=by)
    with nik.inside() as by:
        with pytest.raises(Refused):
            actions.close_action(action.id, note=" ", by=by)
        actions.close_action(action.id, note="Ligger i boksen", by=by)
        assert queries.own_actions(person.id) == []
        lines = [line.text for line in continuity_of(timezone.localdate(), timezone.localdate())]
        assert any("1 fund" in line for line in lines)
    with operator(supplier(), "test"):
        assert Event.objects.filter(action="system.continuity.action_done", actor=nik.user.id).count() == 1


def test_the_duties_of_the_wheel_close_with_what_was_held_and_agreed_alone() -> None:
    plans_hold()
    today = timezone.localdate()
    with two_managers() as two:
        with two.grethe.inside() as by:
            for rule in (EXERCISE, REVISION):
                if engine.open_duty(rule, None) is None:
                    records.plan(rule, about=None, opens_on=today, due_on=today + dt.timedelta(days=30))
                with pytest.raises(Refused):
                    records.close(
                        rule, Proof(today, "Vi talte om det"), about=None, by=by, permission=P.SYSTEM_CONTINUITY_RUN
                    )
            exercised(KEY, by)
            duty = engine.open_duty(EXERCISE, None)
            assert duty is not None
            assert duty.due_on == months_after(today, 12)
            version = written(POWER, by)
            provider_agrees(POWER, version, by)
            actions.agree(POWER, version_id=version.id, by=by)
            waiting = engine.open_duty(REVISION, None)
            assert waiting is not None
            assert waiting.opens_on <= today
        with two.henrik.inside() as by:
            actions.agree(POWER, version_id=version.id, by=by)
            closed = engine.open_duty(REVISION, None)
            assert closed is not None
            assert closed.opens_on > today


def test_a_drill_that_passed_counts_for_the_server_alone() -> None:
    with operator(supplier(), "test"):
        by = provision.operator_of(supplier())
        backups.keep_drill({"outcome": "pass", "name": "x", "steps": [], "seconds": 1.0}, by=by)
    held = queries.last_held([("key", dt.date(2025, 3, 1)), ("power", dt.date(2025, 3, 1))])
    assert held == {"key": dt.date(2025, 3, 1), "power": timezone.localdate()}


def test_a_new_installation_is_due_and_then_broken() -> None:
    plans_hold()
    with changed("system_records_document", "kind = 'plan'", [], kind="aside"):
        assert measure(MEASURES["CONT-1"])[0].state in {State.DUE, State.BROKEN}
        with changed("kernel_customer", "kind = 'supplier'", [], gates_from="=gates_from - interval '40 days'"):
            assert measure(MEASURES["CONT-1"])[0].state == State.BROKEN


def test_a_developer_reads_and_runs_nothing() -> None:
    nik = newcomer()
    client = nik.client()
    assert client.get("/system/continuity/").status_code == 200
    assert client.get("/system/continuity/plans/power/").status_code == 200
    assert client.get("/system/continuity/plans/power/write/").status_code == 403
    assert client.post("/system/continuity/exercises/new/", {"plan": "power"}).status_code == 403
    assert client.get("/system/continuity/plans/nowhere/").status_code == 404
