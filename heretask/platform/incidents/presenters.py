"""How reports and what became of them are shown."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heretask.ui.shell import place_names

from .actions import Listed, Lists, Report, Step
from .policies import LATE_MINUTES
from .queries import Row


@dataclass(frozen=True, slots=True)
class Line:
    """A report in a list."""

    id: Any
    title: str
    sub: str
    made_at: dt.datetime
    state: str
    word: str
    news: bool = False


def state_of(state: str, *, news: bool = False) -> tuple[str, str]:
    """A report's state as a pill: colour and word."""
    if news:
        return "info", _("Answered")
    return {
        "reported": ("due", _("Reported")),
        "opened": ("info", _("Opened by Management")),
        "looking": ("info", _("Being looked into")),
        "closed": ("ok", _("Closed")),
    }.get(state, ("unknown", state))


def lists_context(lists: Lists) -> dict[str, Any]:
    """One's own, and the customer's."""
    here = None if lists.here is None else [_line(row, named=True) for row in lists.here]
    return {"own": [_line(row, named=False) for row in lists.own], "here": here}


def _line(row: Row, *, named: bool) -> Line:
    state, word = state_of(row.state, news=row.news and not named)
    page = page_name(row.page)
    who = row.reporter or _("Somebody who was not signed in")
    title, sub = (who, page if row.reporter else "") if named else (_("From %(page)s") % {"page": page}, "")
    return Line(row.id, title, sub, row.made_at, state, word, row.news)


def page_name(page: str) -> str:
    """What the place is called from which it was reported."""
    return place_names().get(page, "") or _("a page of HereTask")


def everywhere_context(found: list[Listed]) -> dict[str, Any]:
    """Management's list: what nobody opened, what is under way, what is closed."""
    return {
        "unopened": [listed_line(one) for one in found if one.opened_at is None],
        "under_way": [listed_line(one) for one in found if one.opened_at and not one.closed_at],
        "closed": [listed_line(one) for one in found if one.closed_at],
    }  # fmt: skip


def listed_line(one: Listed) -> Line:
    """With how long it has waited."""
    title = one.customer_name if one.signed_in else _("Somebody who was not signed in")
    if one.opened_at is None:
        minutes = minutes_between(one.made_at, timezone.now())
        waits = ngettext("%d minute not opened", "%d minutes not opened", minutes) % minutes
        state = "broken" if minutes > LATE_MINUTES else "due"
        return Line(one.id, title, _from(one), one.made_at, state, waits if minutes else _("New report"))
    state, word = state_of(one.state)
    minutes = minutes_between(one.made_at, one.opened_at)
    waited = ngettext("opened after %d minute", "opened after %d minutes", minutes) % minutes
    return Line(one.id, title, " · ".join(filter(None, [_from(one), waited])), one.made_at, state, word)


def _from(one: Listed) -> str:
    return page_name(one.page) if one.signed_in else ""


def minutes_between(start: dt.datetime, end: dt.datetime) -> int:
    """Whole minutes."""
    return max(0, int((end - start).total_seconds() // 60))


def report_context(found: Report) -> dict[str, Any]:
    """One report: what was said, and what became of it."""
    state, word = state_of(found.state)
    minutes = minutes_between(found.made_at, found.opened_at) if found.opened_at else None
    return {
        "report": found, "state": state, "word": word, "minutes": minutes,
        "page_name": page_name(found.page) if found.reporter else "", "steps": [_shown(one) for one in found.steps],
    }  # fmt: skip


def _shown(step: Step) -> dict[str, Any]:
    words = {
        "opened": _("Opened by Management"), "looking": _("Being looked into"), "answered": _("Answer"),
        "closed": _("Closed"),
    }  # fmt: skip
    return {"word": words.get(step.kind, step.kind), "step": step, "closed": step.kind == "closed"}
