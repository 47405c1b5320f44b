"""What must be done because something stands in a register, or stands there otherwise than before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from uuid import UUID

from django.utils import timezone

from heretask.kernel.access.decide import Actor
from heretask.system.records import actions as records
from heretask.system.records import queries as kept

from .declarations import ASKS_ANEW, ASSESSMENT, GRACE, SUBCONTRACTORS


def nothing(_entry: UUID, _values: Mapping[str, str], _by: Actor) -> None:
    """Nothing follows."""


def nothing_changed(_entry: UUID, _changed: set[str], _by: Actor) -> None:
    """Nothing follows."""


def subcontractor_added(entry: UUID, _values: Mapping[str, str], _by: Actor) -> None:
    """A new subcontractor is assessed within 30 days."""
    _assess_within_a_month(entry)


def subcontractor_changed(entry: UUID, changed: set[str], _by: Actor) -> None:
    """Another service, other data, country or agreement: assessed anew within 30 days (SUB-1)."""
    if changed & ASKS_ANEW:
        _assess_within_a_month(entry)


def _assess_within_a_month(entry: UUID) -> None:
    today = timezone.localdate()
    due = today + dt.timedelta(days=GRACE)
    waiting = kept.open_duty(ASSESSMENT, entry)
    if waiting is None or waiting.due_on > due:
        records.plan(ASSESSMENT, about=entry, opens_on=today, due_on=due, kind=SUBCONTRACTORS.key)
