"""Reading what watching keeps; rows of the supplier."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connections
from django.utils import timezone

from .models import Alarm, AlarmStep, Exercise, ExerciseEnd, Limit, Look, Planted, Round, Watcher
from .signals import SIGNALS

TASK = "system.monitoring.watch"
DAYS_SHOWN = 7


@dataclass(frozen=True, slots=True)
class Facts:
    """What everybody's evidence is told: days, counts, figures."""

    installed_at: dt.datetime
    round_at: dt.datetime | None
    figures: dict[str, float | None]
    waiting: list[dt.datetime]  # since when alarms wait that nobody has taken on
    exercised_at: dt.datetime | None
    found: int
    planted: int
    looked_at: dt.datetime | None
    minutes: list[float]  # from alarm to the person, within a year


def facts(alias: str = "default") -> Facts:
    """Readable outside any customer: `ht.watch_facts()` is the one place that gives it out."""
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "select installed_at, round_at, figures, waiting, exercised_at, seen, planted, looked_at, minutes "
            "from ht.watch_facts()"
        )
        installed, round_at, figures, waiting, exercised, found, planted, looked, minutes = cursor.fetchone()
    since = [dt.datetime.fromisoformat(text) for text in json.loads(waiting)]
    return Facts(
        installed, round_at, json.loads(figures or "{}"), since, exercised, found or 0, planted or 0, looked,
        json.loads(minutes),
    )  # fmt: skip


def newest_rounds(most: int) -> list[Round]:
    """The last rounds, the newest first."""
    return list(Round.objects.order_by("-made_at")[:most])


def curves(now: dt.datetime) -> dict[str, list[float | None]]:
    """The worst figure of each signal in every quarter of a day of the last week, the oldest first."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            """select f.key, floor(extract(epoch from %(now)s - r.made_at) / 21600)::int as ago,
                      case when f.key = any(%(below)s) then min(f.value::float8) else max(f.value::float8) end
                 from system_monitoring_round r cross join lateral jsonb_each_text(r.figures) f
                where r.made_at > %(now)s - make_interval(days => %(days)s) group by 1, 2""",
            {"now": now, "days": DAYS_SHOWN, "below": [s.key for s in SIGNALS.values() if s.alarms == "below"]},
        )
        found: dict[str, list[float | None]] = {key: [None] * (DAYS_SHOWN * 4) for key in SIGNALS}
        for key, ago, figure in cursor.fetchall():
            if key in found and 0 <= ago < DAYS_SHOWN * 4:
                found[key][-1 - ago] = figure
    return found


def chosen_limits() -> dict[str, Limit]:
    """The newest limit of each signal that Management has chosen."""
    rows = Limit.objects.filter(signal__in=SIGNALS).order_by("signal", "-done_at", "-id").distinct("signal")
    return {row.signal: row for row in rows}


def limits_now() -> dict[str, float]:
    """Beyond which figure each signal alarms now; a planted one counts while its exercise runs."""
    found = {key: signal.limit for key, signal in SIGNALS.items()}
    found |= {key: row.figure for key, row in chosen_limits().items()}
    running = running_exercise()
    if running is not None:
        found |= {one.signal: one.limit for one in running.planted.all() if one.limit is not None}
    return found


def standing() -> dict[str, Alarm]:
    """The alarm of each signal that is not over, taken on or not."""
    rows = Alarm.objects.filter(signal__in=SIGNALS).exclude(steps__kind="over").order_by("raised_at")
    return {row.signal: row for row in rows}


def waiting() -> list[Alarm]:
    """Alarms that nobody has taken on, over or not, the oldest first."""
    return list(Alarm.objects.exclude(steps__kind="taken").order_by("raised_at"))


def alarms(most: int = 50) -> list[tuple[Alarm, dict[str, AlarmStep]]]:
    """The newest alarms with what became of each."""
    rows = list(Alarm.objects.order_by("-raised_at", "-id")[:most])
    steps: dict[UUID, dict[str, AlarmStep]] = {row.id: {} for row in rows}
    for step in AlarmStep.objects.filter(alarm_id__in=steps):
        steps[step.alarm_id][step.kind] = step
    return [(row, steps[row.id]) for row in rows]


def alarm(alarm_id: UUID) -> Alarm:
    """One alarm; raises Alarm.DoesNotExist."""
    return Alarm.objects.get(id=alarm_id)


def running_exercise() -> Exercise | None:
    """The exercise that is under way."""
    return Exercise.objects.filter(ends=None).order_by("-begun_at").first()


def exercises(most: int = 10) -> list[tuple[Exercise, list[Planted], ExerciseEnd | None]]:
    """The newest exercises, with what was planted and how each ended."""
    rows = list(Exercise.objects.order_by("-begun_at").prefetch_related("planted", "ends")[:most])
    return [(row, list(row.planted.all()), next(iter(row.ends.all()), None)) for row in rows]


def found_of(planted: Iterable[Planted]) -> dict[str, Alarm]:
    """For which of these an alarm was raised after they were planted: the first one."""
    wanted = {one.signal: one.planted_at for one in planted}
    found: dict[str, Alarm] = {}
    for row in Alarm.objects.filter(signal__in=wanted).order_by("-raised_at"):
        if row.raised_at >= wanted[row.signal]:
            found[row.signal] = row
    return found


def watcher() -> Watcher | None:
    """The switch outside, as far as a key was made for it."""
    return Watcher.objects.order_by("-made_at", "-id").first()


def last_look() -> dt.datetime | None:
    """When the switch outside has looked last, as far as it is kept: once an hour."""
    newest = Look.objects.order_by("-looked_at").first()
    return newest.looked_at if newest else None


def heartbeat(token_hash: bytes) -> dict[str, Any] | None:
    """What the switch outside is told, at the gate; None for a token that is not the newest."""
    with connections["gate"].cursor() as cursor:
        cursor.execute("select known, round_at, waiting from ht.heartbeat(%s)", [token_hash])
        known, round_at, alarms_waiting = cursor.fetchone()
    if not known:
        return None
    age = None if round_at is None else round((timezone.now() - round_at).total_seconds())
    return {"seconds_since_last_round": age, "alarms_waiting": alarms_waiting}
