"""Cases of breaches and notices as their pages show them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from heretask.kernel.identity.people import names_of
from heretask.kernel.log import witness
from heretask.kernel.log.registry import Category
from heretask.platform.incidents.actions import Listed as Report
from heretask.system.continuity import presenters as plans
from heretask.system.continuity import queries as tried
from heretask.system.continuity.queries import Exercise as Run
from heretask.system.records import queries as kept
from heretask.ui.templatetags.ht import clock, day, day_whole

from . import customers, queries, words
from .actions import Listed
from .declarations import BREACHES, OWN_BREACHES, SHEET
from .figures import Figures
from .figures import sheet as sheet_figure
from .models import ScopeKind, StepKind
from .picture import timeline
from .policies import PARTS
from .queries import Count, Found, Opened, Told
from .words import PART_LABELS

PAST = 40  # so many of the newest steps stand on the page; the document has them all
STEP_WORDS: dict[str, Any] = {
    StepKind.ASSESSED: gettext_lazy("Assessed: there is a risk"),
    StepKind.DISMISSED: gettext_lazy("Assessed: it is no breach"), StepKind.CONTAINED: gettext_lazy("Contained"),
    StepKind.SCOPED: gettext_lazy("Who is touched was computed"), StepKind.DRAFTED: gettext_lazy("Notices written"),
    StepKind.APPROVED: gettext_lazy("Notices approved"), StepKind.STARTED: gettext_lazy("Sending begun"),
    StepKind.SENT: gettext_lazy("Every customer told"), StepKind.REACHED: gettext_lazy("Told by hand"),
    StepKind.RECEIVED: gettext_lazy("Received by every customer"), StepKind.POLICE: gettext_lazy("Police"),
    StepKind.NOTED: gettext_lazy("Note"), StepKind.CLOSED: gettext_lazy("Closed with what was learned"),
}  # fmt: skip
PHASES: tuple[tuple[str, Any], ...] = (
    ("reported", gettext_lazy("Reported")), (StepKind.ASSESSED, gettext_lazy("Assessed")),
    (StepKind.CONTAINED, gettext_lazy("Contained")), (StepKind.SCOPED, gettext_lazy("Found who is touched")),
    (StepKind.DRAFTED, gettext_lazy("Notices written")), (StepKind.APPROVED, gettext_lazy("Approved by the other")),
    (StepKind.SENT, gettext_lazy("Every customer told")), (StepKind.RECEIVED, gettext_lazy("Received by all")),
    (StepKind.CLOSED, gettext_lazy("Closed with lessons")),
)  # fmt: skip
_CITIZENS, _JOURNALS = gettext_lazy("Citizens' names and facts"), gettext_lazy("Journals")
_MESSAGES, _TASKS, _FILES = gettext_lazy("Messages"), gettext_lazy("Tasks"), gettext_lazy("Files and papers")
DATA: dict[str, Any] = {  # by the first two parts of an event's name, or by the first alone
    "social.journal": _JOURNALS, "social.note": _JOURNALS, "social.handover": _JOURNALS, "social": _CITIZENS,
    "platform.message": _MESSAGES, "platform.messages": _MESSAGES, "platform.notice": _MESSAGES,
    "platform.notices": _MESSAGES, "platform.task": _TASKS, "platform.tasks": _TASKS, "platform.series": _TASKS,
    "platform.appointment": gettext_lazy("Calendars"), "kernel": _FILES, "platform.paper": _FILES,
    "platform.handing": _FILES, "admin": gettext_lazy("Users, roles and settings"), "log": gettext_lazy("The log"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Phase:
    """One of the stations of a case."""

    word: Any
    at: dt.datetime | None
    state: str
    state_word: str


@dataclass(frozen=True, slots=True)
class Past:
    """A step as the history has it."""

    title: Any
    sub: str
    who: str
    at: dt.datetime


def titled(one: Opened) -> str:
    """The title, with the mark of an exercise."""
    return _("EXERCISE: %(title)s") % {"title": one.title} if one.exercise else one.title


def spent(delta: dt.timedelta) -> str:
    """A time as people say it: '3 h 20 min'."""
    minutes = max(int(delta.total_seconds() // 60), 0)
    if minutes < 60:
        return _("%(minutes)d min") % {"minutes": minutes}
    return _("%(hours)d h %(minutes)d min") % {"hours": minutes // 60, "minutes": minutes % 60}


def standing(one: Opened, untold: int) -> tuple[str, str]:
    """How a case stands by its clock: a state and its words."""
    sent = one.at(StepKind.SENT)
    if one.dismissed:
        return "ok", _("No breach")
    if sent is not None and not untold:
        took = spent(sent - one.reported_at)
        return ("ok" if sent <= one.deadline else "broken"), _("All told after %(time)s") % {"time": took}
    left = one.deadline - timezone.now()
    if left < dt.timedelta(0):
        return "broken", _("%(time)s too late") % {"time": spent(-left)}
    return "due", _("%(time)s left") % {"time": spent(left)}


def next_step(one: Opened, told: Iterable[Told]) -> str:
    """What has to be done next, in words; `told` are its customers, while it is open."""
    if one.closed:
        return _("Closed")
    if one.dismissed:
        return _("Close it with what was learned")
    approved, drafted = one.last(StepKind.APPROVED), one.last(StepKind.DRAFTED)
    agreed = approved is not None and drafted is not None and approved.digest == drafted.digest
    stations = (
        (one.risk is None, _("Assess whether there is a risk to customers' data")),
        (StepKind.SCOPED not in one.kinds, _("Have it computed who is touched")),
        (drafted is None, _("Write the notices")),
        (not agreed, _("The other manager approves the notices")),
        (StepKind.STARTED not in one.kinds, _("Send the notices")),
        (queries.only_by_hand(told), _("Tell the closed customers by hand")),
        (StepKind.SENT not in one.kinds, _("The notices are on their way")),
        (StepKind.RECEIVED not in one.kinds, _("Wait for the receipts; call who does not answer")),
    )
    return next((said for missing, said in stations if missing), _("Close it with what was learned"))


def phases(one: Opened) -> list[Phase]:
    """The stations; the first that is not reached is the next one."""
    found, waiting = [], not one.closed
    for key, word in PHASES:
        at = one.reported_at if key == "reported" else one.at(key)
        if key == StepKind.ASSESSED:
            at = at or one.at(StepKind.DISMISSED)
        if at is not None:
            found.append(Phase(word, at, "ok", _("Done")))
        elif waiting and key != StepKind.CONTAINED and not (one.dismissed and key != StepKind.CLOSED):
            late = timezone.now() > one.deadline and key != StepKind.CLOSED and not one.dismissed
            found.append(Phase(word, None, "broken" if late else "due", _("Next")))
            waiting = False
        else:
            found.append(Phase(word, None, "unknown", _("Not done")))
    return found


def history(one: Opened, called: Mapping[UUID, str]) -> list[Past]:
    """Every step and alarm, the newest first; `called` are the names of customers."""
    names = names_of({step.by for step in one.steps if step.by} | ({one.by} if one.by else set()))
    itself = _("By itself")
    found = []
    for step in one.steps:
        if step.kind == StepKind.HEARD:
            continue  # said by the step before it
        said = _said(step.kind, step.words, called.get(step.about, "") if step.about else "")
        found.append(Past(STEP_WORDS[step.kind], said, names.get(step.by, "") if step.by else itself, step.at))
    for alarm in one.alarms:
        said = ngettext("%d customer was not told", "%d customers were not told", alarm.untold) % alarm.untold
        found.append(Past(_("Alarm after %(hours)d hours") % {"hours": alarm.hours}, said, itself, alarm.done_at))
    found.append(Past(_("The case was begun"), "", names.get(one.by, "") if one.by else "", one.begun_at))
    return sorted(found, key=lambda past: past.at, reverse=True)


def _said(kind: str, said: Mapping[str, Any], customer: str) -> str:
    text = str(said.get("text", ""))
    if kind == StepKind.CONTAINED:
        count = said.get("count") or 0
        return " · ".join(filter(None, [words.contained(dict(said)).capitalize(), text, str(count) if count else ""]))
    if kind == StepKind.POLICE:
        if said.get("reported"):
            on = day_whole(dt.date.fromisoformat(str(said["on"])))
            return _("Reported %(day)s %(number)s") % {"day": on, "number": said.get("number", "")}
        return _("Not reported: %(why)s") % {"why": text}
    if kind == StepKind.APPROVED and text:
        return _("Alone, because: %(why)s") % {"why": text}
    if kind == StepKind.REACHED:
        return f"{customer}: {customers.said_of(said)}"
    return text


def list_context(found: list[Listed], figures: Figures) -> dict[str, Any]:
    """The list of cases: those that are open, each with its picture, then the others."""
    rows: list[dict[str, Any]] = [
        {
            "one": row.one, "title": titled(row.one), "state": standing(row.one, row.count.untold),
            "next": next_step(row.one, row.told), "told": row.count.told, "all": row.count.all,
            "received": row.count.received,
            "picture": "" if row.one.closed else timeline(row.one, row.told, _label(row.one, row.count)),
        }
        for row in found
    ]  # fmt: skip
    return {
        "open": [row for row in rows if not row["one"].closed], "closed": [row for row in rows if row["one"].closed],
        "breaches": sum(1 for row in found if not row.one.exercise and not row.one.dismissed),
        "exercises": sum(1 for row in found if row.one.exercise and row.one.closed),
        "sheet": sheet_of(figures, timezone.localdate()),
    }  # fmt: skip


def sheet_of(found: Figures, today: dt.date) -> dict[str, Any]:
    """The sealed sheet of emergency contacts: how old it is, and where it is written down that it was made anew."""
    sheet, duty = sheet_figure(found.gates_from), kept.open_duty(SHEET, None)
    state = sheet.state(today)
    words = {"ok": _("In its box"), "due": _("Write it anew"), "broken": _("Too old")}
    return {
        "state": state, "word": words[state] if sheet.boxed_on or state != "broken" else _("There is none"),
        "boxed_on": sheet.boxed_on, "due_on": sheet.due_on,
        "duty": duty.id if duty and duty.opens_on <= today else None,
        "fresh": found.sheets, "customers": found.providers,
    }  # fmt: skip


def _label(one: Opened, count: Count) -> str:
    said = {"told": count.told, "all": count.all, "state": standing(one, count.untold)[1]}
    return _("%(told)d of %(all)d customers told. %(state)s") % said


def kinds_in_words(actions: Mapping[str, int]) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
    """What data, and what was done with it, each with how often."""
    data, done = queries.kinds_of(dict(actions))
    named = Counter[str]()
    for key, count in data.items():
        named[str(DATA.get(key) or DATA.get(key.partition(".")[0]) or _("Other"))] += count
    return named.most_common(), [(str(Category(key).label), count) for key, count in done.most_common()]


def found_context(found: Found) -> dict[str, Any]:
    """A finding with its customers, in words."""
    touched = sorted(found.touched, key=lambda row: (-row.citizens, row.name))
    rows = [
        {"row": row, "data": [word for word, _n in kinds_in_words(row.actions)[0]]}
        for row in touched[: customers.FIRST]
    ]  # fmt: skip
    return {
        "found": found, "rows": rows, "touched": len(touched), "citizens": sum(row.citizens for row in touched),
        "untouched": len(found.rows) - len(touched), "afterwards": len(found.afterwards),
    }  # fmt: skip


def case_context(one: Opened, me: UUID) -> dict[str, Any]:
    """All that stands on the page of a case."""
    called = queries.called()
    told, found = queries.told(one.id), queries.findings(one.id, called)
    count = queries.count_of(told)
    newest = queries.newest_draft(one.id)
    draft, parts = newest or (None, {})
    approved = draft is not None and queries.is_approved(one, draft)
    language = "da" if (translation.get_language() or "da").startswith("da") else "en"
    lines = customers.lines(one, told, queries.told_by(found, draft))
    past, hands = history(one, called), customers.hands(one, names=called)
    return {
        "one": one, "title": titled(one), "state": standing(one, count.untold),
        "next": next_step(one, told), "by_hand": queries.only_by_hand(told),
        "phases": phases(one), "past": past[:PAST], "earlier": len(past[PAST:]),
        "picture": timeline(one, told, _label(one, count)), "label": _label(one, count), "untold": count.untold,
        "customers": [customers.shown_line(line) for line in lines[: customers.FIRST]], "lines": len(lines),
        "groups": customers.groups(lines)[1:], "hands": hands[: customers.FIRST], "handed": len(hands),
        "received": count.received, "findings": [found_context(f) for f in found],
        "computed": any(f.digest for f in found), "draft": draft, "approved": approved,
        "parts": [(PART_LABELS[part], parts[language][part]) for part in PARTS] if parts else [],
        "mine": draft is not None and draft.done_by == me, "started": StepKind.STARTED in one.kinds,
        "sent": StepKind.SENT in one.kinds, "reports": one.reports,
        "closed_ones": sum(1 for row in told if not row.active and row.told_at is None),
    }  # fmt: skip


def customers_context(one: Opened, show: str, page: int) -> dict[str, Any]:
    """A page of the customers of a case."""
    told, found = queries.told(one.id), queries.findings(one.id)
    newest = queries.newest_draft(one.id)
    lines = customers.lines(one, told, queries.told_by(found, newest[0] if newest else None))
    return {"one": one, "title": titled(one), **customers.page_of(lines, show, page)}


def customer_context(one: Opened, customer: UUID) -> dict[str, Any] | None:
    """One customer in a case; None where it is none of them."""
    told, found = queries.told(one.id), queries.findings(one.id)
    newest = queries.newest_draft(one.id)
    by = queries.told_by(found, newest[0] if newest else None)
    line = next((one for one in customers.lines(one, told, by) if one.id == customer), None)
    if line is None:
        return None
    data, did = kinds_in_words(line.found.actions) if line.found else ([], [])
    return {
        "one": one, "title": titled(one), "line": line, "shown": customers.shown_line(line), "data": data, "did": did,
        "everything": by is not None and by.scope == ScopeKind.EVERYTHING,
        "hands": customers.hands(one, customer, names={line.id: line.name}),
        "may": StepKind.STARTED in one.kinds and not one.closed and line.told is not None,
    }  # fmt: skip


def report_choices(found: Iterable[Report]) -> list[tuple[UUID, str]]:
    """Reports to choose from: when, and of whom."""
    return [
        (one.id, f"{day(one.made_at)} {clock(one.made_at)} · {one.customer_name}")
        if one.signed_in
        else (one.id, f"{day(one.made_at)} {clock(one.made_at)} · {_('Somebody who was not signed in')}")
        for one in found
    ]


def may_take(found: Iterable[Opened]) -> list[tuple[UUID, str, str]]:
    """Open cases that a report may belong to: (id, title, since when their clock runs)."""
    return [(one.id, one.title, f"{day(one.reported_at)} {clock(one.reported_at)}") for one in found]


def people() -> list[tuple[UUID, str]]:
    """Who may take part in working by the plan."""
    return [(one.id, one.values["name"]) for one in tried.people()]


def my_name(person: UUID) -> str:
    """The name of who is signed in."""
    return names_of([person]).get(person, "")


def runs(found: Iterable[Run]) -> list[dict[str, Any]]:
    """What is done in a case by the contingency plan."""
    return [
        {"id": one.item.id, "phase": one.phase, "state": plans.PHASES[one.phase], "word": plans.phase_word(one.phase)}
        for one in found
    ]


def register_rows(items: Iterable[Any], *, own: bool) -> list[list[Any]]:
    """A register as a table, its heads first."""
    register = OWN_BREACHES if own else BREACHES
    return [
        [str(field.label) for field in register.fields],
        *([field.shown(item.values[field.key]) for field in register.fields] for item in items),
    ]


def paper_of(one: Opened, customer: str) -> dict[str, Any]:
    """A case as a document."""
    told = queries.told(one.id)
    count, called = queries.count_of(told), queries.called()
    rows = [[row.name, _at(row.told_at), _at(row.opened_at), _at(row.acknowledged_at or row.heard_at)] for row in told]
    return {
        "lang": (translation.get_language() or "da")[:2], "title": titled(one), "customer": customer,
        "page": [_("Page"), _("of")], "foot": witness.newest_line(),
        "facts": [
            [_("Reported"), _at(one.reported_at)], [_("Every customer told by"), _at(one.deadline)],
            [_("Standing"), standing(one, count.untold)[1]],
        ],
        "intro": [_label(one, count)],
        "tables": [
            {
                "title": _("What was done"), "columns": 3, "head": [_("What"), _("When"), _("By whom")],
                "rows": [[f"{p.title} {p.sub}".strip(), _at(p.at), p.who] for p in reversed(history(one, called))],
            },
            {
                "title": _("Customers"), "columns": 4,
                "head": [_("Customer"), _("Told"), _("Opened"), _("Acknowledged")], "rows": rows,
            },
        ],
        "note_title": _("Who is touched"),
        "note": [
            f"{f.number}: {f.digest or '-'}  {sum(r.citizens for r in f.touched)}" for f in queries.findings(one.id)
        ],
    }  # fmt: skip


def _at(at: dt.datetime | None) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else "-"


def initial_of(item: Any) -> dict[str, str]:
    """What stands in a register, for its form."""
    return dict(item.values) if item else {}
