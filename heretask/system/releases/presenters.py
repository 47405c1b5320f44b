"""Releases as their pages show them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from heretask.kernel.identity.people import names_of
from heretask.kernel.release.bom import Part
from heretask.kernel.release.running import Running, running

from . import queries
from .models import Release


@dataclass(frozen=True, slots=True)
class Row:
    """A release, as a line."""

    id: UUID
    version: str
    commit: str
    made_at: dt.datetime
    approved_by: str
    approved_at: dt.datetime | None
    runs: bool
    state: str
    word: str
    components: int
    size: str
    bill_size: str
    archive_sha256: str
    bill_sha256: str


def releases_context(found: list[Release]) -> dict[str, Any]:
    """The list, what runs, and whether that is in order."""
    here = running()
    rows = _rows(found, here)
    facts = queries.facts()
    return {
        "releases": rows, "commit": here.commit, "running": next((row for row in rows if row.runs), None),
        "released": facts.may_run, "changed": facts.release is not None and not facts.same_code,
        "first": not facts.approved, "waiting": sum(row.approved_at is None for row in rows), "facts": facts,
    }  # fmt: skip


def release_context(found: Release, parts: list[Part]) -> dict[str, Any]:
    """One of them, with its materials."""
    return {"one": _rows([found], running())[0], "parts": parts}


def _rows(found: list[Release], here: Running) -> list[Row]:
    approvals = {one.id: queries.approval_of(one) for one in found}
    names = names_of({approval.approved_by_id for approval in approvals.values() if approval})
    return [_row(one, approvals[one.id], names, here) for one in found]


def _row(one: Release, approval: Any, names: dict[UUID, str], here: Running) -> Row:
    runs = one.commit == here.commit
    if runs and one.code != here.code:
        state, word = "broken", _("Runs with changes")
    elif approval is None:
        state, word = ("broken", _("Runs, not approved")) if runs else ("due", _("Waits for approval"))
    else:
        state, word = ("ok", _("Runs")) if runs else ("info", _("Approved"))
    return Row(
        one.id, one.version, one.commit, one.made_at, names.get(approval.approved_by_id, "") if approval else "",
        approval.approved_at if approval else None, runs, state, word, one.components,
        filesizeformat(one.archive_size), filesizeformat(one.bill_size), one.archive_sha256, one.bill_sha256,
    )  # fmt: skip
