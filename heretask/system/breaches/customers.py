"""The customers of a case as its pages show them: what is late first, a page at a time, and who was told by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from heretask.kernel.identity.people import names_of
from heretask.ui.templatetags.ht import clock, day_short

from .models import StepKind
from .queries import Found, Opened, Row, Told
from .words import WAYS

SHOWN, FIRST = 25, 8  # lines on a page of customers, and on the page of the case
UNTOLD, WAITING, RECEIVED, TOUCHED, HAND, AFTERWARDS = "untold", "waiting", "received", "touched", "hand", "afterwards"
SHOWS: dict[str, Any] = {
    "": gettext_lazy("All"), UNTOLD: gettext_lazy("Not told"), WAITING: gettext_lazy("Told, no receipt"),
    RECEIVED: gettext_lazy("Received"), TOUCHED: gettext_lazy("Touched"), HAND: gettext_lazy("Told by hand"),
    AFTERWARDS: gettext_lazy("Came afterwards"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One customer: how far its notice is, and what was found of it."""

    id: UUID
    name: str
    told: Told | None
    found: Row | None
    by_hand: bool

    @property
    def stands(self) -> str:
        """How far it is: not told, told without a receipt, or received."""
        if self.told is None or self.told.told_at is None:
            return UNTOLD
        return RECEIVED if self.told.received_at else WAITING

    @property
    def shows(self) -> set[str]:
        """Under which of the choices it stands."""
        found = {"", self.stands}
        found |= {TOUCHED} if self.found and self.found.touched else set()
        found |= {HAND} if self.by_hand else set()
        return found | ({AFTERWARDS} if self.found and self.found.afterwards else set())


@dataclass(frozen=True, slots=True)
class Hand:
    """That a customer was told by hand, as somebody wrote it down."""

    customer: UUID | None
    name: str
    way: str
    at: dt.datetime | None
    who: str
    heard: str
    text: str
    by: str
    written_at: dt.datetime


def lines(one: Opened, told: Iterable[Told], found: Found | None) -> list[Line]:
    """Every customer of a case, who was not told first, then who has given no receipt."""
    rows = {row.about: row for row in found.rows} if found else {}
    reached = {step.about for step in one.steps if step.kind == StepKind.REACHED}
    made = [Line(row.customer, row.name, row, rows.pop(row.customer, None), row.customer in reached) for row in told]
    made += [Line(row.about, row.name, None, row, by_hand=False) for row in rows.values() if row.touched]  # closed ones
    order = (UNTOLD, WAITING, RECEIVED)
    return sorted(made, key=lambda line: (order.index(line.stands), line.name))


def hands(one: Opened, customer: UUID | None = None, *, names: Mapping[UUID, str]) -> list[Hand]:
    """Who was told by hand, the newest first; of one customer, or of all."""
    steps = [
        step for step in reversed(one.steps)
        if step.kind == StepKind.REACHED and (customer is None or step.about == customer)
    ]  # fmt: skip
    people = names_of({step.by for step in steps if step.by})
    return [
        Hand(
            step.about, names.get(step.about, "") if step.about else "", str(WAYS.get(step.words.get("how", ""), "")),
            dt.datetime.fromisoformat(step.words["at"]) if step.words.get("at") else None, step.words.get("who", ""),
            step.words.get("heard", ""), step.words.get("text", ""), people.get(step.by, "") if step.by else "",
            step.at,
        )
        for step in steps
    ]  # fmt: skip


def said_of(words: Mapping[str, Any]) -> str:
    """What the history says of a customer that was told by hand."""
    at = dt.datetime.fromisoformat(str(words["at"])) if words.get("at") else None
    heard = _("received by %(who)s") % {"who": words["heard"]} if words.get("heard") else ""
    parts = (
        str(WAYS.get(str(words.get("how", "")), "")), f"{day_short(at)} {clock(at)}" if at else "",
        str(words.get("who", "")), heard, str(words.get("text", "")),
    )  # fmt: skip
    return " · ".join(part for part in parts if part)


def groups(found: Iterable[Line]) -> list[tuple[str, str, int]]:
    """The choices that have anybody under them: (choice, its word, how many)."""
    rows = list(found)
    numbers = {key: sum(1 for line in rows if key in line.shows) for key in SHOWS}
    return [(key, str(word), numbers[key]) for key, word in SHOWS.items() if numbers[key] or not key]


def shown_line(line: Line) -> dict[str, Any]:
    """One customer as a row: state, and what is known of it in a sentence."""
    told, row = line.told, line.found
    state, word = {
        UNTOLD: ("broken", _("Not told")), WAITING: ("due", _("Told, no receipt")), RECEIVED: ("ok", _("Received")),
    }[line.stands]  # fmt: skip
    said = []
    if (told and not told.active) or told is None:
        said.append(_("closed: tell it by hand") if line.stands == UNTOLD else _("closed"))
    if row and row.touched:
        said.append(ngettext("%d citizen touched", "%d citizens touched", row.citizens) % row.citizens)
    if row and row.afterwards:
        said.append(_("came afterwards, looked at %(day)s %(clock)s") % _moment(row.at))
    if told and told.made_at:
        said.append(_("told %(day)s %(clock)s") % _moment(told.made_at))
    if told and told.reached_at:
        said.append(_("told by hand %(day)s %(clock)s") % _moment(told.reached_at))
    if told and told.received_at:
        said.append(_("received %(day)s %(clock)s") % _moment(told.received_at))
    return {"line": line, "state": state, "word": word, "sub": " · ".join(said)}


def page_of(found: list[Line], show: str, page: int) -> dict[str, Any]:
    """A page of customers under one of the choices, and where the others are."""
    show = show if show in SHOWS else ""
    rows = [line for line in found if show in line.shows]
    page = min(max(page, 1), max((len(rows) + SHOWN - 1) // SHOWN, 1))
    first = (page - 1) * SHOWN
    part = rows[first : first + SHOWN]
    return {
        "rows": [shown_line(line) for line in part], "show": show, "shows": groups(found), "all": len(found),
        "pager": {
            "previous": page - 1 if page > 1 else 0, "next": page + 1 if first + SHOWN < len(rows) else 0,
            "from": first + 1, "to": first + len(part), "total": len(rows),
        },
    }  # fmt: skip


def _moment(at: dt.datetime) -> dict[str, str]:
    return {"day": day_short(at), "clock": clock(at)}
