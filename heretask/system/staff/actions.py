"""What is done about staff: each is permission, policy, change and event in one transaction.

Management records; people do their own duties themselves. Nobody decides about themselves.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from heretask.kernel.access.decide import Actor, check
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.approvals.asking import ask
from heretask.kernel.approvals.models import Approval
from heretask.kernel.identity.ending import end_sessions_of
from heretask.kernel.identity.models import User
from heretask.kernel.log import record
from heretask.kernel.periods import months_after
from heretask.kernel.secrets.opening import seal
from heretask.kernel.staff.eligibility import EARLY, YEAR, State
from heretask.kernel.tenancy.base import current
from heretask.system.records import actions as records
from heretask.system.records import queries as kept
from heretask.system.records.models import Entry, Signature, Version
from heretask.system.records.queries import Item
from heretask.system.records.rules import Proof, Rule

from . import events, policies, queries
from .declarations import (
    AGREEMENT,
    CHECK,
    CLEAR,
    CLOSING,
    CONFIDENTIALITY,
    CONSULTATION,
    DOCUMENTS,
    EQUIPMENT,
    FIRST_TEXTS,
    NOT_CLEAR,
    SIGN_WITHIN,
    STAFF,
    STATE_WITHIN,
    STATED,
    STATEMENT,
    TRAIN_WITHIN,
    TRAINING,
)  # fmt: skip
from .models import Override
from .policies import Refused
from .queries import Dossier, Member, Register
from .two_people import OVERRIDE


def see_staff(*, by: Actor) -> Register:
    """Read the register."""
    check(by, P.SYSTEM_STAFF_SEE)
    found = queries.register()
    record(events.LISTED, hits=len(found.members))
    return found


def see_person(person_id: UUID, *, by: Actor) -> Dossier:
    """Read all of one person; raises Entry.DoesNotExist."""
    check(by, P.SYSTEM_STAFF_SEE)
    found = queries.dossier(person_id)
    record(events.READ, on=(STAFF.key, person_id))
    return found


def see_own(*, by: Actor) -> tuple[Member | None, dict[str, Version]]:
    """Read one's own duties, and the documents that they are about."""
    check(by, P.SYSTEM_STAFF_OWN)
    found = queries.own(by.person_id)
    record(events.OWN_READ, on=(STAFF.key, found.item.id if found else None))
    return found, kept.newest_versions()


def hire(*, name: str, hired_on: dt.date, login: UUID | None, by: Actor) -> Entry:
    """Put somebody on the register, on probation, and plan what must be done (STAFF-5)."""
    check(by, P.SYSTEM_STAFF_CHANGE)
    if login is not None and login == by.user_id:
        raise Refused(_("This is about yourself. The other manager does it."))
    policies.check_login_is_free(login, queries.taken_logins(), {id_ for id_, _name in queries.logins()})
    made = records.add(
        STAFF, {"name": name, "login": login, "state": State.PROBATION, "hired_on": hired_on}, by=by, event=events.HIRED
    )
    _plan_all(made.id, hired_on)
    return made


def admit(
    *, name: str, login: UUID | None, hired_on: dt.date, checked_on: dt.date, signed_on: dt.date, by: Actor
) -> Item:  # fmt: skip
    """Hire somebody whose check and agreement are there already: at the server, for the first people of all."""
    if AGREEMENT not in kept.newest_versions():
        review_on = months_after(timezone.localdate(), YEAR)
        records.publish(
            "staff", AGREEMENT, str(FIRST_TEXTS[AGREEMENT]), review_on=review_on, by=by,
            permission=P.SYSTEM_STAFF_CHANGE,
        )  # fmt: skip
    made = hire(name=name, hired_on=hired_on, login=login, by=by)
    person = kept.item(STAFF, made.id)
    record_check(person, checked_on=checked_on, clear=True, by=by)
    sign_on_paper(person, signed_on=signed_on, by=by)
    return kept.item(STAFF, made.id)


def tie_login(person: Item, login: UUID | None, *, by: Actor) -> None:
    """Tie somebody to a login, or to none; sessions of the one before end."""
    check(by, P.SYSTEM_STAFF_CHANGE)
    policies.check_is_not_oneself(person, by.user_id)
    if login is not None and login == by.user_id:
        raise Refused(_("This is about yourself. The other manager does it."))
    policies.check_login_is_free(login, queries.taken_logins(person.id), {id_ for id_, _name in queries.logins()})
    if records.change(STAFF, person.id, {"login": login}, by=by, event=events.LOGIN_TIED):
        _end_sessions(person, "staff register")


