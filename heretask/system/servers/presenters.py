"""The servers as their pages show them."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from heretask.kernel.host import matching
from heretask.kernel.host.lines import SUDO
from heretask.kernel.identity.people import names_of
from heretask.kernel.secrets.opening import open_text

from . import policies, queries
from .models import Account, PortalLog, Report, Visit
from .queries import Found

KINDS: dict[str, Lazy] = {
    "ssh": gettext_lazy("SSH"), "sudo": gettext_lazy("Commands without a sign-in"),
    "database": gettext_lazy("Database"),
}  # fmt: skip
RULES: dict[str, tuple[Lazy, Lazy]] = {
    "linux": (gettext_lazy("Linux"), gettext_lazy("The server runs Linux.")),
    "keys only": (gettext_lazy("Keys only"), gettext_lazy("SSH lets nobody in by a password.")),
    "no root": (gettext_lazy("No root"), gettext_lazy("Nobody can sign in as root.")),
    "accounts": (gettext_lazy("One account per person"), gettext_lazy("Every account is a person's in the register.")),
    "firewall": (gettext_lazy("Firewall"), gettext_lazy("What comes in is refused unless a rule lets it.")),
    "updates": (gettext_lazy("Security updates"), gettext_lazy("No security update waits.")),
    "encryption": (gettext_lazy("Encrypted disks"), gettext_lazy("System, data and swap lie encrypted.")),
    "time": (gettext_lazy("The right time"), gettext_lazy("The clock is synchronised.")),
    "ports": (gettext_lazy("Open ports"), gettext_lazy("Nothing listens that need not.")),
}
ANSWERS: dict[str, tuple[str, Lazy]] = {
    "holds": ("ok", gettext_lazy("Holds")), "broken": ("broken", gettext_lazy("Broken")),
    "cannot tell": ("unknown", gettext_lazy("Cannot tell")),
}  # fmt: skip
TABS = (
    ("system.servers", gettext_lazy("Who was there")), ("system.servers_accounts", gettext_lazy("Accounts")),
    ("system.servers_reports", gettext_lazy("How they are set up")),
    ("system.servers_portal", gettext_lazy("The portal's log")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class VisitRow:
    """A session, as a line."""

    id: UUID
    account: str
    person: str
    kind: str
    host: str
    whence: str
    key: str
    since: dt.datetime
    until: dt.datetime | None
    lasted: str
    lasts: bool
    commands: tuple[str, ...]
    state: str
    word: str
    why: str
    own: bool


def servers_context(found: Found, own: UUID | None) -> dict[str, Any]:
    """Findings, sessions and what is announced."""
    facts = queries.facts()
    ids = {v.user for v in [*found.findings, *found.visits] if v.user}
    ids |= {one.user_id for one in found.announcements} | {one.made_by for one in found.explanations.values()}
    names = names_of(ids)
    explained = {
        visit: (open_text(one, "why"), names.get(one.made_by, "")) for visit, one in found.explanations.items()
    }
    state, word = _standing(found.report)
    portal_late = found.portal is None or timezone.localdate() - found.portal.until > dt.timedelta(days=35)
    return {
        **_tabs("system.servers"), "facts": facts, "settled": facts.matched + facts.explained,
        "findings": [_visit(one, names, explained, own) for one in found.findings],
        "visits": [
            _visit(one, names, explained, own) for one in found.visits if one.matched or one.id in explained
        ],
        "announcements": [
            {
                "who": names.get(one.user_id, ""), "since": one.starts, "until": one.ends,
                "why": open_text(one, "why"), "now": one.starts <= timezone.now(),
            }
            for one in found.announcements
        ],
        "reading": found.reading, "report": found.report, "report_state": state, "report_word": word,
        "report_holds": sum(answer == "holds" for answer in found.report.answers.values()) if found.report else 0,
        "portal": found.portal, "portal_late": portal_late,
        "never": found.reading is None and not found.visits,
    }  # fmt: skip


def visit_row(visit: Visit, own: UUID | None) -> VisitRow:
    """One session, to be explained."""
    return _visit(visit, names_of([visit.user] if visit.user else []), {}, own)


def _visit(one: Visit, names: dict[UUID, str], explained: dict[UUID, tuple[str, str]], own: UUID | None) -> VisitRow:
    state, word, why = "broken", _("Nobody announced it"), ""
    if one.matched:
        state, word = "ok", matching.words_of(one.matched)
    elif one.id in explained:
        state, word, why = "info", _("Explained"), " · ".join(filter(None, reversed(explained[one.id])))
    whence = _("the server itself") if one.address == "local" else one.address
    return VisitRow(
        one.id, one.account or _("an account that cannot be read"),
        names.get(one.user, "") if one.user else _("nobody in the register"), str(KINDS.get(one.kind, one.kind)),
        one.host, whence, one.key, one.opened_at, one.closed_at, _lasted(one), one.closed_at is None,
        tuple(_command(c.name, c.target, refused=c.refused) for c in one.commands.all()), state, word, why,
        own=one.user is not None and one.user == own,
    )  # fmt: skip


def _command(name: str, target: str, *, refused: bool) -> str:
    said = _("%(name)s as %(target)s") % {"name": name, "target": target}
    return _("%(said)s (refused)") % {"said": said} if refused else said


def _lasted(one: Visit) -> str:
    if one.closed_at is None or one.kind == SUDO:
        return ""
    minutes = int((one.closed_at - one.opened_at).total_seconds() // 60)
    hours, rest = divmod(minutes, 60)
    if hours:
        return _("%(hours)d h %(minutes)d min.") % {"hours": hours, "minutes": rest}
    return _("%(minutes)d min.") % {"minutes": minutes} if minutes else _("less than a minute")


def accounts_context(found: list[Account]) -> dict[str, Any]:
    """The register."""
    names = names_of({one.user_id for one in found})
    rows = [
        {
            "id": one.id, "name": one.name, "who": names.get(one.user_id, ""), "key": one.key, "since": one.since,
            "until": one.until, "left": not one.user.active,
            "where": _("In the database") if one.kind == policies.DATABASE else _("On the servers"),
        }
        for one in found
    ]  # fmt: skip
    return {
        **_tabs("system.servers_accounts"), "now": [one for one in rows if not one["until"]],
        "ended": [one for one in rows if one["until"]],
    }  # fmt: skip


def reports_context(found: list[Report]) -> dict[str, Any]:
    """The newest report of each server with all it found, and that there were others before."""
    newest: dict[str, Report] = {}
    for one in found:
        newest.setdefault(one.host, one)
    shown = []
    for one in newest.values():
        details = json.loads(open_text(one, "details"))
        state, word = _standing(one)
        rules = [_rule(rule, answer, *details.get(rule, ("", ""))) for rule, answer in _in_order(one)]
        shown.append({"report": one, "state": state, "word": word, "rules": rules, "old": _old(one)})
    earlier = [
        {"report": one, "state": _standing(one)[0], "word": _standing(one)[1]} for one in found
        if newest[one.host] is not one
    ]  # fmt: skip
    return {**_tabs("system.servers_reports"), "shown": shown, "earlier": earlier[:12]}


def _in_order(report: Report) -> list[tuple[str, str]]:
    """The rules as they are written down above; what is not, last."""
    known = list(RULES)
    return sorted(report.answers.items(), key=lambda one: known.index(one[0]) if one[0] in known else len(known))


def _rule(rule: str, answer: str, how: str, found: str) -> dict[str, str]:
    name, sentence = RULES.get(rule, (rule, ""))
    state, word = ANSWERS.get(answer, ANSWERS["cannot tell"])
    return {"name": str(name), "sentence": str(sentence), "state": state, "word": str(word), "how": how, "found": found}


def _standing(report: Report | None) -> tuple[str, str]:
    """The worst of a report, in a word."""
    if report is None:
        return "unknown", _("never checked")
    wrong = sum(answer == "broken" for answer in report.answers.values())
    unclear = sum(answer not in {"holds", "broken"} for answer in report.answers.values())
    if wrong:
        return "broken", _("%(count)d broken") % {"count": wrong}
    if unclear:
        return "unknown", _("%(count)d cannot be told") % {"count": unclear}
    return "ok", _("all hold")


def _old(report: Report) -> bool:
    return timezone.now() - report.made_at > dt.timedelta(days=31)


def portal_context(found: list[PortalLog]) -> dict[str, Any]:
    """The documents, with what was seen in them."""
    names = names_of({one.looked_by for one in found})
    rows = [
        {
            "id": one.id, "since": one.since, "until": one.until, "received": one.received_on,
            "who": names.get(one.looked_by, ""), "only_ours": one.only_ours, "findings": open_text(one, "findings"),
            "sha256": one.sha256, "size": _size(one.size),
        }
        for one in found
    ]  # fmt: skip
    return {**_tabs("system.servers_portal"), "logs": rows}


def _size(count: int) -> str:
    return f"{count} B" if count < 1000 else f"{count / 1000:.0f} kB" if count < 1_000_000 else f"{count / 1e6:.1f} MB"


def _tabs(here: str) -> dict[str, Any]:
    return {"tabs": [(name, words, name == here) for name, words in TABS]}


def announced_today(now: dt.datetime) -> dict[str, Any]:
    """What the form begins with: today, from the next full quarter of an hour, for two hours."""
    local = timezone.localtime(now)
    begins = (local + dt.timedelta(minutes=15)).replace(second=0, microsecond=0)
    begins -= dt.timedelta(minutes=begins.minute % 15)
    ends = begins + dt.timedelta(hours=2)
    return {"day": begins.date(), "begins": begins.time(), "ends": ends.time()}
