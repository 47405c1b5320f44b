"""The wheel as its pages show it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.forms import Form
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heretask.kernel.access.decide import Actor, may
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.evidence.promises import PROMISES
from heretask.kernel.identity.people import names_of
from heretask.system.records import queries as records
from heretask.system.records.queries import Standing
from heretask.system.records.rules import Rule
from heretask.ui.templatetags.ht import day

from . import drawing, policies, queries
from .queries import Handing, Spoke

YEAR = dt.timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Row:
    """A duty in the list, and its mark in the drawing, by the same number."""

    number: int
    sentence: Any
    promises: str
    sub: str
    state: str
    word: str
    url: str
    said: str


@dataclass(frozen=True, slots=True)
class Group:
    """Duties of a quarter, or those that are late."""

    key: str
    title: str
    state: str
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class Past:
    """A duty of an earlier period, or one that is late: both days, and by how much it was missed."""

    sentence: Any
    url: str
    due_on: dt.date
    done_on: dt.date | None
    state: str
    word: str
    note: str = ""
    who: str = ""


def word(standing: Standing) -> str:
    """How an open duty stands, in a word or two."""
    left = standing.days_left
    if left < 0:
        return ngettext("%(days)d day late", "%(days)d days late", -left) % {"days": -left}
    if standing.state == "due":
        return ngettext("%(days)d day left", "%(days)d days left", left) % {"days": left} if left else _("Due today")
    return _("Not due yet")


def missed_word(standing: Standing) -> str:
    """How an earlier duty was kept: on time, too late, or not yet."""
    if standing.closing is None:
        return word(standing)
    late = standing.missed_by
    return ngettext("%(days)d day too late", "%(days)d days too late", late) % {"days": late} if late else _("On time")


def who(spoke: Spoke) -> str:
    """Who answers for it."""
    return spoke.person.values["name"] if spoke.person else _("Management")


def url_of(standing: Standing) -> str:
    """The duty's page."""
    return reverse("system.wheel_duty", args=[standing.duty.id])


def wheel_context(spokes: Sequence[Spoke], today: dt.date, year: int, *, by: Actor) -> dict[str, Any]:
    """The whole wheel: list and drawing of the same, what was missed in a year, and the promises that rest on it."""
    rows = [(spoke, _row(number, spoke)) for number, spoke in enumerate((s for s in spokes if s.open), 1)]
    states = [row.state for _spoke, row in rows]
    closed = [s for spoke in spokes for s in spoke.duties if s.closing and today - s.closing.done_on < YEAR]
    years = sorted({today.year, *(s.duty.due_on.year for spoke in spokes for s in spoke.duties if s.missed_by)})
    late, due = states.count("broken"), states.count("due")
    return {
        "rows": rows, "groups": _groups(rows), "late": late, "due": due, "open": len(rows), "done": len(closed),
        "unplanned": [spoke for spoke in spokes if not spoke.duties], "may_change": may(by, P.SYSTEM_WHEEL_CHANGE),
        "months": drawing.months(today.year), "marks": drawing.placed((s.due_on, row) for s, row in rows),
        "dots": drawing.done((s.closing.done_on, s.missed_by > 0) for s in closed if s.closing),
        "hand": drawing.hand(today), "today": today,
        "label": _("The year with %(open)d open duties: %(late)d late, %(due)d due soon. The list has the same.")
        % {"open": len(rows), "late": late, "due": due},
        "year": year, "years": years if len(years) > 1 else [], "missed": missed(spokes, year),
        "promises": sorted(queries.by_promise(spokes).items(), key=lambda one: list(PROMISES).index(one[0])),
        "promise_words": {"broken": _("Late"), "due": _("Due soon"), "ok": _("In order")},
    }  # fmt: skip


def missed(spokes: Sequence[Spoke], year: int) -> list[Past]:
    """What fell due in a year and was done too late, or is not done yet: it stays missed."""
    found = [s for spoke in spokes for s in spoke.duties if s.missed_by and s.duty.due_on.year == year]
    return [
        Past(
            s.rule.sentence, url_of(s), s.duty.due_on, s.closing.done_on if s.closing else None,
            "due" if s.closing else "broken", missed_word(s),
        )
        for s in sorted(found, key=lambda s: s.duty.due_on, reverse=True)
    ]  # fmt: skip


