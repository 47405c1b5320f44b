"""Keeping and putting away what somebody is writing."""

from __future__ import annotations

import json
from uuid import UUID

from django.utils import timezone

from heretask.kernel.access.decide import Actor, check
from heretask.kernel.access.permissions import Permission
from heretask.kernel.log import record
from heretask.kernel.secrets.opening import seal
from heretask.kernel.tenancy.base import current

from . import events, policies
from .models import Draft
from .queries import own_drafts

LONGEST = 60_000


class TooLong(Exception):
    """More than a draft holds; the page keeps the text and says so."""


def save_draft(
    *, place: str, citizen_id: UUID | None, fields: dict[str, str], cursor: int, cursor_field: str, by: Actor
) -> Draft:
    """Keep what `by` has typed at `place`; the last writing wins.

    Raises TooLong, and keys.CannotOpen where there is no such citizen.
    """
    check(by, Permission.PLATFORM_TODAY_SEE)
    policies.check_place(place, citizen_id, by)
    content = json.dumps(fields, ensure_ascii=False)
    if len(content) > LONGEST:
        raise TooLong
    draft = Draft.objects.select_for_update().filter(user_id=by.person_id, place=place).first()
    begun = draft is None
    if draft is None:
        draft = Draft(user_id=by.person_id, place=place, customer_id=current().customer_id)
    draft.subject, draft.cursor, draft.cursor_field, draft.saved_at = (
        citizen_id,
        cursor,
        cursor_field[:40],
        timezone.now(),
    )
    seal(draft, content=content)
    draft.save()
    if begun:
        record(events.BEGUN, citizen=citizen_id, on=("draft", draft.id))
    return draft


def discard(place: str) -> bool:
    """Put away the draft of this session's person at `place`: it was signed, or thrown away."""
    draft = own_drafts().filter(place=place).first()
    if draft is None:
        return False
    record(events.DISCARDED, citizen=draft.subject, on=("draft", draft.id))
    draft.delete()
    return True
