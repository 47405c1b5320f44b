"""The registers of this feature and their duties: risks, subcontractors, the data centre, processing, consultations."""

from __future__ import annotations

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.evidence.promises import PROMISES
from heretask.system.records.registers import Field, Kind, Register, register
from heretask.system.records.rules import Rule, a_note, a_thing, rule

from .countries import COUNTRIES

SEE, CHANGE = P.SYSTEM_REGISTERS_SEE, P.SYSTEM_REGISTERS_CHANGE
YEAR, SOON, GRACE = 12, 30, 30  # months; days before its day something is due; days to answer what is new
NOTICE = 30  # days that customers have to object before a new subcontractor begins

YES_NO = (("yes", _("Yes")), ("no", _("No")))
HOW_LIKELY = (
    ("1", _("1 – hardly ever")), ("2", _("2 – once in many years")), ("3", _("3 – once in a few years")),
    ("4", _("4 – every year")), ("5", _("5 – several times a year")),
)  # fmt: skip
HOW_BAD = (
    ("1", _("1 – an annoyance")), ("2", _("2 – some trouble, soon over")), ("3", _("3 – felt for weeks")),
    ("4", _("4 – serious harm")), ("5", _("5 – harm that stays")),
)  # fmt: skip
ACCEPT, REDUCE, AVOID, TRANSFER = "accept", "reduce", "avoid", "transfer"
PROMISE_CHOICES = tuple((id_, id_) for id_ in PROMISES)


def _scale(key: str, label: Lazy, words: tuple[tuple[str, Lazy], ...], *, required: bool = False) -> Field:
    return Field(key, label, Kind.NUMBER, words, required=required)


RISKS = register(Register(
    "risks", _("Risks"),
    (
        Field("what", _("What can happen?"), required=True, longest=200),
        Field("whom", _("To whom?"), Kind.MANY, (
            ("citizens", _("Citizens")), ("relatives", _("Relatives")), ("carers", _("The customers' staff")),
            ("us", _("Ourselves")),
        ), required=True),
        Field("cause", _("What would be the cause?"), Kind.LONG, longest=1000),
        Field("harm", _("What would it mean for the citizen?"), Kind.LONG, longest=1000),
        _scale("likely", _("How likely"), HOW_LIKELY, required=True),
        _scale("citizen", _("How bad for the citizen"), HOW_BAD, required=True),
        _scale("us", _("How bad for us"), HOW_BAD, required=True),
        Field("treatment", _("What do we do about it?"), Kind.CHOICE, (
            (REDUCE, _("Make it smaller")), (ACCEPT, _("Accept it")), (AVOID, _("Avoid it")),
            (TRANSFER, _("Let somebody else carry it")),
        ), required=True),
        Field("measures", _("Measures"), Kind.LONG, longest=1500),
        _scale("left_likely", _("How likely afterwards"), HOW_LIKELY),
        _scale("left_citizen", _("How bad for the citizen afterwards"), HOW_BAD),
        _scale("left_us", _("How bad for us afterwards"), HOW_BAD),
        Field("owner", _("Who owns it"), Kind.REFERENCE, of="staff"),
        Field("review_on", _("To be looked at again by"), Kind.DATE, required=True),
        Field("promises", _("Promises it bears on"), Kind.MANY, PROMISE_CHOICES, sealed=True),
        Field("accepted_by", _("Who accepts it"), Kind.REFERENCE, of="staff",
              hint=_("Needed where a high risk is accepted.")),
        Field("accepted_why", _("Why it is accepted"), Kind.LONG, longest=600,
              hint=_("Needed where a high risk is accepted.")),
        Field("closed_on", _("Cannot happen any more since"), Kind.DATE),
        Field("looked_on", _("Last looked at"), Kind.DATE, acted=True),
    ),
    SEE, CHANGE,
))  # fmt: skip

