"""The demo's watching: a week of rounds, an alarm that somebody took on, an exercise two months ago."""

from __future__ import annotations

import datetime as dt
import random

from django.utils import timezone

from heretask.kernel.secrets.opening import seal
from heretask.kernel.tenancy.base import current
from heretask.system.monitoring import queries
from heretask.system.monitoring.models import Alarm, AlarmStep, Exercise, ExerciseEnd, Planted, Round
from heretask.system.monitoring.signals import SIGNALS

HOURS = 6


WAITED = dt.timedelta(minutes=23)  # the alarm for somebody; what was planted for less
FOR_REAL = "Ny adgangskode til vikarerne var givet forkert videre; rettet sammen med Solsikkens administrator."
PLANTED = "Plantet til øvelsen."


def watching() -> None:
    """As a quiet week looks to the rounds, which raise alarms and see them end."""
    now, chance = timezone.now(), random.Random(7)
    for ago in range(7 * 24 // HOURS, 0, -1):
        at = now - dt.timedelta(hours=ago * HOURS)
        Round.objects.create(figures=_figures(chance, ago), made_at=at)
    raised = now - dt.timedelta(days=4, hours=5)
    alarm = Alarm.objects.create(signal="failed", figure=41, limit=SIGNALS["failed"].limit, raised_at=raised)
    AlarmStep.objects.create(alarm=alarm, kind="over", done_at=raised + dt.timedelta(hours=1))
    begun = now - dt.timedelta(days=61)
    exercise = Exercise.objects.create(begun_at=begun)
    for key in SIGNALS:
        how = {"failed": "entries", "denied": "entries", "jobs": "jobs"}.get(key, "limit")
        Planted.objects.create(exercise=exercise, signal=key, how=how, planted_at=begun)
        found = Alarm.objects.create(
            signal=key, figure=1, limit=0, raised_at=begun + dt.timedelta(minutes=chance.randint(1, 6))
        )
        AlarmStep.objects.create(alarm=found, kind="over", done_at=begun + dt.timedelta(minutes=20))
    ExerciseEnd.objects.create(
        exercise=exercise, found=len(SIGNALS), planted=len(SIGNALS), ended_at=begun + dt.timedelta(minutes=11)
    )


def taken() -> None:
    """Each alarm was taken on by whoever's session this is."""
    for alarm in queries.waiting():
        waited, words = (WAITED, FOR_REAL) if alarm.limit else (WAITED / 2, PLANTED)
        step = AlarmStep(
            alarm=alarm, kind="taken", done_at=alarm.raised_at + waited, customer_id=current().customer_id
        )  # fmt: skip
        seal(step, words=words)
        step.save(force_insert=True)


def _figures(chance: random.Random, ago: int) -> dict[str, float]:
    return {
        "failed": 41 if ago == 17 else chance.randint(0, 8), "denied": chance.randint(0, 12),
        "openings": chance.randint(0, 3), "sealing": round(chance.uniform(0.2, 2), 1),
        "backup": round(chance.uniform(1, 23), 1), "disk": 48 + round((28 - ago) / 10, 1),
        "certificate": 211 + ago // 4, "jobs": chance.randint(0, 1),
    }  # fmt: skip
