"""What a calendar program is given of one's calendar: when one is busy, and no word of with whom, about what or where.

Tasks with a time that are to oneself stand there, too, and keep nobody busy.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import icalendar
from django.utils.translation import gettext as _

from heretask.kernel.access.permissions import Permission
from heretask.kernel.rhythm import COPENHAGEN

from . import events, feeds

PREFIX = "calendar"


def events_of(rows: Sequence[Sequence[Any]]) -> list[icalendar.Event]:
    """Of each row (id, from, until, by the clock or whole days, changed) its time; what has no end is a task."""
    return [_task(*row) if row[2] is None else _appointment(*row) for row in rows]


def _appointment(id_: Any, starts_at: dt.datetime, ends_at: dt.datetime, timed: bool, changed_at: dt.datetime) -> Any:
    return feeds.event(
        PREFIX, id_, "platform.appointment", _("Appointment, see HereTask"), starts=_time(starts_at, timed=timed),
        ends=_time(ends_at, timed=timed), changed_at=changed_at,
    )  # fmt: skip


def _task(id_: Any, due_at: dt.datetime, _end: None, _timed: bool, made_at: dt.datetime) -> Any:
    found = feeds.event(
        PREFIX, id_, "platform.task", _("Task, see HereTask"), starts=_time(due_at, timed=True), ends=None,
        changed_at=made_at,
    )  # fmt: skip
    found.add("transp", "TRANSPARENT")
    return found


def _time(at: dt.datetime, *, timed: bool) -> dt.datetime | dt.date:
    """In UTC, which every program reads alike; whole days as days."""
    return at.astimezone(dt.UTC) if timed else at.astimezone(COPENHAGEN).date()


CALENDAR = feeds.Kind(
    "calendar", Permission.PLATFORM_CALENDAR_USE, "calendar_feed", "calendar_feed", events_of,
    events.FEED_MADE, events.FEED_ENDED, events.FEED_GIVEN,
)  # fmt: skip