def duty_context(
    spoke: Spoke, handings: Sequence[Handing], duty_id: UUID, forms: Mapping[str, Form], *, by: Actor
) -> dict[str, Any]:
    """One rule: what it is, who answers, how it closes, and all its duties."""
    change = may(by, P.SYSTEM_WHEEL_CHANGE)
    opened, rule = spoke.open, spoke.rule
    closings = [s.closing for s in spoke.duties if s.closing]
    names = names_of({c.done_by for c in closings if c.done_by} | {h.by for h in handings if h.by})
    if not forms["hand"].is_bound and spoke.person:
        forms["hand"].initial["person"] = str(spoke.person.id)
    early = opened is not None and opened.duty.opens_on > opened.today
    return {
        "id": opened.duty.id if opened else duty_id, "sentence": rule.sentence, "proof": rule.proof,
        "promises": [(key, PROMISES[key].sentence) for key in rule.promises], "often": _often(rule),
        "open": opened, "word": word(opened) if opened else _("Done"), "state": spoke.state,
        "days": {"due": opened.duty.due_on, "opens": opened.duty.opens_on} if opened else None, "early": early,
        "who": who(spoke), "page": reverse(rule.page) if rule.page else "", "by_note": policies.closes_by_note(rule),
        "may_change": change, "forms": forms,
        "past": [_past(s, names, words=change) for s in spoke.duties if s.closing],
        "handings": [
            (h.at, h.person.values["name"] if h.person else _("Management"), h.why, _name(h.by, names))
            for h in handings
        ],
    }  # fmt: skip


def own_line(spoke: Spoke) -> dict[str, Any]:
    """What My duties says of a duty of the wheel to who answers for it."""
    standing = spoke.newest
    if standing is None:
        raise ValueError("was never planned")
    sub = _("Due %(day)s. You answer for it; Management closes it.") % {"day": day(standing.duty.due_on)}
    return {
        "label": spoke.rule.sentence, "sub": sub, "url": url_of(standing), "state": standing.state,
        "word": word(standing), "promise": spoke.rule.promises[0],
    }  # fmt: skip


def _row(number: int, spoke: Spoke) -> Row:
    standing = spoke.open
    if standing is None:
        raise ValueError("is closed")
    parts = [day(standing.duty.due_on), ", ".join(spoke.rule.promises), who(spoke)]
    said = f"{number}. {spoke.rule.sentence}: {day(standing.duty.due_on)}, {word(standing)}"
    return Row(
        number, spoke.rule.sentence, ", ".join(spoke.rule.promises), " · ".join(parts), standing.state,
        word(standing), url_of(standing), said,
    )  # fmt: skip


def _groups(rows: Sequence[tuple[Spoke, Row]]) -> list[Group]:
    """Those that are late, then quarter by quarter."""
    groups: dict[str, Group] = {}
    for spoke, row in rows:
        if row.state == "broken":
            key, title, state = "late", _("Late"), "broken"
        else:
            quarter = (spoke.due_on.month + 2) // 3
            key, state = f"q{spoke.due_on.year}-{quarter}", ""
            title = _("Quarter %(quarter)d, %(year)d") % {"quarter": quarter, "year": spoke.due_on.year}
        groups.setdefault(key, Group(key, title, state, [])).rows.append(row)
    return list(groups.values())


def _past(standing: Standing, names: Mapping[UUID, str], *, words: bool) -> Past:
    closing = standing.closing
    if closing is None:
        raise ValueError("is open")
    return Past(
        standing.rule.sentence, url_of(standing), standing.duty.due_on, closing.done_on,
        "due" if standing.missed_by else "ok", missed_word(standing), records.note_of(closing) if words else "",
        _name(closing.done_by, names),
    )  # fmt: skip


def _often(rule: Rule) -> str:
    if not rule.months:
        return _("Once")
    if rule.months == policies.YEAR:
        return _("Every year")
    return _("Every month") if rule.months == 1 else _("Every %(months)d months") % {"months": rule.months}


def _name(by: UUID | None, names: Mapping[UUID, str]) -> str:
    return names.get(by, _("a user who is gone")) if by else _("The operator at the server")
