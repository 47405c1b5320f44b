"""A round of watching: every signal is read, alarms are raised and end, a running exercise is judged."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext_lazy

from heretask.kernel.approvals.queries import managers
from heretask.kernel.log import record
from heretask.kernel.outbox import posting
from heretask.kernel.outbox.letters import letter

from . import events, queries
from .models import Alarm, AlarmStep, ExerciseEnd, Round
from .signals import SIGNALS, Figures, look

SILENT = 3  # rounds in which a signal could not be read, before that is an alarm of its own
LONGEST_EXERCISE = dt.timedelta(minutes=30)

TO_MANAGEMENT = letter(
    "system.monitoring.alarm",
    gettext_lazy("Watching raised an alarm in HereTask"),
    gettext_lazy(
        "Hello\n\nSomething in HereTask is beyond its limit. Sign in, read what it is, and take it on:\n%(link)s\n\n"
        "For safety, nothing of it stands in this mail.\n"
    ),
    route="system.monitoring",
    sms=gettext_lazy("Watching raised an alarm in HereTask: %(link)s"),
    urgent=True,
)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a round found: figures, and which signals began or ceased to alarm."""

    figures: Figures
    raised: tuple[str, ...]
    over: tuple[str, ...]


def go_round(figures: Figures | None = None) -> Seen:
    """Make one round, in the supplier's own periodic session; `figures` where they have just been read."""
    found = look() if figures is None else figures
    before = queries.newest_rounds(SILENT - 1)
    Round.objects.create(figures=found)
    limits, standing = queries.limits_now(), queries.standing()
    silent = {
        key for key, figure in found.items()
        if figure is None and len(before) == SILENT - 1 and all(one.figures.get(key) is None for one in before)
    }  # fmt: skip
    read = {key: figure for key, figure in found.items() if figure is not None}
    beyond = {key for key, figure in read.items() if SIGNALS[key].beyond(figure, limits[key])}
    raised = sorted((beyond | silent) - standing.keys())
    over = sorted((read.keys() - beyond) & standing.keys())
    for key in raised:
        alarm = Alarm.objects.create(signal=key, figure=found[key], limit=limits[key])
        record(events.RAISED, on=("alarm", alarm.id), variables={"signal": key})
    for key in over:
        AlarmStep.objects.create(alarm=standing[key], kind="over")
        record(events.OVER, on=("alarm", standing[key].id), variables={"signal": key})
    if raised:
        posting.tell(TO_MANAGEMENT, {user.id for user in managers() if user.active}, by_sms=dt.timedelta())
    _judge()
    return Seen(found, tuple(raised), tuple(over))


def _judge() -> None:
    """End the running exercise when every planted fault was found, or when its time is up."""
    running = queries.running_exercise()
    if running is None:
        return
    planted = list(running.planted.all())
    found = queries.found_of(planted)
    if len(found) < len(planted) and timezone.now() < running.begun_at + LONGEST_EXERCISE:
        return
    ExerciseEnd.objects.create(exercise=running, found=len(found), planted=len(planted))
    record(events.TRIED, on=("exercise", running.id), variables={"found": len(found), "planted": len(planted)})
