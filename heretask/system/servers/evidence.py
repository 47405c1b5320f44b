"""Measured: that whoever was on the servers had announced it, that the portal's log came, how the servers are set up.

Over the installation, and published to every customer: counts, dates and rules, no names.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from heretask.kernel.evidence.measuring import INSTALLATION, Result, State, evidence

from . import queries

OLDEST = dt.timedelta(hours=26)  # the log is read at least daily
PORTAL_DUE, PORTAL_LATE = dt.timedelta(days=35), dt.timedelta(days=45)
REPORT_DUE, REPORT_LATE = dt.timedelta(days=31), dt.timedelta(days=45)


@evidence(
    "LOG-5",
    scope=INSTALLATION,
    counts=_("sessions on the servers that were announced or explained, of all in 30 days"),
    how=_(
        "The servers' own log is read at least once a day: sign-ins by SSH, commands with another user's rights, and "
        "connections to the database. Each session must have been announced before it began, or be explained by "
        "somebody of Management who was not there. The hosting portal's log must have been received within 35 days."
    ),
)
def log_5() -> Result:
    """Sessions and findings, the age of the last reading, and the last log of the portal."""
    facts, now = queries.facts(), timezone.now()
    if facts.read_at is None:
        return Result(State.UNKNOWN, "-", {"reason": "never collected"})
    settled = facts.matched + facts.explained
    sample: dict[str, Any] = {
        "visits": facts.visits, "visits_matched": facts.matched, "visits_explained": facts.explained,
        "visits_open": facts.findings, "portal_until": facts.portal_until.isoformat() if facts.portal_until else None,
        "log_sources": f"{facts.sources_read} / {facts.sources}",
        "log_read_hours": int((now - facts.read_at).total_seconds() // 3600),
    }  # fmt: skip
    came = facts.portal_until or timezone.localdate(facts.installed_at)
    late = came + PORTAL_LATE
    due = facts.portal_until is None or timezone.localdate() - came > PORTAL_DUE
    if due:
        sample["due_on"] = late.isoformat()
    state = State.DUE if due or facts.sources_read < facts.sources else State.HOLDS
    if facts.findings or now - facts.read_at > OLDEST or timezone.localdate() > late:
        state = State.BROKEN
    return Result(state, f"{settled} / {facts.visits}", sample)


@evidence(
    "COMM-1",
    scope=INSTALLATION,
    counts=_("accounts on the servers that belong to nobody, of all with which one can get in"),
    how=_(
        "Each server is asked once a month how it is set up: Linux, SSH with keys only, no sign-in as root, one "
        "account per person of the register, a firewall, no security updates that wait, encrypted disks, the right "
        "time, and nothing listening that need not. Every rule must hold; what could not be asked does not."
    ),
)
def comm_1() -> Result:
    """The newest report of each server."""
    reports = queries.facts().reports
    if not reports:
        return Result(State.UNKNOWN, "-", {"reason": "never checked"})
    answers = [(rule, answer) for one in reports for rule, answer in one["answers"].items()]
    broken = sorted({rule for rule, answer in answers if answer == "broken"})
    unclear = sorted({rule for rule, answer in answers if answer not in {"holds", "broken"}})
    strangers, accounts = sum(one["strangers"] for one in reports), sum(one["accounts"] for one in reports)
    oldest = min(dt.datetime.fromisoformat(one["made_at"]) for one in reports)
    age = timezone.now() - oldest
    sample: dict[str, Any] = {
        "servers": len(reports), "rules_broken": broken, "rules_unclear": unclear,
        "server_report": timezone.localdate(oldest).isoformat(),
    }  # fmt: skip
    state = State.UNKNOWN if unclear else State.HOLDS
    if age > REPORT_DUE:
        state = State.DUE
        sample["due_on"] = timezone.localdate(oldest + REPORT_LATE).isoformat()
    if broken or strangers or age > REPORT_LATE:
        state = State.BROKEN
    return Result(state, f"{strangers} / {accounts}", sample)
