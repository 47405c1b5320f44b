"""Requests as pages."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from heretask.kernel.approvals.asking import ACTS, REPLACE, RETIRE, ROTATE, about, parameters_of
from heretask.kernel.approvals.models import Approval
from heretask.kernel.identity.models import User
from heretask.kernel.identity.people import names_of
from heretask.kernel.secrets.opening import open_text

from .actions import Seen


@dataclass(frozen=True, slots=True)
class Row:
    """A request in a list: what, about whom, who asked, and where it stands."""

    id: UUID
    title: str
    about: str
    asker: str
    asked_at: dt.datetime
    ends_at: dt.datetime
    mine: bool
    state: str
    word: str


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened to a request."""

    at: dt.datetime
    sentence: str


def page_context(seen: Seen, me: UUID) -> dict[str, Any]:
    """The whole page."""
    names = _names([*seen.alive, *seen.over], seen.managers)
    alive = [_row(one, names, me) for one in seen.alive]
    open_ones = {one.id for one in seen.alive if one.approved_by_id is None and one.act != REPLACE}
    return {
        "waiting": [row for row in alive if not row.mine and row.id in open_ones],
        "mine": [row for row in alive if row.mine or row.id not in open_ones],
        "over": [_row(one, names, me) for one in seen.over],
        "managers": [
            {"name": names[user.id], "user": user, "me": user.id == me, "suspended": user.suspended_at}
            for user in seen.managers
        ],
        "replacement": _row(seen.replacement, names, me) if seen.replacement else None,
        "may_replace": len(seen.managers) == 2 and seen.replacement is None,
        "alone": len(seen.managers) < 2,
    }  # fmt: skip


def request_context(approval: Approval, me: UUID) -> dict[str, Any]:
    """One request with everything it says, as it is approved."""
    names = _names([approval], [])
    now, row = timezone.now(), _row(approval, names, me)
    over = approval.used_at is not None or approval.refused_at is not None or approval.ends_at <= now
    replacing = approval.act == REPLACE
    ready = not over and (
        (approval.waits_until is not None and approval.waits_until <= now)
        if replacing else approval.approved_by_id is not None
    )  # fmt: skip
    command = _command(approval)
    return {
        "row": row, "digest": bytes(approval.digest).hex(), "exact": approval.request,
        "why": open_text(approval, "words"), "facts": _facts(approval), "steps": _steps(approval, names),
        "replacing": replacing, "earliest": approval.waits_until, "over": over,
        "may_approve": not over and not row.mine and not replacing and approval.approved_by_id is None,
        "may_refuse": not over and (row.mine or approval.approved_by_id is None),
        "may_carry_out": ready and not command and not (replacing and not row.mine),
        "command": command if ready else "", "own": row.mine,
    }  # fmt: skip


def _command(approval: Approval) -> str:
    command = ACTS[approval.act].command if approval.act in ACTS else ""
    if not command:
        return ""
    slug = parameters_of(approval).get("slug", "")
    only = f" --customer {slug}" if slug and approval.act == ROTATE else ""
    return f"{command}{only} --approval {approval.id}"


def _facts(approval: Approval) -> list[tuple[str, str]]:
    told = parameters_of(approval)
    if approval.act == REPLACE:
        return [
            (_("Goes"), told["outgoing_name"]), (_("Comes"), told["incoming_name"]), (_("Minutes"), told["minutes"]),
        ]  # fmt: skip
    if approval.act in ACTS and (facts := ACTS[approval.act].facts) is not None:
        return facts(told)
    if "name" in told:
        return [(_("Customer"), told["name"]), (_("Short name"), told["slug"])]
    whose = (_("Customer"), told.get("slug") or _("all customers"))
    if approval.act == RETIRE:
        return [whose, (_("Afterwards"), _("Backups from before cannot be opened again."))]
    return [whose]


def _steps(approval: Approval, names: dict[UUID, str]) -> list[Step]:
    steps = [Step(approval.asked_at, _("%(name)s asked for it") % {"name": names[approval.asked_by_id]})]
    for who, at, sentence in (
        (approval.approved_by_id, approval.approved_at, _("%(name)s approved it")),
        (approval.refused_by_id, approval.refused_at, _("%(name)s refused or withdrew it")),
        (approval.used_by_id, approval.used_at, _("%(name)s carried it out")),
    ):
        if who is not None and at is not None:
            steps.append(Step(at, sentence % {"name": names[who]}))
    if approval.used_at is None and approval.refused_at is None and approval.ends_at <= timezone.now():
        steps.append(Step(approval.ends_at, _("It came to its end")))
    return steps


def _row(approval: Approval, names: dict[UUID, str], me: UUID) -> Row:
    state, word = _state(approval)
    return Row(
        approval.id, str(ACTS[approval.act].label) if approval.act in ACTS else approval.act,
        about(approval.act, parameters_of(approval)),
        names[approval.asked_by_id], approval.asked_at, approval.ends_at, approval.asked_by_id == me, state, word,
    )  # fmt: skip


def _state(approval: Approval) -> tuple[str, str]:
    now = timezone.now()
    if approval.used_at:
        return "ok", _("Carried out")
    if approval.refused_at:
        return "unknown", _("Refused")
    if approval.ends_at <= now:
        return "unknown", _("Too late")
    if approval.waits_until and approval.waits_until > now:
        return "due", _("24 hours wait")
    if approval.approved_by_id or approval.waits_until:
        return "info", _("Ready to be carried out")
    return "due", _("Waits for approval")


def _names(approvals: list[Approval], users: list[User]) -> dict[UUID, str]:
    ids = {user.id for user in users}
    for one in approvals:
        ids |= {who for who in (one.asked_by_id, one.approved_by_id, one.refused_by_id, one.used_by_id) if who}
    return names_of(ids)
