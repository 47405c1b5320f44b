"""The registers as their pages show them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heretask.kernel.access.decide import Actor, may
from heretask.kernel.evidence.promises import PROMISES
from heretask.kernel.identity.people import names_of
from heretask.system.records import queries as records
from heretask.system.records.queries import Change, Item, Standing
from heretask.system.records.registers import Field, Kind, Register
from heretask.ui.templatetags.ht import day

from . import levels
from .declarations import RISKS
from .queries import Entry, Listed, current
from .shelves import Shelf, level_of

STATES = ("broken", "due", "ok", "info")
Names = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Row:
    """An entry in the list."""

    id: UUID
    number: int
    title: str
    cells: list[tuple[Any, str]]
    state: str
    word: str
    level: str = ""
    level_state: str = ""
    keys: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Past:
    """Something that was recorded."""

    at: dt.datetime
    title: Any
    before: str
    after: str
    why: str
    who: str
    back: str = ""  # what the change page begins with, to put it back


def index_context(found: Mapping[str, Listed]) -> dict[str, Any]:
    """All registers, with how many of their entries are late or due."""
    today = timezone.localdate()
    cards = []
    for key, listed in found.items():
        states = [listed.told(item, today)[0] for item in current(listed)]
        cards.append({
            "key": key, "title": listed.shelf.register.title, "sentence": listed.shelf.sentence,
            "icon": listed.shelf.icon, "all": len(listed.items), "broken": states.count("broken"),
            "due": states.count("due"),
        })  # fmt: skip
    return {"cards": cards}


def list_context(found: Listed, query: Mapping[str, str], *, by: Actor) -> dict[str, Any]:
    """A register: its entries, sorted and filtered as asked for."""
    register, shelf = found.shelf.register, found.shelf
    rows = rows_of(found)
    shown = [row for row in rows if not query.get("state") or row.state == query["state"]]
    sort = query.get("sort", "")
    if sort in {"title", *shelf.columns}:
        shown = sorted(shown, key=lambda row: (row.keys[sort] == "", row.keys[sort]))
    words = {"broken": _("Overdue or wrong"), "due": _("Due"), "ok": _("In order"), "info": _("Put aside")}
    states = [row.state for row in rows]
    return {
        "shelf": shelf, "key": register.key, "rows": shown, "all": len(rows),
        "heads": [register.field(key).label for key in shelf.columns],
        "states": [(s, words[s], states.count(s)) for s in STATES if s in states],
        "state": query.get("state", ""), "sort": sort,
        "sorts": [("title", _("Name")), *((key, register.field(key).label) for key in shelf.columns)],
        "may_change": may(by, register.change), "is_risks": register is RISKS,
    }  # fmt: skip


def rows_of(found: Listed) -> list[Row]:
    """Every entry as a row: what is late first, then what is due."""
    today, register = timezone.localdate(), found.shelf.register
    rows = []
    for number, item in enumerate(found.items, 1):
        state, word = found.told(item, today)
        level = level_of(item) if register is RISKS else ""
        cells = [(f.label, words_of(f, item.values[f.key], found.names)) for f in _columns(found.shelf)]
        keys: dict[str, Any] = {"title": found.titles[item.id].casefold()}
        keys |= {f.key: _key(f, item, found.names) for f in _columns(found.shelf)}
        rows.append(Row(
            item.id, number, found.titles[item.id], cells, state, word,
            str(levels.LEVELS[level]) if level else "", levels.STATES.get(level, ""), keys,
        ))  # fmt: skip
    order = {state: place for place, state in enumerate(STATES)}
    return sorted(rows, key=lambda row: order.get(row.state, 2))


def entry_context(found: Entry, *, by: Actor) -> dict[str, Any]:
    """One entry: what it says now, what must be done about it, and all that was."""
    shelf, item = found.listed.shelf, found.item
    register = shelf.register
    state, word = found.listed.told(item, timezone.localdate())
    facts = [
        {
            "label": f.label, "words": words_of(f, item.values[f.key], found.listed.names),
            "long": f.kind is Kind.LONG, "promises": _promises(f, item.values[f.key]),
        } for f in register.fields if item.values[f.key]
    ]  # fmt: skip
    change = may(by, register.change)
    return {
        "shelf": shelf, "key": register.key, "id": item.id, "title": found.listed.titles[item.id], "facts": facts,
        "state": state, "word": word, "may_change": change, "past": _past(found, change=change),
        "duties": [_duty(s) for s in found.duties if s.closing or s is found.duties[0]],
        "places": _places(item) if register is RISKS else None, "item": item,
    }  # fmt: skip


def change_initial(register: Register, item: Item, back: str, history: list[Change]) -> dict[str, Any]:
    """What the form begins with: what stands there now, but for a value that is to be put back."""
    values = {
        f.key: item.values[f.key].split(",") if f.kind is Kind.MANY and item.values[f.key] else item.values[f.key]
        for f in register.fields
    }
    key, _colon, number = back.partition(":")
    for one in history:
        if one.field.key == key and str(one.number) == number:
            values[key] = one.before.split(",") if one.field.kind is Kind.MANY else one.before
            values["why"] = _("Put back as it was.")
    return values


def words_of(found: Field, kept: str, names: Names) -> str:
    """A kept value as a sentence shows it."""
    if not kept:
        return ""
    if found.kind is Kind.REFERENCE:
        return names.get(found.of, {}).get(kept, _("somebody who is gone"))
    shown = found.shown(kept)
    return day(shown) if isinstance(shown, dt.date) else shown


def promise_sentence(id_: str) -> str:
    """What a promise says."""
    return str(PROMISES[id_].sentence)


def who(by: UUID | None, names: Mapping[UUID, str]) -> str:
    """Who did something, by name."""
    return names.get(by, _("a user who is gone")) if by else _("The operator at the server")


def _columns(shelf: Shelf) -> list[Field]:
    return [shelf.register.field(key) for key in shelf.columns]


def _key(found: Field, item: Item, names: Names) -> str:
    kept = item.values[found.key]
    return kept if found.kind in {Kind.DATE, Kind.NUMBER} else words_of(found, kept, names).casefold()


def _promises(found: Field, kept: str) -> list[tuple[str, str]]:
    if found.key not in {"promises", "promise"}:
        return []
    return [(id_, promise_sentence(id_)) for id_ in kept.split(",") if id_ in PROMISES]


def _places(item: Item) -> list[tuple[Any, str, str, int]]:
    found = [(_("Without treatment"), levels.before(item.values)), (_("With treatment"), levels.after(item.values))]
    return [
        (label, levels.STATES[place.level], str(levels.LEVELS[place.level]), place.product)
        for label, place in found if place
    ]  # fmt: skip


def _past(found: Entry, *, change: bool) -> list[Past]:
    closings = [s for s in found.duties if s.closing]
    people = {c.by for c in found.history} | {s.closing.done_by for s in closings if s.closing}
    names = names_of(id_ for id_ in people if id_)
    past = [
        Past(
            c.at, c.field.label, words_of(c.field, c.before, found.listed.names),
            words_of(c.field, c.after, found.listed.names) or "–", c.why, who(c.by, names),
            f"{c.field.key}:{c.number}" if change and c.number > 1 and not c.field.acted else "",
        ) for c in found.history
    ]  # fmt: skip
    past += [
        Past(
            s.closing.done_at, s.rule.sentence, "", _("Done %(day)s") % {"day": day(s.closing.done_on)},
            records.note_of(s.closing), who(s.closing.done_by, names),
        ) for s in closings if s.closing
    ]  # fmt: skip
    return sorted(past, key=lambda one: one.at, reverse=True)


def _duty(standing: Standing) -> dict[str, Any]:
    late, left = -standing.days_left, standing.days_left
    if standing.closing:
        word = _("Done")
    elif late > 0:
        word = ngettext("%(days)d day late", "%(days)d days late", late) % {"days": late}
    else:
        word = ngettext("%(days)d day left", "%(days)d days left", left) % {"days": left}
    return {
        "sentence": standing.rule.sentence, "due_on": standing.duty.due_on, "state": standing.state, "word": word,
        "done_on": standing.closing.done_on if standing.closing else None, "opens_on": standing.duty.opens_on,
        "open": standing.closing is None,
    }  # fmt: skip


def url_of(key: str, entry_id: UUID) -> str:
    """Where an entry is."""
    return reverse("system.registers_one", args=[key, entry_id])
