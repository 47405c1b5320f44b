"""Asking about somebody at the gate: their dates and states from the database, the decision from `eligibility.py`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import connections
from django.utils import timezone

from .eligibility import Eligibility, Facts, Scope, State, decide
from .sentences import told

_DATES = ("hired_on", "cleared_on", "signed_on", "trained_on", "gates_from", "check_lifted", "training_lifted")


class NotEligible(Exception):
    """They may not; the message says why, in sentences for the person themselves."""


def facts_from(row: Mapping[str, Any]) -> Facts:
    """Facts from a row of `ht.staff_rows`; dates may come as text, as JSON has them."""
    dates = {name: _date(row[name]) for name in _DATES}
    return Facts(state=State(row["state"]) if row["state"] else None, manager=bool(row["manager"]), **dates)


def facts_of(user_id: UUID) -> Facts:
    """Dates and state of that login of the supplier; without any where it is not on the register."""
    with connections["gate"].cursor() as cursor:
        cursor.execute("select * from ht.staff_facts(%s)", [user_id])
        names, row = [column.name for column in cursor.description or ()], cursor.fetchone()
    return facts_from(dict(zip(names, row, strict=True))) if row else Facts()


def eligibility_of(user_id: UUID, today: dt.date | None = None) -> Eligibility:
    """What that login of the supplier may do today."""
    return decide(facts_of(user_id), today or timezone.localdate())


def check_eligible(user_id: UUID, scope: Scope) -> None:
    """Raise NotEligible with every reason. For a grant: to be asked when it is asked for, and again at every entry."""
    verdict = eligibility_of(user_id).of(scope)
    if not verdict.allowed:
        raise NotEligible(" ".join(told(reason) for reason in verdict.reasons))


def _date(value: Any) -> dt.date | None:
    return dt.date.fromisoformat(value) if isinstance(value, str) else value
