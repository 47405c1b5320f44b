"""Reading notices to customers: at the supplier its own rows, at every customer what `ht.announcements()` gives out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db import connections

from .models import Announcement

MOST = 100


@dataclass(frozen=True, slots=True)
class Told:
    """A notice as somebody is told it; `heard` is when they acknowledged it."""

    id: UUID
    title_da: str
    text_da: str
    title_en: str
    text_en: str
    admins: bool
    must: bool
    starts: dt.date
    ends: dt.date
    heard: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Written:
    """A notice as Management sees it: when it was withdrawn, and how many acknowledged it, at how many customers."""

    row: Announcement
    withdrawn_at: dt.datetime | None
    people: int
    customers: int


def told() -> list[Told]:
    """What holds today for the person of the session; the newest first."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select * from ht.announcements()")
        return [Told(*row) for row in cursor.fetchall()]


def written() -> list[Written]:
    """All that Management wrote, the newest first."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select * from ht.announcements_heard()")
        heard = {own: (people, customers) for own, people, customers in cursor.fetchall()}
    rows = Announcement.objects.prefetch_related("withdrawals").order_by("-done_at")[:MOST]
    found = []
    for row in rows:
        gone = next(iter(row.withdrawals.all()), None)
        found.append(Written(row, gone.done_at if gone else None, *heard.get(row.id, (0, 0))))
    return found


def called(announcement_id: UUID) -> Announcement:
    """One of Management's, until this transaction ends for nobody else; raises Announcement.DoesNotExist."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(announcement_id)])
    return Announcement.objects.get(id=announcement_id)