def employ(person: Item, *, by: Actor) -> None:
    """Employ somebody after probation: Management's decision, never before three months are over (STAFF-4)."""
    check(by, P.SYSTEM_STAFF_CHANGE)
    policies.check_is_not_oneself(person, by.user_id)
    policies.check_state(person, State.PROBATION)
    today = timezone.localdate()
    policies.check_may_be_employed(queries.member(person.id).facts, today)
    records.change(STAFF, person.id, {"state": State.EMPLOYED, "employed_on": today}, by=by, event=events.EMPLOYED)


def leave(person: Item, *, left_on: dt.date, by: Actor) -> None:
    """Record that somebody has left: they get in nowhere from their next request on."""
    check(by, P.SYSTEM_STAFF_CHANGE)
    policies.check_is_not_oneself(person, by.user_id)
    policies.check_state(person, State.PROBATION, State.EMPLOYED)
    policies.check_left_on(person, left_on, timezone.localdate())
    records.change(STAFF, person.id, {"state": State.LEFT, "left_on": left_on}, by=by, event=events.LEFT)
    records.plan(
        CLOSING, about=person.id, opens_on=left_on - EARLY, due_on=left_on + dt.timedelta(days=SIGN_WITHIN),
        kind=STAFF.key,
    )  # fmt: skip
    _end_sessions(person, "left")


def rehire(person: Item, *, hired_on: dt.date, by: Actor) -> None:
    """Record that somebody came back: probation, check and agreement begin anew."""
    check(by, P.SYSTEM_STAFF_CHANGE)
    policies.check_is_not_oneself(person, by.user_id)
    policies.check_state(person, State.LEFT)
    policies.check_back_on(person, hired_on)
    again = {"state": State.PROBATION, "hired_on": hired_on, "employed_on": None, "left_on": None}
    records.change(STAFF, person.id, again, by=by, event=events.REHIRED)
    _plan_all(person.id, hired_on)


def record_check(person: Item, *, checked_on: dt.date, clear: bool, by: Actor) -> None:
    """Record the outcome and the day of a criminal record check, never the certificate.

    One that is not clear takes back the one before: the duty stays open, and they get in no more.
    """
    check(by, P.SYSTEM_STAFF_CHANGE)
    policies.check_is_not_oneself(person, by.user_id)
    policies.check_state(person, State.PROBATION, State.EMPLOYED)
    policies.check_checked_on(person, checked_on, timezone.localdate())
    found = {
        "checked_on": checked_on, "outcome": CLEAR if clear else NOT_CLEAR, "cleared_on": checked_on if clear else None,
    }  # fmt: skip
    if clear:
        _close(CHECK, Proof(checked_on), person.id, by=by, permission=P.SYSTEM_STAFF_CHANGE, event=events.CHECKED)
        records.change(STAFF, person.id, found, by=by)
        return
    records.change(STAFF, person.id, found, by=by, event=events.CHECKED)
    records.plan(CHECK, about=person.id, opens_on=checked_on, due_on=checked_on, kind=STAFF.key)
    _end_sessions(person, "staff register")


def sign_on_paper(person: Item, *, signed_on: dt.date, by: Actor) -> Signature:
    """Record that somebody has signed the newest confidentiality rules on paper, as before the first sign-in."""
    check(by, P.SYSTEM_STAFF_CHANGE)
    policies.check_is_not_oneself(person, by.user_id)
    policies.check_state(person, State.PROBATION, State.EMPLOYED)
    return _sign(person, signed_on, on_paper=True, by=by, permission=P.SYSTEM_STAFF_CHANGE)


def sign_own(*, version_id: UUID, by: Actor) -> Signature:
    """Sign the confidentiality rules oneself: just the version that was read."""
    person = _own(by)
    newest = _agreement()
    if newest.id != version_id:
        raise Refused(_("A newer version has been published meanwhile. Read it first."))
    return _sign(person.item, timezone.localdate(), on_paper=False, by=by, permission=P.SYSTEM_STAFF_OWN)


def declare_closing(person: Item, *, signed_on: dt.date, by: Actor) -> Signature:
    """Record the closing declaration of somebody who has left, that the duty of confidentiality goes on."""
    check(by, P.SYSTEM_STAFF_CHANGE)
    policies.check_is_not_oneself(person, by.user_id)
    policies.check_state(person, State.LEFT)
    _check_open(CLOSING, person.id, signed_on)
    made = records.sign(
        _agreement(), entry_id=person.id, how="closing", signed_on=signed_on, on_paper=True, by=by,
        permission=P.SYSTEM_STAFF_CHANGE, kind=STAFF.key, event=events.DECLARED,
    )  # fmt: skip
    _close(CLOSING, Proof(signed_on, signature=made), person.id, by=by, permission=P.SYSTEM_STAFF_CHANGE)
    return made


