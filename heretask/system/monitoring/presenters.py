"""Watching as its page shows it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heretask.kernel.secrets.opening import open_text
from heretask.ui.charts import spark

from .actions import Watched
from .models import Alarm, AlarmStep, Exercise, ExerciseEnd, Planted
from .policies import FRESH
from .signals import ABOVE, SIGNALS, Signal


@dataclass(frozen=True, slots=True)
class Watch:
    """One signal now."""

    signal: Signal
    figure: str
    limit: str
    plain_limit: float
    beyond: str
    state: str
    word: str
    curve: SafeString
    chosen_why: str


@dataclass(frozen=True, slots=True)
class Raised:
    """One alarm with what became of it."""

    id: UUID
    title: str
    said: str
    at: dt.datetime
    state: str
    word: str
    what_to_do: str
    taken_at: dt.datetime | None
    taken_by: UUID | None
    minutes: str
    words: str
    over_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Trial:
    """One exercise."""

    begun_at: dt.datetime
    figure: str
    state: str
    word: str
    planted: list[tuple[str, str, bool]]


def title_of(alarm: Alarm) -> str:
    """What an alarm is about."""
    return str(SIGNALS[alarm.signal].title) if alarm.signal in SIGNALS else alarm.signal


def said_of(alarm: Alarm) -> str:
    """The figure beside its limit."""
    signal = SIGNALS.get(alarm.signal)
    if signal is None:
        return ""
    if alarm.figure is None:
        return _("could not be read any more")
    return _("%(figure)s %(unit)s, limit %(limit)s") % {
        "figure": _plain(alarm.figure), "unit": signal.unit, "limit": _plain(alarm.limit),
    }  # fmt: skip


def page_context(found: Watched) -> dict[str, Any]:
    """Everything that the page needs."""
    now = timezone.now()
    fresh = found.newest is not None and now - found.newest.made_at <= FRESH
    alarms = [_raised(alarm, steps) for alarm, steps in found.alarms]
    looked = found.facts.looked_at
    return {
        "watches": [_watch(found, signal, fresh=fresh) for signal in SIGNALS.values()],
        "round_at": found.newest.made_at if found.newest else None, "fresh": fresh,
        "waiting": [one for one in alarms if one.taken_at is None],
        "past": [one for one in alarms if one.taken_at is not None],
        "trials": [_trial(*one) for one in found.exercises],
        "running": bool(found.exercises) and found.exercises[0][2] is None,
        "closable": found.closable, "watcher": found.watcher, "looked_at": looked,
        "looks": looked is not None and now - looked <= dt.timedelta(hours=3),
    }  # fmt: skip


def _watch(found: Watched, signal: Signal, *, fresh: bool) -> Watch:
    figure = found.newest.figures.get(signal.key) if found.newest and fresh else None
    limit = found.limits[signal.key]
    if signal.key in found.standing:
        state, word = "broken", _("Beyond its limit")
    elif figure is None:
        state, word = "unknown", _("Could not be read")
    else:
        state, word = "ok", _("Within its limit")
    shown = "–" if figure is None else _plain(figure)
    curve = found.curves[signal.key]
    worst = [one for one in curve if one is not None]
    label = _("Seven days: %(title)s between %(low)s and %(high)s; limit %(limit)s") % {
        "title": signal.title, "low": _plain(min(worst)), "high": _plain(max(worst)), "limit": _plain(limit),
    } if worst else _("Not watched yet")  # fmt: skip
    chosen = found.chosen.get(signal.key)
    return Watch(
        signal, shown, _plain(limit), limit,
        (_("alarm above %s") if signal.alarms == ABOVE else _("alarm below %s")) % _plain(limit),
        state, word, spark(curve, label, limit), open_text(chosen, "why") if chosen else "",
    )  # fmt: skip


def _raised(alarm: Alarm, steps: dict[str, AlarmStep]) -> Raised:
    taken, over = steps.get("taken"), steps.get("over")
    state, word = ("broken", _("Nobody has taken it on")) if taken is None else ("ok", _("Taken on"))
    if taken is not None and over is None:
        state, word = "due", _("Taken on, not over")
    minutes = int((taken.done_at - alarm.raised_at).total_seconds() // 60) if taken else 0
    return Raised(
        alarm.id, title_of(alarm), said_of(alarm), alarm.raised_at, state, word,
        str(SIGNALS[alarm.signal].what_to_do) if alarm.signal in SIGNALS else "",
        taken.done_at if taken else None, taken.done_by if taken else None,
        ngettext("after %d minute", "after %d minutes", minutes) % minutes if taken else "",
        open_text(taken, "words") if taken else "", over.done_at if over else None,
    )  # fmt: skip


def _trial(exercise: Exercise, planted: list[Planted], end: ExerciseEnd | None) -> Trial:
    from .queries import found_of

    found = found_of(planted)
    ways = {
        "entries": _("entries in the log of a person who does not exist"), "jobs": _("jobs that fail on purpose"),
        "limit": _("a limit for the time of the exercise"),
    }  # fmt: skip
    rows = [(str(SIGNALS[one.signal].title), ways[one.how], one.signal in found) for one in planted]
    if end is None:
        return Trial(exercise.begun_at, f"{len(found)} / {len(planted)}", "due", _("Under way"), rows)
    state, word = ("ok", _("All found")) if end.found == end.planted else ("broken", _("Not all found"))
    return Trial(exercise.begun_at, f"{end.found} / {end.planted}", state, word, rows)


def _plain(figure: float) -> str:
    return number_format(figure, 0 if abs(figure) >= 10 or figure == int(figure) else 1)
