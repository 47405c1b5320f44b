"""What a customer reads of the supplier's acts: its own suspended logins, and changes in the supplier's management."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from uuid import UUID

from django.db import connections

from heretask.kernel.secrets.opening import open_text

from .models import Suspension


@dataclass(frozen=True, slots=True)
class Told:
    """A running suspension, as the customer reads it."""

    user_id: UUID
    at: dt.datetime
    why: str
    by: str


@dataclass(frozen=True, slots=True)
class News:
    """A replacement of one of the supplier's managers."""

    outgoing: str
    incoming: str
    asker: str
    minutes: str
    asked_at: dt.datetime
    earliest: dt.datetime
    refused_at: dt.datetime | None
    used_at: dt.datetime | None


def running() -> list[Told]:
    """The suspensions of this customer's logins that have not been lifted."""
    return [_told(row) for row in Suspension.objects.filter(lifted_at=None)]


def suspension_of(user_id: UUID) -> Told | None:
    """The running suspension of one login."""
    row = Suspension.objects.filter(lifted_at=None, user=user_id).first()
    return _told(row) if row else None


def news() -> list[News]:
    """Replacements of the last 30 days; readable by every customer."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select * from ht.supplier_news()")
        return [News(*row) for row in cursor.fetchall()]


def _told(row: Suspension) -> Told:
    words = json.loads(open_text(row, "words"))
    return Told(row.user, row.at, str(words["why"]), str(words["by"]))
