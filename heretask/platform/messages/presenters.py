"""How messages are shown, and how the list's address is read."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from heretask.platform.drafts.queries import Draft

from .actions import Inbox
from .queries import Filters, Shown, Waiting


@dataclass(frozen=True, slots=True)
class Day:
    """The messages of one day."""

    day: dt.date
    messages: tuple[Shown, ...]


def filters_of(asked: Mapping[str, str]) -> Filters:
    """What the address narrows the list down to; what makes no sense is left out."""
    show, days = asked.get("show", ""), asked.get("days", "")
    return Filters(
        show if show in {"unread", "urgent"} else "", uuid_of(asked.get("person", "")),
        int(days) if days in {"7", "30"} else 0,
    )  # fmt: skip


def uuid_of(text: str) -> UUID | None:
    """An id of an address, or None."""
    with suppress(ValueError):
        return UUID(text)
    return None


def number_of(text: str) -> int:
    """A small number of an address, or 0."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0


def narrow_initial(filters: Filters) -> dict[str, str]:
    """What is chosen now, as the filter's form takes it."""
    return {"show": filters.show, "person": str(filters.person or ""), "days": str(filters.days or "")}


def inbox_context(seen: Inbox, filters: Filters, asked: Mapping[str, str]) -> dict[str, Any]:
    """The list's page."""
    kept = {name: asked[name] for name in ("show", "person", "days") if asked.get(name)}
    here = reverse("platform.messages")
    return {
        "lines": seen.lines.lines, "waiting": seen.waiting, "narrowed": bool(filters.asked),
        "first_page": "before" not in asked,
        "older_url": f"{here}?{urlencode({**kept, 'before': seen.lines.older})}" if seen.lines.older else "",
        "newer_url": f"{here}?{urlencode(kept)}" if "before" in asked else "",
        "poll_url": f"{reverse('platform.messages_state')}?seen={seen.waiting.unread}",
    }  # fmt: skip


def state_context(waiting: Waiting, seen: int) -> dict[str, Any]:
    """What the poll says: how many came since the list was opened."""
    return {"new": max(0, waiting.unread - seen), "url": reverse("platform.messages")}


def poll_url(thread_id: UUID, newest: UUID | None) -> str:
    """Where an open conversation asks for news."""
    return f"{reverse('platform.messages_thread_state', args=[thread_id])}?newest={newest or ''}"


def by_day(messages: Sequence[Shown]) -> list[Day]:
    """Messages by the day they were sent."""
    grouped = groupby(messages, key=lambda m: timezone.localdate(m.sent_at))
    return [Day(day, tuple(found)) for day, found in grouped]


def initial_of(draft: Draft | None) -> dict[str, Any]:
    """A draft's values as a form takes them; a ticked box comes as a list."""
    if draft is None:
        return {}
    given: dict[str, Any] = dict(draft.fields)
    if "urgent" in given:
        with suppress(ValueError):
            given["urgent"] = bool(json.loads(given["urgent"]))
    return given