MONITORING = register(Register(
    "monitoring", _("Is monitoring still enough?"),
    (
        Field("asked_on", _("Answered"), Kind.DATE, required=True),
        Field("enough", _("Is it still enough?"), Kind.CHOICE, YES_NO, required=True),
        Field("found", _("Planted faults that were found"), Kind.NUMBER, required=True, least=0, most=9999),
        Field("planted", _("Planted faults"), Kind.NUMBER, required=True, least=0, most=9999),
        Field("source", _("Where the numbers are from"), Kind.CHOICE, (
            ("measured", _("Measured by the systems")), ("declared", _("Declared by hand")),
        ), required=True),
        Field("words", _("What is missing, what will be changed?"), Kind.LONG, required=True, longest=1500),
    ),
    SEE, CHANGE,
))  # fmt: skip

KINDS_OF_SERVICE = (
    ("hosting", _("Hosting")), ("copies", _("A place for backups")), ("messages", _("Mail and SMS")),
    ("development", _("Development")), ("support", _("Support")), ("other", _("Something else")),
)  # fmt: skip
KINDS_OF_DATA = (
    ("content", _("Citizens' data, readable")), ("sealed", _("Citizens' data, sealed")),
    ("contact", _("Mail addresses and phone numbers of staff")), ("traffic", _("Addresses and times of use")),
    ("none", _("No personal data")),
)  # fmt: skip
SUBCONTRACTORS = register(Register(
    "subcontractors", _("Subcontractors"),
    (
        Field("name", _("Name"), required=True, longest=80, published=True, hint=_("Customers read it.")),
        Field("kind", _("Kind of service"), Kind.CHOICE, KINDS_OF_SERVICE, required=True,
              hint=_("Decides which of our promises they must keep, too.")),
        Field("service", _("What they do for us"), required=True, longest=80, published=True,
              hint=_("Customers read it.")),
        Field("data", _("Kinds of data"), Kind.MANY, KINDS_OF_DATA, required=True),
        Field("country", _("Country"), Kind.CHOICE, COUNTRIES, required=True),
        Field("basis", _("Basis for the transfer outside the EU and the EEA"), Kind.CHOICE, (
            ("adequate", _("Decision on adequate protection (art. 45)")),
            ("clauses", _("Standard contractual clauses (art. 46)")), ("rules", _("Binding corporate rules (art. 47)")),
        )),
        Field("processor", _("Is there a data processing agreement?"), Kind.CHOICE, YES_NO, required=True),
        Field("agreed_on", _("Agreement of"), Kind.DATE),
        Field("expires_on", _("Agreement expires"), Kind.DATE),
        Field("announced_on", _("Announced to customers"), Kind.DATE, required=True),
        Field("begins_on", _("Begins"), Kind.DATE, required=True,
              hint=_("30 days after the announcement at the earliest: customers may object.")),
        Field("hurry", _("Why sooner than 30 days"), Kind.LONG, longest=600),
        Field("contact", _("Contact"), Kind.LONG, longest=400, hint=_("Name, phone, mail. No customer reads it.")),
        Field("ended_on", _("Has ended"), Kind.DATE),
    ),
    SEE, CHANGE,
))  # fmt: skip
ASKS_ANEW = frozenset({"kind", "service", "data", "country", "basis", "processor", "agreed_on"})

