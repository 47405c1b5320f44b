"""What the records engine keeps for staff: two registers, and the duties of each person."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.staff.eligibility import EARLY, FIRST_TRAINING, YEAR, State
from heretask.system.records.registers import Field, Kind, Register, register
from heretask.system.records.rules import Rule, a_note, a_signature, rule

CLEAR, NOT_CLEAR = "clear", "not_clear"
YES_NO = (("yes", _("Yes")), ("no", _("No")))
AGREEMENT, TRAINING_PLAN = "confidentiality", "training"
DOCUMENTS = {
    AGREEMENT: _("Confidentiality rules, during and after employment"),
    TRAINING_PLAN: _("What training in IT security covers"),
}
FIRST_TEXTS: dict[str, Promise] = {
    AGREEMENT: _(
        "1. What I learn at work about citizens, customers and colleagues, I tell nobody who does not need it for "
        "their work.\n"
        "2. I look only at what the task in front of me needs, and only under a grant.\n"
        "3. I keep no personal data on paper or on machines of my own, and send none outside the systems.\n"
        "4. What I find or suspect to be a breach, I report to Management at once.\n"
        "5. All of this goes on after my employment has ended, without an end.\n"
        "6. Whoever breaks these rules may lose the job. Breaches of the law are reported to the police."
    ),
    TRAINING_PLAN: _(
        "1. Passwords, second factors and locking the machine.\n"
        "2. Deceitful mail, calls and visitors, with examples of the last year.\n"
        "3. Working away from the office.\n"
        "4. What a breach is, and how it is reported.\n"
        "5. What is new in our policies since last time."
    ),
}  # what a first version may begin with

STAFF = register(Register(
    "staff", _("Staff"),
    (
        Field("name", _("Name"), required=True, longest=120),
        Field("login", _("Login"), Kind.REFERENCE),
        Field("state", _("State"), Kind.CHOICE, (
            (State.PROBATION, _("On probation")), (State.EMPLOYED, _("Employed")), (State.LEFT, _("Has left")),
        ), required=True),
        Field("hired_on", _("Hired"), Kind.DATE, required=True),
        Field("employed_on", _("Employed by Management"), Kind.DATE),
        Field("left_on", _("Last day"), Kind.DATE),
        Field("checked_on", _("Criminal record check"), Kind.DATE),
        Field("outcome", _("Outcome of the check"), Kind.CHOICE, (
            (CLEAR, _("Nothing on it")), (NOT_CLEAR, _("Something on it")),
        ), sealed=True),
        Field("cleared_on", _("Counts as checked from"), Kind.DATE),
    ),
    P.SYSTEM_STAFF_SEE, P.SYSTEM_STAFF_CHANGE,
))  # fmt: skip

STATED = ("encrypted", "locks", "locked_away")  # what is answered with yes of a device that is confirmed

EQUIPMENT = register(Register(
    "equipment", _("Equipment"),
    (
        Field("what", _("What"), required=True, longest=120),
        Field("number", _("Number on it"), longest=80),
        Field("encrypted", _("Is its disk encrypted?"), Kind.CHOICE, YES_NO, required=True),
        Field("person", _("Person"), Kind.REFERENCE, required=True),
        Field("handed_on", _("Handed out"), Kind.DATE, required=True),
        Field("returned_on", _("Returned"), Kind.DATE),
        Field("stated_on", _("Stated by who has it"), Kind.DATE),
        Field("locks", _("Locks after 5 minutes and when left"), Kind.CHOICE, YES_NO),
        Field("locked_away", _("Locked away when nobody uses it"), Kind.CHOICE, YES_NO),
        Field("place", _("Where it is kept"), longest=200),
    ),
    P.SYSTEM_STAFF_SEE, P.SYSTEM_STAFF_CHANGE,
))  # fmt: skip

CHECK = rule(Rule("staff.check", _("Criminal record check"), ("STAFF-1", "STAFF-2"), YEAR, early=EARLY))
TRAINING = rule(Rule("staff.training", _("Training in IT security"), ("STAFF-3",), YEAR, a_note, early=EARLY))
CONFIDENTIALITY = rule(Rule("staff.confidentiality", _("Confidentiality agreement"), ("CONF-1",), 0, a_signature))
CLOSING = rule(Rule("staff.closing", _("Closing declaration on confidentiality"), ("CONF-1",), 0, a_signature))
CONSULTATION = rule(Rule("staff.consultation", _("Yearly consultation"), ("STAFF-6",), YEAR, a_note))
STATEMENT = rule(Rule("staff.equipment", _("Statement on equipment"), ("DATA-4", "EQUIP-1"), YEAR, a_note))

TRAIN_WITHIN = FIRST_TRAINING
SIGN_WITHIN = 14  # days, for a new version of the agreement, and for the closing declaration
STATE_WITHIN = 30  # days, from the first device
