"""Giving a draft back to its writer, and to nobody else."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from heretask.kernel.secrets.opening import open_text
from heretask.kernel.tenancy.base import current

from .models import Draft as Row


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft, opened: its fields by name, and where the cursor stood."""

    fields: dict[str, str]
    cursor: int
    cursor_field: str
    saved_at: dt.datetime


def own_drafts() -> QuerySet[Row]:
    """The drafts of this session's person; the operator has none."""
    writer = current().user_id
    return Row.objects.none() if writer is None else Row.objects.filter(user_id=writer)


def draft_for(place: str, citizen_id: UUID | None) -> Draft | None:
    """The draft of this session's person at `place` about a citizen, whom this opens, or about nobody."""
    row = own_drafts().filter(place=place, subject=citizen_id).first()
    if row is None:
        return None
    fields: dict[str, str] = json.loads(open_text(row, "content"))
    return Draft(fields, row.cursor, row.cursor_field, row.saved_at)


def places_of_drafts() -> list[tuple[str, UUID, dt.datetime]]:
    """Where this session's person has something unfinished about a citizen, newest first; opens nothing."""
    rows = own_drafts().exclude(subject=None).order_by("-saved_at")[:10]
    return [(row.place, row.subject, row.saved_at) for row in rows if row.subject]
