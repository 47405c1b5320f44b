"""Reading guidelines, their history, and whom a change would meet."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connections

from heretask.kernel.access.roles import Administrator, Management
from heretask.kernel.identity.people import assignments_now, names_of
from heretask.kernel.secrets.opening import open_text
from heretask.kernel.tenancy.base import current
from heretask.kernel.tenancy.guidelines import Guidelines
from heretask.kernel.tenancy.models import Customer, GuidelineChange

HISTORY = 50
OUT = ("hours", "network")


@dataclass(frozen=True, slots=True)
class Met:
    """Somebody whom guidelines would meet, and how: hours, network, unplaced, password or factor."""

    user_id: UUID
    why: str


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the history."""

    setting: str
    before: str
    after: str
    deviation: bool
    by: str
    accepted_by: str
    reason: str
    at: dt.datetime


def customer() -> Customer:
    """The customer of this session."""
    return Customer.objects.get(id=current().customer_id)


def guidelines() -> Guidelines:
    """Its guidelines now."""
    return Guidelines.of(customer())


def met_by(wanted: Guidelines) -> list[Met]:
    """Whom these guidelines would meet at this moment: the database answers, with the functions that enforce them."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select person, why from ht.met_by_guidelines(%s, %s, %s::time, %s::time, %s, %s::text[])",
            [wanted.password_length, wanted.second_factor, *where_and_when(wanted)],
        )
        return [Met(*row) for row in cursor.fetchall()]


def where_and_when(wanted: Guidelines) -> tuple[Any, ...]:
    """Hours, days and networks as the database's functions take them."""
    return wanted.work_from, wanted.work_until, wanted.work_days, list(wanted.networks)


def governors() -> set[UUID]:
    """Administrators and managers whose login is open."""
    rows = assignments_now().filter(role__in=[Administrator.key, Management.key], user__active=True)
    return set(rows.values_list("user_id", flat=True))


def history() -> list[Change]:
    """The newest changes, with who accepted what and why; three queries."""
    rows = list(GuidelineChange.objects.order_by("-made_at", "-id")[:HISTORY])
    names = names_of(row.user_id for row in rows if row.user_id)
    return [
        Change(
            row.setting, row.before, row.after, row.deviation, names.get(row.user_id, "") if row.user_id else "",
            open_text(row, "accepted_by"), open_text(row, "reason"), row.made_at,
        )
        for row in rows
    ]  # fmt: skip


def chosen() -> bool:
    """Whether anybody of this customer has ever chosen a guideline."""
    return GuidelineChange.objects.filter(user__isnull=False).exists()
