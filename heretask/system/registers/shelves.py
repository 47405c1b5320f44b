"""How a register is shown on the general pages, what must hold of its entries, and what follows when they change.

A register on a shelf has pages: a list, one entry, adding, changing, its export. Any feature may put one up.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from heretask.kernel.access.decide import Actor
from heretask.system.records.queries import Item, Standing
from heretask.system.records.registers import Register

from . import declarations as d
from . import levels, planning, policies

Check = Callable[[Mapping[str, str], Mapping[str, str], dt.date], Mapping[str, str]]
Told = tuple[str, str]  # a state, and its word


@dataclass(frozen=True, slots=True)
class Shelf:
    """A register with pages."""

    register: Register
    icon: str
    sentence: Promise | str
    title: tuple[str, ...]  # the fields that name an entry
    columns: tuple[str, ...]  # what else the list shows
    verb: Promise | str = ""  # adding one; none where something else adds it
    check: Check = policies.check_anything
    told: Callable[[Item, Standing | None, dt.date], Told] = lambda _item, _duty, _today: ("", "")
    added: Callable[[UUID, Mapping[str, str], Actor], None] = planning.nothing
    changed: Callable[[UUID, set[str], Actor], None] = planning.nothing_changed
    ends: str = ""  # the date that puts an entry aside


SHELVES: dict[str, Shelf] = {}


def shelf(made: Shelf) -> Shelf:
    """Put a register on its shelf."""
    if made.register.key in SHELVES:
        raise ValueError(f"{made.register.key} stands on a shelf already")
    SHELVES[made.register.key] = made
    return made


def by_day(day: dt.date | None, today: dt.date, *, late: str, soon: str, fine: str) -> Told:
    """A state by a day: late once it has passed, soon within 30 days."""
    if day is None or day < today:
        return "broken", late
    return ("due", soon) if day <= today + dt.timedelta(days=d.SOON) else ("ok", fine)


def _risk(item: Item, _duty: Standing | None, today: dt.date) -> Told:
    if item.values["closed_on"]:
        return "info", _("Cannot happen any more")
    day = item.date("review_on")
    if not item.values["looked_on"] and day is not None and day >= today:
        return "due", _("Not looked at yet")
    return by_day(day, today, late=_("Look overdue"), soon=_("Look due soon"), fine=_("Looked at"))


def _subcontractor(item: Item, duty: Standing | None, today: dt.date) -> Told:
    if item.values["ended_on"]:
        return "info", _("Has ended")
    expires = item.date("expires_on")
    if expires is not None and expires < today:
        return "broken", _("Agreement has expired")
    if duty is None:
        return "due", _("Not assessed yet")
    if duty.closing is not None:
        return "ok", _("Assessed")
    return by_day(
        duty.duty.due_on, today, late=_("Assessment overdue"), soon=_("To be assessed"), fine=_("Assessed")
    )  # fmt: skip


def _requirement(item: Item, _duty: Standing | None, _today: dt.date) -> Told:
    if item.values["answer"] == d.SAME:
        return "ok", _("Same")
    decision = item.values["decision"]
    if not decision:
        return "due", _("To be decided")
    return ("ok", _("Accepted")) if decision == d.ACCEPTED else ("broken", _("Not accepted"))


def _physical(item: Item, _duty: Standing | None, today: dt.date) -> Told:
    return by_day(
        item.date("valid_until"), today, late=_("Evidence too old"), soon=_("Evidence runs out"), fine=_("Shown")
    )  # fmt: skip


def _consultation(item: Item, _duty: Standing | None, today: dt.date) -> Told:
    if item.values["answered_on"]:
        return "ok", _("Answered")
    wanted = item.date("answer_by")
    return (
        ("broken", _("Answer overdue")) if wanted is not None and wanted < today else ("due", _("Waits for an answer"))
    )


def _processing(item: Item, _duty: Standing | None, today: dt.date) -> Told:
    if item.values["ended_on"]:
        return "info", _("Has ended")
    looked = item.date("reviewed_on")
    if looked is None:
        return "due", _("Not looked at yet")
    return by_day(
        looked + dt.timedelta(days=366), today, late=_("Look overdue"), soon=_("Look due soon"), fine=_("Looked at")
    )  # fmt: skip


def level_of(item: Item) -> str:
    """How high a risk is with its treatment; empty where that is not known."""
    left = levels.after(item.values)
    return left.level if left else ""


RISKS = shelf(Shelf(
    d.RISKS, "alert",
    gettext_lazy("What can happen to citizens and to us, how high it is, and what we do about it."),
    ("what",), ("owner", "review_on"), gettext_lazy("Add a risk"), policies.check_risk, _risk,
    ends="closed_on",
))  # fmt: skip
SUBCONTRACTORS = shelf(Shelf(
    d.SUBCONTRACTORS, "swap", gettext_lazy("Who works for us, with which data, where, and by which agreement."),
    ("name",), ("service", "country", "agreed_on"), gettext_lazy("Add a subcontractor"), policies.check_subcontractor,
    _subcontractor, planning.subcontractor_added, planning.subcontractor_changed, "ended_on",
))  # fmt: skip
REQUIREMENTS = shelf(Shelf(
    d.REQUIREMENTS, "check", gettext_lazy("Where a subcontractor's rules differ from ours, and who accepted it."),
    ("subcontractor", "promise"), ("answer", "decided_on"), "", policies.check_requirement, _requirement,
))  # fmt: skip
REPORTS = shelf(Shelf(
    d.REPORTS, "file", gettext_lazy("What subcontractors have shown us of their security, with what it concludes."),
    ("subcontractor", "kind"), ("dated_on", "conclusion"), gettext_lazy("Keep a report"), policies.check_report,
))  # fmt: skip
PHYSICAL = shelf(Shelf(
    d.PHYSICAL, "lock", gettext_lazy("How the data centre is protected, who answers for it, and what shows it."),
    ("control",), ("provider", "evidence", "received_on", "valid_until"), gettext_lazy("Add a control"),
    policies.check_physical, _physical,
))  # fmt: skip
PROCESSING = shelf(Shelf(
    d.PROCESSING, "book", gettext_lazy("What is done with personal data, for whom, and how it is protected (art. 30)."),
    ("name",), ("role", "subjects", "erasure"), gettext_lazy("Add a record"), policies.check_processing, _processing,
    ends="ended_on",
))  # fmt: skip
CONSULTATIONS = shelf(Shelf(
    d.CONSULTATIONS, "message", gettext_lazy("Whom we asked before we did something, and what they answered."),
    ("about",), ("asked", "asked_on", "answered_on"), gettext_lazy("Add a consultation"), policies.check_consultation,
    _consultation,
))  # fmt: skip
MONITORING = shelf(Shelf(
    d.MONITORING, "eye", gettext_lazy("The yearly answer whether monitoring is still enough, with planted faults."),
    ("asked_on",), ("enough", "found", "planted", "source"),
))  # fmt: skip
