"""Registers in which everything holds: risks looked at, subcontractors assessed, differences decided, reports received."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.utils import timezone

from heretask.config import provision
from heretask.kernel.access.decide import Actor
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.evidence.measuring import MEASURES, State, measure
from heretask.kernel.identity.sessions import operator
from heretask.kernel.tenancy.base import uuid7
from heretask.system.records import actions as records
from heretask.system.records import queries as kept
from heretask.system.records.rules import Proof, Rule
from heretask.system.registers import actions, risks, shelves, supply
from heretask.system.registers import declarations as d
from tests import database

PROMISES = ("PROT-2", "PROT-3", "SUB-1", "SUB-2", "PHYS-1", "PHYS-2")


def day(days: int) -> dt.date:
    """So many days from now."""
    return timezone.localdate() + dt.timedelta(days=days)


def a_risk(**other: Any) -> dict[str, Any]:
    """A risk as a form gives it."""
    return {
        "what": "Strømmen går i et døgn", "whom": ["citizens"], "likely": "3", "citizen": "4", "us": "3",
        "treatment": "reduce", "measures": "Nødgenerator", "left_likely": "2", "review_on": day(200),
        "promises": ["CONT-1"], **other,
    }  # fmt: skip


def a_subcontractor(**other: Any) -> dict[str, Any]:
    """A hosting provider as a form gives it."""
    return {
        "name": "Nordhus Drift A/S", "kind": "hosting", "service": "Servere i to datacentre", "data": ["sealed"],
        "country": "DK", "processor": "yes", "agreed_on": day(-400), "announced_on": day(-390),
        "begins_on": day(-300), "contact": "Vagten, 70 00 00 00", **other,
    }  # fmt: skip


def a_processing(**other: Any) -> dict[str, Any]:
    """A record of processing as a form gives it."""
    return {
        "name": "Journal, plan og medicin", "role": "controller", "purpose": "Opbevarer det, som kunden skriver",
        "subjects": ["citizens"], "data": ["health"], "erasure": "Når kunden sletter", "security": "Forseglet", **other,
    }  # fmt: skip


def planned(rule: Rule, *, due: dt.date | None = None, about: UUID | None = None) -> None:
    """As the wheel plans it."""
    if kept.open_duty(rule, about) is None:
        records.plan(rule, about=about, opens_on=day(-30), due_on=due or day(30))


def registers_in_order() -> None:
    """Everything holds of these registers, whatever other tests have left: else all is put aside and made anew."""
    if all(measure(MEASURES[promise])[0].state == State.HOLDS for promise in PROMISES):
        return
    forget_registers()
    own = provision.customer_called(provision.SUPPLIER)
    with operator(own, "test"):
        _made(provision.operator_of(own))
    assert {p: found for p in PROMISES if (found := measure(MEASURES[p])[0]).state != State.HOLDS} == {}


def _made(by: Actor) -> None:
    risk = actions.add(shelves.RISKS, a_risk(), by=by)
    risks.look_at(risk.id, review_on=day(300), words="Står som før", by=by)
    for rule in (d.MEETING, d.REVIEW, d.REQUIREMENTS_REVIEW, d.NO_ACCESS, d.PHYSICAL_ASSESSMENT):
        planned(rule)
    risks.close_review(enough="yes", words="Alle fejl blev set", found=5, planted=5, declared=True, by=by)
    proof = Proof(day(0), reference=f"minutes:{uuid7()}")
    records.close(d.MEETING, proof, about=None, by=by, permission=P.SYSTEM_REGISTERS_CHANGE)
    provider = actions.add(shelves.SUBCONTRACTORS, a_subcontractor(), by=by)
    supply.assess(provider.id, done_on=day(0), words="Erklæring læst", by=by)
    for promise in d.CONCERNS["hosting"]:
        same = promise != "STAFF-1"
        given: dict[str, Any] = (
            {"answer": d.SAME} if same else {"answer": d.DIFFERS, "term": "Hvert 2. år", "control": "Vi spørger"}
        )
        made = supply.answer(provider.id, promise, given, by=by)
        if not same:
            supply.decide(made.id, accepted=True, why="Ingen af dem kan læse data", told_on=None, by=by)
    supply.close_requirements(words="Alt er svaret", by=by)
    for control, _word in d.CONTROLS:
        shown = {
            "control": control, "provider": provider.id, "how": "Adgangskort", "evidence": "ISAE 3402",
            "received_on": day(-20), "valid_until": day(300),
        }  # fmt: skip
        actions.add(shelves.PHYSICAL, shown, by=by)
    supply.state_no_access(words="Ingen af os har kort", by=by)
    report = {"subcontractor": provider.id, "kind": d.PHYSICAL_RISKS, "dated_on": day(-5), "conclusion": "Ingen fund"}
    supply.keep_report(report, name="", content=b"", by=by)


def forget_registers() -> None:
    """As before anything stood on them."""
    with database.superuser() as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute(
            "update system_records_entry set register = 'aside' where register = any(%s)", [[*shelves.SHELVES]]
        )
        admin.execute("update system_records_duty set rule = 'aside' where rule like 'registers.%'")