def record_training(person: Item, *, done_on: dt.date, what: str, by: Actor) -> None:
    """Record a training of somebody."""
    check(by, P.SYSTEM_STAFF_CHANGE)
    policies.check_state(person, State.PROBATION, State.EMPLOYED)
    proof = Proof(done_on, what)
    _close(TRAINING, proof, person.id, by=by, permission=P.SYSTEM_STAFF_CHANGE, event=events.TRAINED)


def record_consultation(person: Item, *, done_on: dt.date, remarks: str, by: Actor) -> None:
    """Record the yearly consultation of somebody, with their remarks."""
    check(by, P.SYSTEM_STAFF_CHANGE)
    policies.check_state(person, State.PROBATION, State.EMPLOYED)
    proof = Proof(done_on, remarks)
    _close(CONSULTATION, proof, person.id, by=by, permission=P.SYSTEM_STAFF_CHANGE, event=events.CONSULTED)


def train_own(*, done_on: dt.date, what: str, by: Actor) -> None:
    """Record one's own training."""
    proof = Proof(done_on, what)
    _close(TRAINING, proof, _own(by).item.id, by=by, permission=P.SYSTEM_STAFF_OWN, event=events.TRAINED)


def consult_own(*, remarks: str, by: Actor) -> None:
    """Give one's own remarks on what security asks of oneself (STAFF-6)."""
    proof = Proof(timezone.localdate(), remarks)
    _close(CONSULTATION, proof, _own(by).item.id, by=by, permission=P.SYSTEM_STAFF_OWN, event=events.CONSULTED)


def state_own(*, answers: Mapping[UUID, Mapping[str, str]], by: Actor) -> bool:
    """State of each of one's devices how it is (DATA-4, EQUIP-1); whether all are as they must be.

    What is not so is recorded too, and the duty stays open until it is mended.
    """
    person, today = _own(by), timezone.localdate()
    policies.check_states_all(person.kept_devices, answers)
    for device in person.kept_devices:
        given = {**answers[device.id], "stated_on": today}
        records.change(EQUIPMENT, device.id, given, by=by, permission=P.SYSTEM_STAFF_OWN)
    fine = all(answer[key] == "yes" for answer in answers.values() for key in STATED)
    duty = kept.open_duty(STATEMENT, person.item.id)
    if fine and duty is not None and duty.opens_on <= today:
        note = "; ".join(f"{d.values['what']}: {answers[d.id]['place']}" for d in person.kept_devices)
        proof = Proof(today, note)
        _close(STATEMENT, proof, person.item.id, by=by, permission=P.SYSTEM_STAFF_OWN, event=events.STATED)
    else:
        record(events.STATED, on=(STAFF.key, person.item.id))
    return fine


def hand_out(person: Item, *, what: str, number: str, encrypted: str, handed_on: dt.date, by: Actor) -> Entry:
    """Hand equipment out to somebody."""
    check(by, P.SYSTEM_STAFF_CHANGE)
    policies.check_state(person, State.PROBATION, State.EMPLOYED)
    policies.check_not_to_come(handed_on, timezone.localdate())
    made = records.add(
        EQUIPMENT,
        {"what": what, "number": number, "encrypted": encrypted, "person": person.id, "handed_on": handed_on},
        by=by, event=events.HANDED_OUT,
    )  # fmt: skip
    if kept.open_duty(STATEMENT, person.id) is None:
        due = handed_on + dt.timedelta(days=STATE_WITHIN)
        records.plan(STATEMENT, about=person.id, opens_on=handed_on, due_on=due, kind=STAFF.key)
    return made


def take_back(device: Item, *, returned_on: dt.date, by: Actor) -> None:
    """Take equipment back."""
    check(by, P.SYSTEM_STAFF_CHANGE)
    handed = device.date("handed_on")
    if device.values["returned_on"] or (handed is not None and returned_on < handed):
        raise Refused(_("It was returned already, or had not been handed out by that day."))
    policies.check_not_to_come(returned_on, timezone.localdate())
    records.change(EQUIPMENT, device.id, {"returned_on": returned_on}, by=by, event=events.TAKEN_BACK)


def publish(key: str, text: str, *, review_on: dt.date, by: Actor) -> Version:
    """Publish the confidentiality rules or the plan of training; the rules are to be signed anew within 14 days."""
    if key not in DOCUMENTS:
        raise Refused(_("There is no such document."))
    made = records.publish("staff", key, text, review_on=review_on, by=by, permission=P.SYSTEM_STAFF_CHANGE)
    if key == AGREEMENT:
        today = timezone.localdate()
        due = today + dt.timedelta(days=SIGN_WITHIN)
        for one in queries.members(today):
            if not one.left and kept.open_duty(CONFIDENTIALITY, one.item.id) is None:
                records.plan(CONFIDENTIALITY, about=one.item.id, opens_on=today, due_on=due, kind=STAFF.key)
    return made


