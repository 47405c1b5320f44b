"""What a calendar program is given of the wheel: which duty is due on which day, and a link. No name, no note."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import icalendar

from heretask.kernel.access.permissions import Permission
from heretask.platform.calendar import feeds
from heretask.system.records.rules import RULES

from . import events

PREFIX, PAGE = "wheel", "system.wheel_duty"


def events_of(rows: Sequence[Sequence[Any]]) -> list[icalendar.Event]:
    """Of each row (duty, rule, due on, made) a whole day with the rule's sentence, where it is a rule of the wheel."""
    return [
        feeds.event(
            PREFIX, id_, PAGE, str(RULES[key].sentence), starts=due_on, ends=due_on + dt.timedelta(days=1),
            changed_at=made_at,
        )
        for id_, key, due_on, made_at in rows
        if key in RULES and RULES[key].season
    ]  # fmt: skip


WHEEL = feeds.Kind(
    "wheel", Permission.SYSTEM_WHEEL_SEE, "wheel_feed", "wheel_feed", events_of,
    events.FEED_MADE, events.FEED_ENDED, events.FEED_GIVEN,
)  # fmt: skip
