"""Equipment for the tests: somebody states how their devices are, and a register on which all of it holds."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.test import Client
from django.utils import timezone

from heretask.config import provision
from heretask.kernel.access.decide import Actor
from heretask.kernel.evidence.measuring import MEASURES, State, measure
from heretask.kernel.identity.sessions import operator
from heretask.system.records import actions as records
from heretask.system.staff import actions, queries
from heretask.system.staff.declarations import EQUIPMENT
from tests.cast import admit

PROMISES = ("DATA-4", "EQUIP-1")
FIELD = re.compile(r'name="((encrypted|locks|locked_away|place)-[0-9a-f-]{36})"')


def stated(client: Client, **no: str) -> Any:
    """Answer each question of the statement with yes, but for those that are given; the answer of the page."""
    page = client.get("/system/staff/mine/").content.decode()
    names = {(name, key) for name, key in FIELD.findall(page)}
    assert names, "no statement is asked for"
    given = {name: no.get(key, "Låst skab" if key == "place" else "yes") for name, key in names}
    return client.post("/system/staff/mine/statement/", given)


def equipped() -> None:
    """All that is handed out is confirmed, whatever other tests have left; inside a session of the supplier's operator."""
    from tests.system.world import sql

    if all(measure(MEASURES[promise])[0].state == State.HOLDS for promise in PROMISES):
        return
    sql("update system_records_entry set register = 'aside' where register = 'equipment'")
    own, today = provision.customer_called(provision.SUPPLIER), timezone.localdate()
    with operator(own, "test"):
        by = provision.operator_of(own)
        person = next(m.item for m in queries.members() if not m.left)
        for what in ("Bærbar", "Telefon"):
            made = actions.hand_out(person, what=what, number="", encrypted="yes", handed_on=today, by=by)
            answers = {"locks": "yes", "locked_away": "yes", "place": "Låst skab", "stated_on": today}
            records.change(EQUIPMENT, made.id, answers, by=by)
        _left(today - dt.timedelta(days=20), by)


def _left(day: dt.date, by: Actor) -> None:
    """Somebody left that day, and returned what they had."""
    person = admit("Lis Ladefoged", None, by)
    device = actions.hand_out(person, what="Nøgle", number="", encrypted="yes", handed_on=day, by=by)
    actions.take_back(queries.device(device.id), returned_on=day, by=by)
    actions.leave(person, left_on=day, by=by)
    actions.declare_closing(queries.member(person.id).item, signed_on=day, by=by)
