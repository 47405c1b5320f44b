"""The staff register as its pages show it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.forms import Form
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from heretask.kernel.access.decide import Actor, may
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.identity.people import names_of
from heretask.kernel.secrets.opening import open_text
from heretask.kernel.staff import sentences
from heretask.kernel.staff.eligibility import Scope, State, Verdict, Why
from heretask.system.records import queries as records
from heretask.system.records.models import Version
from heretask.system.records.queries import Item, Standing
from heretask.ui.templatetags.ht import day

from .declarations import (
    AGREEMENT,
    CHECK,
    CLOSING,
    CONFIDENTIALITY,
    CONSULTATION,
    DOCUMENTS,
    EQUIPMENT,
    FIRST_TEXTS,
    STATED,
    STATEMENT,
    TRAINING,
    TRAINING_PLAN,
)  # fmt: skip
from .duties import others_of
from .queries import Dossier, Member, Register, confirmed

ACT_OF = {
    CHECK.key: "check", CONFIDENTIALITY.key: "sign", TRAINING.key: "training", CONSULTATION.key: "consultation",
    CLOSING.key: "closing", STATEMENT.key: "statement",
}  # fmt: skip
VERBS: dict[str, Lazy] = {
    "check": gettext_lazy("Record the check"), "sign": gettext_lazy("Record the signature on paper"),
    "training": gettext_lazy("Record training"), "consultation": gettext_lazy("Record consultation"),
    "closing": gettext_lazy("Record the declaration"), "statement": gettext_lazy("Give the statement"),
}  # fmt: skip
STATE_WORDS: dict[str, Lazy] = {
    State.PROBATION: gettext_lazy("On probation"), State.EMPLOYED: gettext_lazy("Employed"),
    State.LEFT: gettext_lazy("Has left"),
}  # fmt: skip
SHORT: dict[Scope, Lazy] = {
    Scope.SIGN_IN: gettext_lazy("Sign in"), Scope.STRUCTURE: gettext_lazy("Structure"),
    Scope.CONTENT: gettext_lazy("Sensitive content"),
}  # fmt: skip
ICONS = {Scope.SIGN_IN: "key", Scope.STRUCTURE: "sliders", Scope.CONTENT: "eye"}
NOT_YET = {Why.NOT_BEGUN, Why.IN_PROBATION, Why.NOT_EMPLOYED}  # what passes by itself, and is nobody's fault
TOLD_ELSEWHERE = {"login", "employed_on", "cleared_on", "checked_on"}  # of a change that another line tells better
HOW: dict[tuple[str, bool], Lazy] = {
    ("signed", True): gettext_lazy("Signed on paper"), ("signed", False): gettext_lazy("Signed here"),
    ("closing", True): gettext_lazy("Closing declaration signed on paper"),
    ("closing", False): gettext_lazy("Closing declaration signed here"),
}  # fmt: skip
OVERRIDDEN: dict[str, Lazy] = {
    "check": gettext_lazy("An overdue check is let pass"), "training": gettext_lazy("An overdue training is let pass"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """A duty."""

    label: Any
    state: str
    word: str
    sub: str
    act: str
    verb: Any
    form: Form | None
    open: bool = False
    promise: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether somebody may do something, and every reason why not."""

    name: str
    short: str
    icon: str
    state: str
    word: str
    why: list[str]


@dataclass(frozen=True, slots=True)
class Row:
    """Somebody in the list."""

    id: UUID
    name: str
    state_word: Any
    since: dt.date | None
    answers: list[Answer]
    lines: list[Line]
    state: str
    word: str


@dataclass(frozen=True, slots=True)
class Past:
    """Something that was."""

    at: dt.datetime
    title: Any
    sub: str
    who: str


def soon(member: Member) -> list[Line]:
    """What of somebody is late or due soon, the most urgent first."""
    lines = [_line(standing, {}) for standing in member.open if standing.state != "ok"]
    return [*lines, *(_restated(s, {}) for s in member.open if s.rule is STATEMENT and member.restates)]


def list_context(found: Register, *, left: bool) -> dict[str, Any]:
    """The register."""
    here = [m for m in found.members if not m.left]
    gone = [m for m in found.members if m.left]
    shown = sorted(gone if left else here, key=lambda m: m.item.values["name"].casefold())
    states = [m.state for m in found.members]
    today = timezone.localdate()
    return {
        "all": len(found.members), "rows": [_row(member) for member in shown], "left": left,
        "here_count": len(here), "left_count": len(gone),
        "overdue": states.count("broken"), "due": states.count("due"), "strangers": found.strangers,
        "grace_until": found.grace_until if found.grace_until and found.grace_until >= today else None,
        "documents": [_document(key, found.versions.get(key)) for key in DOCUMENTS],
    }  # fmt: skip


