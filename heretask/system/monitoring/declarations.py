"""The yearly duty of trying the watching."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from heretask.system.records.rules import Rule, a_thing, rule

KIND = "exercise"
PLANTED_FAULTS = rule(
    Rule(
        "monitoring.planted", _("Try the watching with planted faults"), ("MON-1", "PROT-3"), 12, a_thing("planted"),
        season=9, page="system.monitoring",
        proof=_("An exercise in which every planted fault was found, with a conclusion."),
    )
)  # fmt: skip
