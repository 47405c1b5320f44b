"""Releases as their pages show them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from heretask.kernel.identity.people import names_of
from heretask.kernel.release.bom import Part
from heretask.kernel.release.browsers import ENGINES, PHONE, WIDTHS, Walk, Walked
from heretask.kernel.release.running import Running, running

from . import policies, queries
from .models import Release

ENGINE_WORDS = {"chromium": "Chromium", "firefox": "Firefox", "webkit": gettext_lazy("WebKit, the engine of Safari")}
STEP_WORDS = {
    "sign_in": gettext_lazy("signing in"), "today": gettext_lazy("the start page"),
    "citizen": gettext_lazy("opening a citizen"), "draft": gettext_lazy("keeping a draft"),
    "note": gettext_lazy("signing a note"), "search": gettext_lazy("searching"),
    "message": gettext_lazy("sending a message"), "parts": gettext_lazy("bringing a part of a page up to date"),
    "calendar": gettext_lazy("the calendar"), "idle": gettext_lazy("signing out after five idle minutes"),
    "sign_out": gettext_lazy("signing out"),
}  # fmt: skip


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
    """One of them, with its materials and its browser tests."""
    return {"one": _rows([found], running())[0], "parts": parts, "browsers": _browsers(queries.browsers_of(found))}


@dataclass(frozen=True, slots=True)
class Cell:
    """How one engine came through at one width."""

    state: str
    word: str
    failed: str = ""


@dataclass(frozen=True, slots=True)
class Browsers:
    """The browser tests of a release, as a table of engines and widths."""

    at: dt.datetime
    days: int
    old: bool
    passed: int
    of: int
    heads: tuple[str, ...]
    rows: tuple[tuple[str, str, tuple[Cell, ...]], ...]

    @property
    def whole(self) -> bool:
        """Whether every engine passed."""
        return self.passed == self.of


def _browsers(walked: Walked | None) -> Browsers | None:
    if walked is None:
        return None
    versions, age = walked.versions(), timezone.now() - walked.at
    rows = tuple(
        (str(ENGINE_WORDS[one]), versions.get(one, ""), tuple(_cell(walked.of(one, width)) for width in WIDTHS))
        for one in ENGINES
    )
    phone, desk = _("Phone, %(width)s pixels"), _("Desk, %(width)s pixels")
    heads = tuple((phone if width == PHONE else desk) % {"width": width} for width in WIDTHS)
    return Browsers(walked.at, age.days, age > policies.CURRENT, len(walked.passed), len(ENGINES), heads, rows)


def _cell(walk: Walk | None) -> Cell:
    if walk is None:
        return Cell("broken", _("Not walked"))
    if walk.passed:
        return Cell("ok", _("Passed"))
    step = walk.failed.partition(":")[0]
    if step in STEP_WORDS:
        return Cell("broken", _("Failed"), str(STEP_WORDS[step]))
    return Cell("broken", _("Failed"), _("the browser did not start") if not walk.steps else "")


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
