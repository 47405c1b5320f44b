"""What some registers show above their list: the matrix of risks, the grid of requirements, the yearly statements."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heretask.kernel.identity.people import names_of
from heretask.system.records import queries as records
from heretask.system.records.queries import Item, Standing
from heretask.system.records.rules import RULES, Rule

from . import declarations as d
from . import levels, presenters, queries
from .countries import COUNTRIES
from .drawing import Dot, counted, matrix, trend
from .queries import Listed
from .risks import Reviewing
from .suggestions import FIRST


def picture_of(found: Listed) -> dict[str, Any]:
    """What the list of this register has above it."""
    making = {"risks": _risks, "subcontractors": _subcontractors, "physical": _physical, "processing": _processing}
    make = making.get(found.shelf.register.key)
    return make(found) if make else {}


def _risks(found: Listed) -> dict[str, Any]:
    today = timezone.localdate()
    numbers = {item.id: number for number, item in enumerate(found.items, 1)}
    open_ = queries.current(found)
    before = [(i, place) for i in open_ if (place := levels.before(i.values))]
    after = [(i, place) for i in open_ if (place := levels.after(i.values))]
    now = counted([place for _item, place in after])
    months = [(date_format(end, "M")[:3].lower(), dict(of)) for end, of in queries.levels_by_month(today)]
    high = now["high"] + now["grave"]
    return {
        "before": matrix([_dot(found, i, place, numbers) for i, place in before], _("Risks without treatment")),
        "after": matrix([_dot(found, i, place, numbers) for i, place in after], _("Risks with treatment")),
        "levels": [(level, str(word), levels.STATES[level], now[level]) for level, word in levels.LEVELS.items()],
        "trend": trend(months, ngettext(
            "%(number)d risk is high or very high now", "%(number)d risks are high or very high now", high
        ) % {"number": high}),
        "months": months, "review": _general(d.REVIEW), "suggested": len(FIRST), "meeting": _general(d.MEETING),
    }  # fmt: skip


def _dot(found: Listed, item: Item, place: levels.Place, numbers: Mapping[Any, int]) -> Dot:
    label = _("%(number)d: %(title)s. How likely %(likely)d, how bad %(bad)d.") % {
        "number": numbers[item.id], "title": found.titles[item.id], "likely": place.likely, "bad": place.bad,
    }  # fmt: skip
    return Dot(numbers[item.id], place, label, presenters.url_of(d.RISKS.key, item.id))


def _subcontractors(found: Listed) -> dict[str, Any]:
    answers = {(i.values["subcontractor"], i.values["promise"]): i for i in records.items(d.REQUIREMENTS)}
    return {"requirements": tally(queries.current(found), answers), "reports": len(records.items(d.REPORTS))}


def _physical(found: Listed) -> dict[str, Any]:
    held = {i.values["control"] for i in found.items}
    reports = [i for i in records.items(d.REPORTS) if i.values["kind"] == d.PHYSICAL_RISKS]
    newest = max((i.date("dated_on") or dt.date.min for i in reports), default=None)
    return {
        "missing": [word for key, word in d.CONTROLS if key not in held], "assessed_on": newest,
        "statement": _general(d.NO_ACCESS), "assessment": _general(d.PHYSICAL_ASSESSMENT),
    }  # fmt: skip


def _processing(_found: Listed) -> dict[str, Any]:
    return {"yearly": _general(d.PROCESSING_REVIEW)}


def tally(own: Sequence[Item], answers: Mapping[tuple[str, str], Item]) -> dict[str, int]:
    """How many requirements are unanswered, differ and are undecided, accepted, not accepted, or the same."""
    found = dict.fromkeys(("open", "same", "undecided", "accepted", "refused"), 0)
    for item in own:
        for promise in d.CONCERNS[item.values["kind"]]:
            found[standing_of(answers.get((str(item.id), promise)))] += 1
    return found


def standing_of(answer: Item | None) -> str:
    """open, same, undecided, accepted or refused."""
    if answer is None:
        return "open"
    if answer.values["answer"] == d.SAME:
        return "same"
    return answer.values["decision"] or "undecided"


CELLS = {"open": "unknown", "same": "ok", "undecided": "due", "accepted": "info", "refused": "broken"}


def requirements_context(own: Sequence[Item], answers: Mapping[tuple[str, str], Item]) -> dict[str, Any]:
    """The grid: promises downwards, subcontractors to the right; a list of the same for a phone."""
    words = {
        "open": _("Not answered"), "same": _("Same"), "undecided": _("To be decided"), "accepted": _("Accepted"),
        "refused": _("Not accepted"),
    }  # fmt: skip
    names = names_of(i.done_by for i in answers.values() if i.done_by)
    promises = [p for p in dict(d.PROMISE_CHOICES) if any(p in d.CONCERNS[i.values["kind"]] for i in own)]
    rows = []
    for promise in promises:
        cells = []
        for item in own:
            answer = answers.get((str(item.id), promise))
            concerned = promise in d.CONCERNS[item.values["kind"]]
            state = standing_of(answer)
            cells.append({
                "subcontractor": item, "concerned": concerned, "state": CELLS[state], "word": words[state],
                "answer": answer, "by": presenters.who(answer.done_by, names) if answer else "",
            })  # fmt: skip
        rows.append({"id": promise, "sentence": presenters.promise_sentence(promise), "cells": cells})
    return {
        "own": own, "grid": rows, "tally": tally(own, answers), "words": words,
        "yearly": _general(d.REQUIREMENTS_REVIEW),
    }  # fmt: skip


def review_context(now: Reviewing) -> dict[str, Any]:
    """How far the yearly review of risks is."""
    today = timezone.localdate()
    return {
        "now": now, "waiting": [(i.id, i.values["what"], i.date("looked_on")) for i in now.unlooked],
        "late": bool(now.due_on and now.due_on < today), "early": bool(now.opens_on and now.opens_on > today),
        "may_close": now.planned and not now.unlooked and not (now.opens_on and now.opens_on > today),
    }  # fmt: skip


def helpers_context(found: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Who helps the supplier, for customers: what is new or changed first."""
    today = timezone.localdate()
    countries, kinds = dict(COUNTRIES), dict(d.KINDS_OF_DATA)
    bases = dict(d.SUBCONTRACTORS.field("basis").choices)
    rows = []
    for one in found:
        begins, changed = _day(one["begins_on"]), _day(one["changed_on"])
        rows.append({
            "name": one["name"], "service": one["service"], "country": countries.get(one["country"], ""),
            "basis": bases.get(one["basis"], ""), "data": [kinds[k] for k in one["data"].split(",") if k in kinds],
            "agreed_on": _day(one["agreed_on"]), "assessed_on": _day(one["assessed_on"]), "begins_on": begins,
            "announced_on": _day(one["announced_on"]), "coming": begins is not None and begins > today,
            "days_left": (begins - today).days if begins else 0, "ended_on": _day(one["ended_on"]),
            "changed_on": changed if changed and changed > today - dt.timedelta(days=d.NOTICE) else None,
            "accepted": [(p, presenters.promise_sentence(p)) for p in one["accepted"] or []],
        })  # fmt: skip
    order = sorted(rows, key=lambda r: (not r["coming"], bool(r["ended_on"]), r["changed_on"] is None, r["name"]))
    return {"rows": order, "coming": [r for r in order if r["coming"]]}


def _general(rule: Rule) -> dict[str, Any] | None:
    """The newest duty of a rule about no entry, as a page shows it."""
    today = timezone.localdate()
    found = [s for s in records.general_standings(today) if s.rule is rule]
    if not found:
        return None
    last = next((s for s in found if s.closing), None)
    return {**_shown(found[0]), "last": last.closing.done_on if last and last.closing else None}


def _shown(standing: Standing) -> dict[str, Any]:
    state = {"ok": "ok", "due": "due", "broken": "broken"}[standing.state]
    words = {"ok": _("In order"), "due": _("Due"), "broken": _("Overdue")}
    return {
        "sentence": RULES[standing.duty.rule].sentence, "due_on": standing.duty.due_on, "state": state,
        "word": words[state], "opens_on": standing.duty.opens_on,
        "open": standing.closing is None and standing.duty.opens_on <= standing.today,
    }  # fmt: skip


def _day(kept: str | None) -> dt.date | None:
    return dt.date.fromisoformat(kept) if kept else None
