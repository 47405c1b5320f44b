"""Plans and exercises as their pages show them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.forms import Form
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heretask.kernel.access.decide import Actor, may
from heretask.kernel.access.permissions import Permission as P
from heretask.platform.drafts.queries import Draft
from heretask.system.records import queries as records
from heretask.system.records.models import Version
from heretask.system.records.queries import Item, Standing
from heretask.ui.templatetags.ht import day

from . import queries
from .declarations import AGREE_WITHIN, BEGUN, EARNEST, ENDED, FINDING, HOW, OUTCOMES, PARTIES, PLANS, STEP, Plan
from .queries import Exercise, Kept

SOON = 30  # days before its day that something is said to be near
PHASES = {"prepared": "info", "begun": "due", "ended": "due", "concluded": "ok"}


def state_of(one: Kept) -> tuple[str, str]:
    """How a plan stands, worst first, and the word for it."""
    if one.version is None or one.agree_by is None:
        return "broken", _("Not published yet")
    if one.agreed_on is None:
        late = one.agree_by < one.today
        return ("broken" if late else "due"), _("Not agreed yet")
    if one.agree_by < one.today:
        return "broken", _("Agreement is too old")
    if one.plan.exercised and one.last_exercise is None:
        new = timezone.localdate(one.version.done_at) + AGREE_WITHIN >= one.today
        return ("due" if new else "broken"), _("Not tried yet")
    if not one.is_tried:
        return "broken", _("Not tried within a year")
    left = [(by - one.today).days for by in (one.agree_by, one.exercise_by) if by]
    if min(left) <= SOON:
        return "due", _("Soon again")
    return "ok", _("Agreed and tried") if one.plan.exercised else _("Agreed")


def list_context(found: list[Kept], exercises: list[Exercise], *, by: Actor) -> dict[str, Any]:
    """Plans, exercises, and what is open after them."""
    rows, names = [], _names()
    for one in found:
        state, word = state_of(one)
        rows.append({"one": one, "state": state, "word": word})
    return {
        "rows": rows, "exercises": [_exercise_row(one) for one in exercises],
        "actions": [_action(item, standing, one, names) for one in exercises for item, standing in one.actions
                    if standing.closing is None],
        "may_run": may(by, P.SYSTEM_CONTINUITY_RUN), "agreed": sum(one.is_agreed for one in found),
        "tried": sum(one.plan.exercised and one.is_tried for one in found),
        "must": sum(one.plan.exercised for one in found), "all": len(found),
    }  # fmt: skip


def plan_context(one: Kept, exercises: list[Exercise], *, by: Actor) -> dict[str, Any]:
    """One plan: its text, who has agreed, its versions, its exercises."""
    state, word = state_of(one)
    person = queries.person_of(by.user_id)
    agreed = queries.last_agreement(one.version.id, person.id) if one.version and person else None
    return {
        "plan": one.plan, "one": one, "state": state, "word": word,
        "text": records.text_of(one.version) if one.version else "",
        "agreements": [
            {"who": a.values["who"], "party": PARTIES[a.values["party"]], "day": a.date("agreed_on"),
             "how": HOW[a.values["how"]], "reference": a.values["reference"]}
            for a in one.agreements
        ],
        "versions": records.versions(one.plan.document),
        "exercises": [_exercise_row(e) for e in exercises], "may_run": may(by, P.SYSTEM_CONTINUITY_RUN),
        "may_agree": one.version is not None and person is not None and may(by, P.SYSTEM_CONTINUITY_RUN)
                     and queries.may_agree_again(agreed, one.today),
    }  # fmt: skip


def exercise_context(one: Exercise, forms: Mapping[str, Form], *, by: Actor) -> dict[str, Any]:
    """One exercise, with what can be done in its phase."""
    steps = sorted(one.steps, key=lambda s: s.done_at)
    start = next((s.done_at for s in steps if s.values["kind"] == BEGUN), None)
    end = next((s.done_at for s in steps if s.values["kind"] == ENDED), None)
    run, person = may(by, P.SYSTEM_CONTINUITY_RUN), queries.person_of(by.user_id)
    names = _names()
    actions = [_action(item, standing, one, names) for item, standing in one.actions]
    for line in actions:
        own = person is not None and line["person_id"] == str(person.id)
        line["may_close"] = line["open"] and (run or own)
    return {
        "id": one.item.id, "plan": PLANS[one.item.values["plan"]], "scenario": one.item.values["scenario"],
        "held_on": one.item.date("held_on"), "phase": one.phase, "phase_state": PHASES[one.phase],
        "phase_word": phase_word(one.phase), "people": [p.values["name"] for p in one.people],
        "steps": [_step(s, start) for s in steps], "minutes": _minutes(start, end) if end else None,
        "findings": sum(s.values["kind"] == FINDING for s in steps), "actions": actions,
        "outcome": OUTCOMES.get(one.item.values["outcome"], ""), "conclusion": one.item.values["conclusion"],
        "concluded_on": one.item.date("concluded_on"), "may_run": run, "forms": forms,
        "earnest": one.item.values["earnest"] == EARNEST, "case_id": one.item.values["case"] if run else "",
    }  # fmt: skip


def phase_word(phase: str) -> str:
    """The word for how far an exercise has come."""
    return {
        "prepared": _("Prepared"), "begun": _("Goes on"), "ended": _("Ended, not concluded"),
        "concluded": _("Concluded"),
    }[phase]  # fmt: skip


def first_values(plan: Plan, newest: Version | None, draft: Draft | None) -> dict[str, Any]:
    """What the form begins with: the draft, else the newest text, else one to start from."""
    begun: dict[str, Any] = {"text": records.text_of(newest) if newest else str(plan.first)}
    kept = {key: value for key, value in draft.fields.items() if key in {"text", "review_on"}} if draft else {}
    return begun | kept


def own_line(item: Item, standing: Standing) -> dict[str, Any]:
    """What My duties says of an action."""
    line = _standing(standing)
    return {
        "label": item.values["what"], "state": line["state"], "word": line["word"], "sub": line["sub"],
        "promise": "CONT-2", "url": reverse("system.continuity_exercise", args=[item.values["exercise"]]),
    }  # fmt: skip


def _exercise_row(one: Exercise) -> dict[str, Any]:
    findings = sum(s.values["kind"] == FINDING for s in one.steps)
    return {
        "id": one.item.id, "title": PLANS[one.item.values["plan"]].title, "held_on": one.item.date("held_on"),
        "scenario": one.item.values["scenario"], "state": PHASES[one.phase],
        "earnest": one.item.values["earnest"] == EARNEST,
        "word": OUTCOMES.get(one.item.values["outcome"]) or phase_word(one.phase),
        "findings": ngettext("%(n)d finding", "%(n)d findings", findings) % {"n": findings},
    }  # fmt: skip


def _action(item: Item, standing: Standing, one: Exercise, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "id": item.id, "what": item.values["what"], "person_id": item.values["person"], "exercise": one.item.id,
        "person": names.get(item.values["person"], ""), "open": standing.closing is None,
        "note": records.note_of(standing.closing) if standing.closing else "", **_standing(standing),
    }  # fmt: skip


def _names() -> dict[str, str]:
    """Names of everybody on the staff register."""
    return {str(one.id): one.values["name"] for one in queries.everybody()}


def _standing(standing: Standing) -> dict[str, str]:
    if standing.closing:
        return {"state": "ok", "word": _("Done"), "sub": _("Done %(day)s") % {"day": day(standing.closing.done_on)}}
    left, sub = standing.days_left, _("Due %(day)s") % {"day": day(standing.duty.due_on)}
    if left < 0:
        return {
            "state": "broken", "sub": sub,
            "word": ngettext("%(days)d day late", "%(days)d days late", -left) % {"days": -left},
        }  # fmt: skip
    word = ngettext("%(days)d day left", "%(days)d days left", left) % {"days": left} if left else _("Due today")
    return {"state": "due", "word": word, "sub": sub}


def _step(step: Item, start: dt.datetime | None) -> dict[str, Any]:
    kind = step.values["kind"]
    words = {BEGUN: _("Begun"), STEP: "", FINDING: _("Finding"), ENDED: _("Ended")}
    return {
        "at": step.done_at, "word": words[kind], "text": step.values["text"], "is_finding": kind == FINDING,
        "after": _minutes(start, step.done_at) if start else 0,
    }  # fmt: skip


def _minutes(start: dt.datetime | None, end: dt.datetime) -> int:
    return int((end - start).total_seconds() // 60) if start else 0