SAME, DIFFERS = "same", "differs"
ACCEPTED, REFUSED = "accepted", "refused"
REQUIREMENTS = register(Register(
    "requirements", _("Subcontractors' requirements"),
    (
        Field("subcontractor", _("Subcontractor"), Kind.REFERENCE, required=True, of="subcontractors", acted=True),
        Field("promise", _("Our promise"), Kind.CHOICE, PROMISE_CHOICES, required=True, acted=True),
        Field("answer", _("Their requirement is"), Kind.CHOICE, (
            (SAME, _("The same as ours")), (DIFFERS, _("Different from ours")),
        ), required=True),
        Field("term", _("What theirs says"), Kind.LONG, longest=1000),
        Field("control", _("What makes up for it"), Kind.LONG, longest=1000),
        Field("decision", _("Decision"), Kind.CHOICE, (
            (ACCEPTED, _("Accepted")), (REFUSED, _("Not accepted")),
        ), acted=True),
        Field("decided_on", _("Decided"), Kind.DATE, acted=True),
        Field("told_on", _("Customers were told"), Kind.DATE),
        Field("open_since", _("Waits for a decision since"), Kind.DATE, acted=True),
    ),
    SEE, CHANGE,
))  # fmt: skip
_ALWAYS = ("CONF-1", "STAFF-3", "BREACH-1", "NOTIFY-1", "SUB-1")
CONCERNS: dict[str, tuple[str, ...]] = {
    "hosting": (*_ALWAYS, "STAFF-1", "DATA-1", "ACCESS-3", "OPS-1", "OPS-2", "LOG-5", "PHYS-1", "PHYS-2", "CONT-1"),
    "copies": (*_ALWAYS, "STAFF-1", "DATA-1", "ACCESS-3", "OPS-2", "LOG-5", "PHYS-1", "PHYS-2"),
    "messages": (*_ALWAYS, "DATA-1", "DATA-5", "LOG-3"),
    "development": (*_ALWAYS, "STAFF-1", "STAFF-4", "ORG-2", "ACCESS-3", "REMOTE-1", "DATA-4", "SOURCE-1"),
    "support": (*_ALWAYS, "STAFF-1", "STAFF-4", "ORG-2", "ACCESS-3", "REMOTE-1", "DATA-4", "LOG-3"),
    "other": _ALWAYS,
}

PHYSICAL_RISKS = "physical"  # the kind of report that PHYS-2 asks for
REPORTS = register(Register(
    "reports", _("Reports received"),
    (
        Field("subcontractor", _("Subcontractor"), Kind.REFERENCE, required=True, of="subcontractors"),
        Field("kind", _("Kind of report"), Kind.CHOICE, (
            ("audit", _("Auditor's report, such as ISAE 3402 or 3000")), ("certificate", _("Certificate")),
            (PHYSICAL_RISKS, _("Assessment of physical risks")), ("test", _("Test of security")),
            ("other", _("Something else")),
        ), required=True),
        Field("dated_on", _("Date of the report"), Kind.DATE, required=True),
        Field("since", _("Covers from"), Kind.DATE),
        Field("until", _("Covers to"), Kind.DATE),
        Field("conclusion", _("What it concludes"), Kind.LONG, required=True, longest=1500),
        Field("file", _("File"), longest=200, acted=True),
        Field("digest", _("Check sum"), longest=64, acted=True),
    ),
    SEE, CHANGE,
))  # fmt: skip

CONTROLS = (
    ("cards", _("Personal key cards")), ("visitors", _("Visitors are met and followed")),
    ("entries", _("Log of who came in")), ("alarm", _("Alarm and cameras")), ("fire", _("Fire")),
    ("power", _("Power")), ("cooling", _("Cooling and water")), ("disposal", _("Disposal of disks")),
)  # fmt: skip
PHYSICAL = register(Register(
    "physical", _("Physical security"),
    (
        Field("control", _("What is protected"), Kind.CHOICE, CONTROLS, required=True),
        Field("provider", _("Who answers for it"), Kind.REFERENCE, required=True, of="subcontractors"),
        Field("how", _("How"), Kind.LONG, required=True, longest=1000),
        Field("evidence", _("Evidence received"), required=True, longest=300,
              hint=_("What shows it: a report, a certificate, a letter.")),
        Field("received_on", _("Received"), Kind.DATE, required=True),
        Field("valid_until", _("Counts until"), Kind.DATE, required=True),
    ),
    SEE, CHANGE,
))  # fmt: skip

