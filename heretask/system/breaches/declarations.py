"""What the records engine keeps of breaches: the supplier's register, each customer's own, and the yearly exercise."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from heretask.kernel.access.permissions import Permission as P
from heretask.system.records.registers import Field, Kind, Register, register
from heretask.system.records.rules import Rule, a_note, a_thing, rule

LONGEST = 4000
KINDS = (
    ("confidentiality", _("Somebody saw what they had no right to")),
    ("integrity", _("Data was changed or is wrong")),
    ("availability", _("Data was lost or out of reach")),
)
OPEN, REPORTED, NOT_REPORTED = "open", "reported", "not_reported"
DECISIONS = (
    (OPEN, _("Not decided yet")),
    (REPORTED, _("Reported to Datatilsynet")),
    (NOT_REPORTED, _("Not to be reported")),
)

BREACHES = register(Register(
    "breach", _("Register of breaches"),
    (
        Field("case", _("Case"), Kind.REFERENCE, required=True),
        Field("known_on", _("Known on"), Kind.DATE, required=True),
        Field("kind", _("What sort of breach?"), Kind.CHOICE, KINDS, required=True),
        Field("facts", _("The facts"), required=True, longest=LONGEST),
        Field("effects", _("Its effects"), required=True, longest=LONGEST),
        Field("remedies", _("What was done about it"), required=True, longest=LONGEST),
        Field("police_on", _("Reported to the police"), Kind.DATE),
    ),
    P.SYSTEM_BREACHES_RUN, P.SYSTEM_BREACHES_RUN,
))  # fmt: skip

OWN_BREACHES = register(Register(
    "own_breach", _("Our register of breaches"),
    (
        Field("notice", _("Notice"), Kind.REFERENCE, required=True),
        Field("known_on", _("Known on"), Kind.DATE, required=True),
        Field("decision", _("Decision"), Kind.CHOICE, DECISIONS, required=True),
        Field("decided_on", _("Decided on"), Kind.DATE),
        Field("number", _("Number at Datatilsynet"), longest=80),
        Field("why", _("Why it is not reported"), longest=LONGEST),
        Field("facts", _("The facts"), longest=LONGEST),
        Field("effects", _("Its effects"), longest=LONGEST),
        Field("remedies", _("What was done about it"), longest=LONGEST),
    ),
    P.SYSTEM_BREACHES_READ, P.SYSTEM_BREACHES_READ,
))  # fmt: skip

EXERCISE = rule(Rule(
    "breaches.exercise", _("Exercise: every customer told within 24 hours"), ("NOTIFY-1",), 12, a_thing("breach"),
    season=5, page="system.breaches_new", proof=_("An exercise that was closed with what was learned."),
))  # fmt: skip

SHEET = rule(Rule(
    "breaches.sheet", _("Sealed sheet of emergency contacts: written anew and put in its box"), ("NOTIFY-1",), 12,
    a_note, season=6, page="system.breaches",
    proof=_("A note: how many customers are on it, and where the box is. Never the passphrase."),
))  # fmt: skip
