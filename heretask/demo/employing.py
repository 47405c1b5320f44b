"""The demo's supplier: who was hired when, checked, trained, and has signed; one of them with something due soon."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.utils import timezone

from heretask.demo.cast import Named
from heretask.kernel.access.decide import Actor
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.identity.models import User
from heretask.kernel.periods import months_after
from heretask.kernel.staff.eligibility import YEAR
from heretask.system.records import actions as records
from heretask.system.records.queries import Item
from heretask.system.records.rules import Proof
from heretask.system.staff import actions
from heretask.system.staff.declarations import EQUIPMENT, FIRST_TEXTS, STAFF, STATEMENT, TRAINING_PLAN

CHECKED = {"finn": 353, "grethe": 120, "henrik": 200}  # days ago: Finn's is to be renewed within two weeks

STATED = {"Grethe Vang": "Låst skab hjemme, pengeskabet på kontoret", "Henrik Dahl": "Aflåst skrivebord på kontoret"}


def staff(people: Iterable[tuple[Named, User]], by: Actor) -> None:
    """The cast, employed for a while; somebody who begins soon, and somebody who has left."""
    today = timezone.localdate()
    text, review_on = str(FIRST_TEXTS[TRAINING_PLAN]), months_after(today, YEAR)
    actions.publish(TRAINING_PLAN, text, review_on=review_on, by=by)
    for named, user in people:
        checked = today - dt.timedelta(days=CHECKED[named.user_name])
        person = actions.admit(
            name=named.name, login=user.id, hired_on=checked, checked_on=checked, signed_on=checked, by=by
        )
        actions.employ(person, by=by)
        _equip(person, today - dt.timedelta(days=10), by)
        trained = checked + dt.timedelta(days=20)
        actions.record_training(person, done_on=trained, what="Kursus i IT-sikkerhed, hele dagen", by=by)
    begins = today + dt.timedelta(days=4)
    actions.hire(name="Ida Storm", hired_on=begins, login=None, by=by)
    begun = today - dt.timedelta(days=400)
    gone = actions.admit(name="Karl Bech", login=None, hired_on=begun, checked_on=begun, signed_on=begun, by=by)
    left_on = today - dt.timedelta(days=9)
    actions.leave(gone, left_on=left_on, by=by)


def _equip(person: Item, handed_on: dt.date, by: Actor) -> None:
    number = f"HT-{handed_on:%y%m}-{len(person.values['name']):02d}"
    made = actions.hand_out(
        person, what="Bærbar computer", number=number, encrypted="yes", handed_on=handed_on, by=by
    )  # fmt: skip
    place = STATED.get(person.values["name"])
    if place:
        day = handed_on + dt.timedelta(days=1)
        said = {"locks": "yes", "locked_away": "yes", "place": place, "stated_on": day}
        records.change(EQUIPMENT, made.id, said, by=by)
        proof = Proof(day, place)
        records.close(STATEMENT, proof, about=person.id, by=by, permission=P.SYSTEM_STAFF_CHANGE, kind=STAFF.key)