def override(
    person: Item, *, what: str, until: dt.date, why: str, asked_by: User, approved_by: User, by: Actor
) -> Override:
    """Let somebody go on until a day, at the server, by both names: while there are not two managers who sign in."""
    check(by, P.SYSTEM_STAFF_CHANGE)
    if by.kind != "operator" or asked_by.id == approved_by.id:
        raise Refused(_("This takes both managers."))
    policies.check_state(person, State.PROBATION, State.EMPLOYED)
    policies.check_override(until, why, timezone.localdate())
    made = Override(
        entry_id=person.id, what=what, until=until, asked_by=asked_by, approved_by=approved_by,
        customer_id=current().customer_id,
    )  # fmt: skip
    seal(made, why=why.strip())
    made.save(force_insert=True)
    said = {"what": what, "until": until.isoformat(), "asked": asked_by.user_name, "approved": approved_by.user_name}
    record(events.OVERRIDDEN, on=(STAFF.key, person.id), variables=said)
    return made


def ask_override(person: Item, *, what: str, until: dt.date, why: str, by: Actor) -> Approval:
    """Ask the other manager to let somebody go on until a day, though a check or a training is overdue."""
    check(by, P.SYSTEM_STAFF_CHANGE)
    policies.check_is_not_oneself(person, by.user_id)
    policies.check_state(person, State.PROBATION, State.EMPLOYED)
    policies.check_override(until, why, timezone.localdate())
    login = person.values["login"]
    user = User.objects.filter(id=login).first() if login else None
    if user is None:
        raise Refused(_("They have no login that could go on."))
    asked = {"entry": str(person.id), "login": user.user_name, "what": what, "until": until.isoformat()}
    return ask(OVERRIDE, asked, why)


def _plan_all(person_id: UUID, hired_on: dt.date) -> None:
    """What everybody has to do who begins on that day."""
    planned: list[tuple[Rule, dt.date, dt.date]] = [
        (CHECK, hired_on - EARLY, hired_on), (CONFIDENTIALITY, hired_on - EARLY, hired_on),
        (TRAINING, hired_on - EARLY, hired_on + TRAIN_WITHIN),
        (CONSULTATION, hired_on, months_after(hired_on, YEAR)),
    ]  # fmt: skip
    for rule, opens_on, due_on in planned:
        records.plan(rule, about=person_id, opens_on=min(opens_on, due_on), due_on=due_on, kind=STAFF.key)


def _own(by: Actor) -> Member:
    check(by, P.SYSTEM_STAFF_OWN)
    found = queries.own(by.person_id)
    if found is None:
        raise Refused(_("Your login is not on the staff register yet. Ask Management."))
    policies.check_state(found.item, State.PROBATION, State.EMPLOYED)
    return found


def _agreement() -> Version:
    newest = kept.newest_versions().get(AGREEMENT)
    if newest is None:
        raise Refused(_("Publish the confidentiality rules first: there is nothing to sign yet."))
    return newest


def _check_open(rule: Rule, person_id: UUID, day: dt.date) -> None:
    """Raise Refused before anything is written, where closing would refuse."""
    duty = kept.open_duty(rule, person_id)
    if duty is None:
        raise Refused(_("Nothing of this kind is to be done now."))
    policies.check_period(day, duty.opens_on, timezone.localdate())


def _sign(person: Item, signed_on: dt.date, *, on_paper: bool, by: Actor, permission: P) -> Signature:
    newest = _agreement()
    _check_open(CONFIDENTIALITY, person.id, signed_on)
    made = records.sign(
        newest, entry_id=person.id, how="signed", signed_on=signed_on, on_paper=on_paper, by=by,
        permission=permission, kind=STAFF.key, event=events.SIGNED,
    )  # fmt: skip
    _close(CONFIDENTIALITY, Proof(signed_on, signature=made), person.id, by=by, permission=permission)
    return made


def _close(rule: Rule, proof: Proof, person_id: UUID, *, by: Actor, permission: P, **more: object) -> None:
    records.close(rule, proof, about=person_id, by=by, permission=permission, kind=STAFF.key, **more)  # type: ignore[arg-type]


def _end_sessions(person: Item, reason: str) -> None:
    if person.values["login"]:
        end_sessions_of(UUID(person.values["login"]), reason)