def person_context(found: Dossier, forms: Mapping[str, Form], *, by: Actor) -> dict[str, Any]:
    """One person."""
    member = found.member
    item, facts = member.item, member.facts
    oneself = bool(item.values["login"]) and item.values["login"] == str(by.user_id)
    change = may(by, P.SYSTEM_STAFF_CHANGE)
    if not forms["login"].is_bound:
        forms["login"].initial["login"] = item.values["login"]
    login = UUID(item.values["login"]) if item.values["login"] else None
    return {
        "id": item.id, "name": item.values["name"], "state": facts.state, "state_word": STATE_WORDS[facts.state or ""],
        "hired_on": facts.hired_on, "left_on": item.date("left_on"), "employed_on": item.date("employed_on"),
        "content_from": facts.content_from, "may_employ": _may_employ(member),
        "login_name": names_of([login]).get(login, "") if login else "",
        "answers": _answers(member), "lines": [_line(s, forms) for s in member.current],
        "devices": [(d, forms["return"].__class__(initial={"device": d.id}), _device(d)) for d in member.devices],
        "forms": forms, "past": _past(found), "oneself": oneself, "may_change": change and not oneself,
        "may_own": change, "agreement": found.versions.get(AGREEMENT),
    }  # fmt: skip


def own_context(found: Member | None, versions: Mapping[str, Version], forms: Mapping[str, Form]) -> dict[str, Any]:
    """One's own duties, and what other features say one has to do."""
    if found is None:
        return {"on_register": False}
    agreement, plan = versions.get(AGREEMENT), versions.get(TRAINING_PLAN)
    own = [s for s in found.current if s.rule is not CHECK]
    others = sorted(others_of(found), key=lambda one: ("broken", "due").index(one.state) if one.state != "ok" else 2)
    check = next((s for s in found.current if s.rule is CHECK), None)
    if agreement and not forms["sign"].is_bound:
        forms["sign"].initial["version"] = agreement.id
    return {
        "on_register": True, "answers": _answers(found), "lines": [
            _restated(s, forms) if s.rule is STATEMENT and found.restates else _line(s, forms, own=True) for s in own
        ],
        "check": _line(check, {}) if check else None, "devices": found.kept_devices,
        "agreement": agreement, "agreement_text": records.text_of(agreement) if agreement else "",
        "plan_text": records.text_of(plan) if plan else "", "others": others,
        "todo": sum(state != "ok" for state in [*(s.state for s in found.open), *(o.state for o in others)]),
    }  # fmt: skip


def document_context(key: str, versions: list[Version]) -> dict[str, Any]:
    """A document with its versions."""
    names = names_of(v.done_by for v in versions if v.done_by)
    return {
        "key": key, "title": DOCUMENTS[key], "is_agreement": key == AGREEMENT,
        "versions": [(v, records.text_of(v), _who(v.done_by, names)) for v in versions],
    }  # fmt: skip


def first_text(key: str, versions: list[Version]) -> dict[str, str]:
    """What the form begins with: the newest text, or one to start from."""
    return {"text": records.text_of(versions[0]) if versions else str(FIRST_TEXTS[key])}


def _row(member: Member) -> Row:
    facts = member.facts
    since = member.item.date("left_on") if member.left else facts.hired_on
    words = {"broken": _("Overdue"), "due": _("Due soon"), "ok": _("All in order")}
    return Row(
        member.item.id, member.item.values["name"], STATE_WORDS[facts.state or ""], since, _answers(member),
        soon(member), member.state, words[member.state],
    )  # fmt: skip


def _answers(member: Member) -> list[Answer]:
    return [_answer(scope, member.may.of(scope)) for scope in Scope]


def _answer(scope: Scope, verdict: Verdict) -> Answer:
    about = sentences.scope_name(scope), str(SHORT[scope]), ICONS[scope]
    if verdict.until is not None:
        why = _("Management of a new installation: until %(day)s it may put itself on the register.")
        return Answer(*about, "due", _("Yes, for now"), [why % {"day": day(verdict.until)}])
    if verdict.allowed:
        return Answer(*about, "ok", _("Yes"), [])
    whys = [reason.why for reason in verdict.reasons]
    waiting = set(whys) <= NOT_YET or whys[0] in {Why.NOT_BEGUN, Why.LEFT}
    return Answer(*about, "info" if waiting else "broken", _("No"), [sentences.told(r) for r in verdict.reasons])


def _line(standing: Standing, forms: Mapping[str, Form], *, own: bool = False) -> Line:
    act = ACT_OF[standing.rule.key]
    opens = standing.duty.opens_on
    early = opens > standing.today
    form = None if standing.closing or early else forms.get(act)
    due = standing.duty.due_on
    if standing.closing:
        word, sub = _("Done"), _("Done %(day)s") % {"day": day(standing.closing.done_on)}
    elif standing.state == "broken":
        late = -standing.days_left
        word = ngettext("%(days)d day late", "%(days)d days late", late) % {"days": late}
        sub = _("Was due %(day)s") % {"day": day(due)}
    elif standing.state == "due":
        left = standing.days_left
        word = ngettext("%(days)d day left", "%(days)d days left", left) % {"days": left} if left else _("Due today")
        sub = _("Due %(day)s") % {"day": day(due)}
    else:
        word = _("In order") if early else _("Not due yet")
        sub = _("Due %(due)s, possible from %(day)s") if early else _("Due %(due)s")
        sub %= {"due": day(due), "day": day(opens)}
    verb = {"sign": _("Sign"), "consultation": _("Send my remarks")}.get(act, VERBS[act]) if own else VERBS[act]
    return Line(
        standing.rule.sentence, standing.state, word, sub, act, verb, form, bool(form and form.is_bound),
        standing.rule.promises[-1],
    )  # fmt: skip