PROCESSING = register(Register(
    "processing", _("Records of processing"),
    (
        Field("name", _("Processing"), required=True, longest=200),
        Field("role", _("We are"), Kind.CHOICE, (
            ("processor", _("Processor, for our customers (art. 30(2))")),
            ("controller", _("Controller ourselves (art. 30(1))")),
        ), required=True),
        Field("controllers", _("For whom, with representative and data protection officer"), Kind.LONG, longest=600),
        Field("purpose", _("Purpose, or what is done with the data"), Kind.LONG, required=True, longest=1000),
        Field("subjects", _("Whose data"), Kind.MANY, (
            ("citizens", _("Citizens")), ("relatives", _("Relatives")), ("carers", _("The customers' staff")),
            ("staff", _("Our own staff")), ("contacts", _("Contacts at customers and suppliers")),
        ), required=True),
        Field("data", _("Kinds of data"), Kind.MANY, (
            ("ordinary", _("Ordinary data")), ("health", _("Health and other sensitive data (art. 9)")),
            ("cpr", _("CPR numbers")), ("crime", _("Criminal convictions (art. 10)")),
        ), required=True),
        Field("recipients", _("Who receives data"), Kind.LONG, longest=600),
        Field("transfers", _("Countries outside the EU and the EEA, and the safeguards"), Kind.LONG, longest=600),
        Field("erasure", _("When data is erased"), Kind.LONG, required=True, longest=600),
        Field("security", _("How it is protected"), Kind.LONG, required=True, longest=1000),
        Field("reviewed_on", _("Last looked at"), Kind.DATE, acted=True),
        Field("ended_on", _("Has ended"), Kind.DATE),
    ),
    SEE, CHANGE,
))  # fmt: skip

CONSULTATIONS = register(Register(
    "consultations", _("Consultations"),
    (
        Field("about", _("About what"), required=True, longest=200),
        Field("asked", _("Who was asked"), Kind.CHOICE, (
            ("authority", _("The Danish Data Protection Agency (art. 36)")),
            ("officer", _("A data protection officer")), ("customers", _("Customers")),
            ("citizens", _("Citizens or relatives")), ("staff", _("Our own staff")), ("other", _("Somebody else")),
        ), required=True),
        Field("asked_on", _("Asked"), Kind.DATE, required=True),
        Field("question", _("Question"), Kind.LONG, required=True, longest=1500),
        Field("answered_on", _("Answered"), Kind.DATE),
        Field("answer", _("Answer, and what we did by it"), Kind.LONG, longest=1500),
        Field("answer_by", _("Answer expected by"), Kind.DATE),
    ),
    SEE, CHANGE,
))  # fmt: skip

MEETING = rule(Rule(
    "registers.meeting", _("Review and risk assessment at the general meeting"), ("PROT-2",), YEAR, a_thing("minutes"),
    season=1, page="system.registers", proof=_("The signed minutes of the general meeting."),
))  # fmt: skip
REVIEW = rule(Rule(
    "registers.risks", _("Yearly review of all risks"), ("PROT-3",), YEAR, a_thing("monitoring"), season=11,
    page="system.registers_review",
    proof=_("Every risk has been looked at, and it is answered whether monitoring is still enough."),
))  # fmt: skip
ASSESSMENT = rule(Rule(
    "registers.subcontractor", _("Assessment of a subcontractor"), ("SUB-1",), YEAR, a_note,
    page="system.registers", proof=_("What was looked at, and what came of it."),
))  # fmt: skip
REQUIREMENTS_REVIEW = rule(Rule(
    "registers.requirements", _("Review of what subcontractors require"), ("SUB-2",), YEAR,
    a_thing("requirements"), season=4, page="system.registers_requirements",
    proof=_("Every difference is answered and decided."),
))  # fmt: skip
NO_ACCESS = rule(Rule(
    "registers.no_access", _("Statement that we have no physical access"), ("PHYS-1",), YEAR, a_note, season=2,
    page="system.registers_physical", proof=_("Who has key cards to the data centre: none of us."),
))  # fmt: skip
PHYSICAL_ASSESSMENT = rule(Rule(
    "registers.physical", _("The hosting provider's assessment of its physical risks"), ("PHYS-2",), YEAR,
    a_thing("report"), season=2, page="system.registers_physical",
    proof=_("The provider's assessment, kept under Reports received."),
))  # fmt: skip
PROCESSING_REVIEW = rule(Rule(
    "registers.processing", _("Yearly review of the records of processing"), ("PROT-3",), YEAR,
    a_thing("processing"), season=10, page="system.registers_processing",
    proof=_("Each record was read, and still says what is done."),
))  # fmt: skip
