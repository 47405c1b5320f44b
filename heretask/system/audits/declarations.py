"""What the records engine keeps for self-audits and minutes: two yearly duties, and what must be mended."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.evidence.promises import PROMISES
from heretask.system.records.registers import Field, Kind, Register, register
from heretask.system.records.rules import Rule, a_note, a_thing, rule

KEEPS, REMARK, FAILS, UNASSESSED = "keeps", "remark", "fails", "unassessed"
VERDICTS = {
    KEEPS: _("Keeps"), REMARK: _("Keeps, with a remark"), FAILS: _("Does not keep"), UNASSESSED: _("Not assessed"),
}  # fmt: skip
FROM_AUDIT, FROM_MINUTES = "audit", "minutes"
MINUTES = "minutes"  # the kind of document
MEETING = "registers.meeting"  # the duty of the yearly review at the general meeting (PROT-2), where it is declared

AUDIT = rule(Rule(
    "audits.audit", _("Self-audit of security"), ("REVIEW-1",), 12, a_thing("audit"), season=10, page="system.audits",
    proof=_("Closed by a self-audit that one manager finished and the other countersigned."),
))  # fmt: skip
MEETING_HELD = rule(Rule(
    "audits.minutes", _("Minutes of the general meeting"), ("REVIEW-2",), 12, a_thing("minutes"), season=11,
    page="system.audits", proof=_("Closed by minutes of which both managers signed the same version."),
))  # fmt: skip
MENDING = rule(Rule(
    "audits.finding", _("What a self-audit or a meeting decided"), ("REVIEW-1", "REVIEW-2"), 0, a_note,
    page="system.audits", proof=_("Closed by a note that says how it was mended."),
))  # fmt: skip

FINDINGS = register(Register(
    "findings", _("Findings and decisions"),
    (
        Field("what", _("What must be done?"), required=True, longest=400),
        Field("origin", _("Decided by"), Kind.CHOICE, (
            (FROM_AUDIT, _("A self-audit")), (FROM_MINUTES, _("The general meeting")),
        ), required=True),
        Field("source", _("Which one"), Kind.REFERENCE, required=True),
        Field("promise", _("Promise"), Kind.CHOICE, tuple((id_, id_) for id_ in PROMISES)),
        Field("responsible", _("Who is responsible?"), Kind.REFERENCE, required=True),
    ),
    P.SYSTEM_AUDITS_RUN, P.SYSTEM_AUDITS_RUN,
))  # fmt: skip
