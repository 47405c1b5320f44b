"""A customer's own side: reading and acknowledging the supplier's notices, and deciding what to do about a breach."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from heretask.kernel.access.decide import Actor, check
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.identity.people import names_of
from heretask.kernel.log import naming, record
from heretask.kernel.secrets.opening import open_text
from heretask.system.records import actions as records
from heretask.system.records import queries as kept

from . import events, policies, queries
from .declarations import NOT_REPORTED, OPEN, OWN_BREACHES, REPORTED
from .models import Notice, Receipt, ReceiptKind
from .policies import Refused

__all__ = ["Refused"]
READ = P.SYSTEM_BREACHES_READ


@dataclass(frozen=True, slots=True)
class Line:
    """A notice in the list."""

    id: UUID
    exercise: bool
    touched: bool
    made_at: dt.datetime
    acknowledged_at: dt.datetime | None
    decision: str

    @property
    def decide_by(self) -> dt.datetime:
        """When the customer's own 72 hours are over."""
        return self.made_at + policies.OWN_DEADLINE


@dataclass(frozen=True, slots=True)
class Shown:
    """One notice, opened; the citizens by name, for this customer's eyes alone."""

    id: UUID
    exercise: bool
    touched: bool
    reported_at: dt.datetime
    made_at: dt.datetime
    told: dict[str, Any]
    citizens: dict[UUID, str]
    unnamed: int
    receipts: list[tuple[str, str, dt.datetime]]
    mine: bool
    entry: kept.Item | None
    past: list[kept.Change]

    @property
    def decide_by(self) -> dt.datetime:
        """When the customer's own 72 hours are over."""
        return self.made_at + policies.OWN_DEADLINE


def lines() -> list[Line]:
    """This customer's notices, the newest first; no text of them is opened."""
    rows = queries.notices()
    done: dict[UUID, dt.datetime] = {}
    for one in queries.receipts(row.id for row in rows):
        if one.kind == ReceiptKind.ACKNOWLEDGED:
            done.setdefault(one.notice_id, one.done_at)
    decisions = {item.values["notice"]: item.values["decision"] for item in kept.items(OWN_BREACHES)} if rows else {}
    return [
        Line(row.id, row.exercise, row.touched, row.made_at, done.get(row.id), decisions.get(str(row.id), OPEN))
        for row in rows
    ]


def see_notices(*, by: Actor) -> list[Line]:
    """The list."""
    check(by, READ)
    found = lines()
    record(events.NOTICES_LISTED, hits=len(found), shown=[line.id for line in found])
    return found


def read(notice_id: UUID, *, by: Actor) -> Shown:
    """Read one: the first time of each person is a receipt that the supplier sees. Raises Notice.DoesNotExist."""
    check(by, READ)
    row = queries.notice(notice_id)
    _receipt(row, ReceiptKind.OPENED, by)
    names = {} if row.exercise else naming.names("citizen", row.citizens)  # nobody is opened to try something
    record(
        events.NOTICE_READ, on=("breach_notice", row.id), hits=len(row.citizens), shown=sorted(names),
        opened=names.keys(),
    )  # fmt: skip
    entry = _entry(row.id)
    rows = queries.receipts([row.id])
    people = names_of({one.done_by for one in rows if one.done_by})
    return Shown(
        row.id, row.exercise, row.touched, row.reported_at, row.made_at, json.loads(open_text(row, "text")),
        names, 0 if row.exercise else len(set(row.citizens) - names.keys()),
        [(one.kind, people.get(one.done_by, "") if one.done_by else "", one.done_at) for one in rows],
        any(one.kind == ReceiptKind.ACKNOWLEDGED and one.done_by == by.person_id for one in rows), entry,
        kept.history(OWN_BREACHES, entry.id) if entry else [],
    )  # fmt: skip


def acknowledge(notice_id: UUID, *, by: Actor) -> None:
    """Say that it was read and understood; the supplier sees who and when."""
    check(by, READ)
    row = queries.notice(notice_id)
    if _receipt(row, ReceiptKind.ACKNOWLEDGED, by):
        record(events.ACKNOWLEDGED, on=("breach_notice", row.id))


def decide(notice_id: UUID, values: Mapping[str, Any], *, by: Actor) -> None:
    """Write down what this customer does about a breach: reported to Datatilsynet, or why not (art. 33(1) and (5))."""
    check(by, READ)
    row = queries.notice(notice_id)
    if row.exercise:
        raise Refused(_("This is an exercise. There is nothing to decide."))
    given = {
        key: str(values.get(key) or "").strip() for key in ("decision", "number", "why", "facts", "effects", "remedies")
    }
    on = values.get("decided_on")
    given["decided_on"] = on.isoformat() if on else ""
    policies.check_decision(
        decided=given["decision"] != OPEN, on=on, known_on=timezone.localdate(row.made_at), today=timezone.localdate(),
        needs_why=given["decision"] == NOT_REPORTED, why=given["why"],
    )  # fmt: skip
    if given["decision"] != REPORTED:
        given["number"] = ""
    for key in ("why", "facts", "effects", "remedies"):
        if given[key]:
            policies.words_of(given[key])
    entry = _entry(row.id)
    if entry is None:
        given |= {"notice": str(row.id), "known_on": timezone.localdate(row.made_at).isoformat()}
        records.add(OWN_BREACHES, given, by=by, event=events.DECIDED)
    else:
        records.change(OWN_BREACHES, entry.id, given, by=by, event=events.DECIDED)


def see_register(*, by: Actor) -> list[kept.Item]:
    """Take out this customer's register."""
    check(by, READ)
    found = kept.items(OWN_BREACHES)
    record(events.OWN_HANDED, hits=len(found))
    return found


def _entry(notice: UUID) -> kept.Item | None:
    return next((item for item in kept.items(OWN_BREACHES) if item.values["notice"] == str(notice)), None)


def _receipt(row: Notice, kind: ReceiptKind, by: Actor) -> bool:
    """Keep a receipt, the first of this person; the database says who and when."""
    if by.kind != "person" or Receipt.objects.filter(notice_id=row.id, kind=kind, done_by=by.person_id).exists():
        return False
    Receipt.objects.create(notice_id=row.id, kind=kind)
    return True
