"""What the log's pages load besides the events themselves."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from heretask.kernel.log.queries import by_hour, microseconds
from heretask.kernel.log.registry import ACTIONS, Category

KEPT_DAYS = 7  # how long a finished extract can be fetched
_LOCAL = ZoneInfo("Europe/Copenhagen")


@dataclass(frozen=True, slots=True)
class Figures:
    """What stands above the log: today's counts, and events per hour of the last day."""

    events: int
    refused: int
    searches: int
    sign_ins: int
    hours: list[int]
    first_hour: dt.datetime


def figures() -> Figures:
    """Today's figures and the last 24 hours, in one query."""
    now = timezone.now().astimezone(_LOCAL)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    first = now.replace(minute=0, second=0, microsecond=0) - dt.timedelta(hours=23)
    counted = by_hour(min(midnight, first))
    today: Counter[str] = Counter()
    for hour, actions in counted.items():
        if hour * 3_600_000_000 >= microseconds(midnight):
            today.update(actions)
    hours = [sum(counted.get(int(first.timestamp()) // 3600 + n, Counter()).values()) for n in range(24)]
    return Figures(
        events=today.total(), refused=_of(today, Category.DENIED), searches=_of(today, Category.SEARCHED),
        sign_ins=today["identity.signed_in"], hours=hours, first_hour=first,
    )  # fmt: skip


def places() -> dict[str, str]:
    """The words for URL names, which refusals speak of: those of the menus."""
    return {place.name: str(place.label) for place in import_string(settings.HERETASK_NAVIGATION)}


def _of(counted: Counter[str], category: Category) -> int:
    return sum(times for name, times in counted.items() if name in ACTIONS and ACTIONS[name].category is category)