def _restated(standing: Standing, forms: Mapping[str, Form]) -> Line:
    """The statement of who has a device that is not confirmed, before the next one is asked for."""
    form = forms.get("statement")
    sub = _("A device is not confirmed: you got it since, or it was not as it must be. State it now.")
    return Line(
        standing.rule.sentence, "due", _("Not confirmed"), sub, "statement", VERBS["statement"], form,
        bool(form and form.is_bound), standing.rule.promises[-1],
    )  # fmt: skip


def _device(device: Item) -> dict[str, Any]:
    """How a device stands, as who has it said."""
    stated = device.date("stated_on")
    wrong = [str(EQUIPMENT.field(key).label) for key in STATED if device.values[key] == "no"]
    if device.values["returned_on"]:
        state, told = "", _("Returned")
    elif wrong:
        state, told = "broken", _("Not so: %(what)s") % {"what": ", ".join(wrong)}
    elif stated and confirmed(device):
        state, told = "ok", _("Confirmed %(day)s") % {"day": day(stated)}
    else:
        state, told = "due", _("Not confirmed")
    return {"state": state, "word": told, "place": device.values["place"]}


def _may_employ(member: Member) -> bool:
    today, start = timezone.localdate(), member.facts.content_from
    return member.facts.state == State.PROBATION and start is not None and today >= start


def _past(found: Dossier) -> list[Past]:
    """Everything that was recorded, the newest first; what was missed says so for ever."""
    by = {c.by for c in found.history} | {s.done_by for s in found.signatures}
    closings = [s for s in found.member.duties if s.closing is not None]
    names = names_of({*by, *(s.closing.done_by for s in closings if s.closing)} - {None})  # type: ignore[arg-type]
    past = [
        Past(c.at, c.field.label, _changed(c), _who(c.by, names))
        for c in found.history
        if c.field.key not in TOLD_ELSEWHERE
    ]
    past += [
        _closed(standing, names) for standing in closings if standing.closing and not standing.closing.signature_id
    ]
    past += [
        Past(
            s.done_at, HOW[s.how, s.on_paper],
            _("%(document)s, version %(number)d, %(day)s")
            % {"document": DOCUMENTS[s.version.document.key], "number": s.version.number, "day": day(s.signed_on)},
            _who(s.done_by, names),
        )
        for s in found.signatures
        if s.version.document.key in DOCUMENTS  # policies, plans and minutes say on their own pages who has signed
    ]  # fmt: skip
    past += [
        Past(
            o.made_at, OVERRIDDEN[o.what],
            _("Until %(day)s: %(why)s") % {"day": day(o.until), "why": open_text(o, "why")},
            f"{o.asked_by.user_name}, {o.approved_by.user_name}",
        )
        for o in found.overrides
    ]  # fmt: skip
    return sorted(past, key=lambda one: one.at, reverse=True)


def _closed(standing: Standing, names: Mapping[UUID, str]) -> Past:
    closing = standing.closing
    if closing is None:
        raise ValueError("is open")
    note = records.note_of(closing)
    parts = [_("Done %(day)s") % {"day": day(closing.done_on)}]
    if standing.missed_by:
        late = standing.missed_by
        parts.append(ngettext("%(days)d day too late", "%(days)d days too late", late) % {"days": late})
    return Past(
        closing.done_at,
        standing.rule.sentence,
        " · ".join([*parts, *([note] if note else [])]),
        _who(closing.done_by, names),
    )


def _changed(change: records.Change) -> str:
    def words(kept: str) -> str:
        shown = change.field.shown(kept)
        return day(shown) if isinstance(shown, dt.date) else (shown or "–")

    return f"{words(change.before)} → {words(change.after)}" if change.before else words(change.after)


def _document(key: str, version: Version | None) -> dict[str, Any]:
    today = timezone.localdate()
    state = "broken" if version is None or version.review_on < today else "ok"
    if version is not None and state == "ok" and (version.review_on - today).days <= 30:
        state = "due"
    return {
        "key": key,
        "title": DOCUMENTS[key],
        "version": version,
        "state": state,
        "url": reverse("system.staff_document", args=[key]),
    }


def _who(by: UUID | None, names: Mapping[UUID, str]) -> str:
    return names.get(by, _("a user who is gone")) if by else _("The operator at the server")
