"""What Management does about watching."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from heretask.kernel.access.decide import Actor, check
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.log import record
from heretask.kernel.secrets.opening import seal
from heretask.kernel.tenancy.base import current
from heretask.system.records import actions as records
from heretask.system.records import queries as duties
from heretask.system.records.rules import Proof

from . import events, planting, queries
from .declarations import KIND, PLANTED_FAULTS
from .models import Alarm, AlarmStep, Exercise, ExerciseEnd, Limit, Planted, Round, Watcher
from .policies import Refused, check_limit, check_may_plant, check_something_to_plant
from .signals import SIGNALS


@dataclass(frozen=True, slots=True)
class Watched:
    """All that the page shows."""

    newest: Round | None
    limits: dict[str, float]
    chosen: dict[str, Limit]
    curves: dict[str, list[float | None]]
    standing: dict[str, Alarm]
    alarms: list[tuple[Alarm, dict[str, AlarmStep]]]
    exercises: list[tuple[Exercise, list[Planted], ExerciseEnd | None]]
    facts: queries.Facts
    watcher: Watcher | None
    closable: bool  # the yearly duty waits, and the newest exercise is its proof


def read(*, by: Actor) -> Watched:
    """What is watched and what came of it."""
    check(by, P.SYSTEM_MONITORING_SEE)
    rounds, exercises = queries.newest_rounds(1), queries.exercises()
    found = Watched(
        rounds[0] if rounds else None, queries.limits_now(), queries.chosen_limits(), queries.curves(timezone.now()),
        queries.standing(), queries.alarms(), exercises, queries.facts(), queries.watcher(),
        _is_proof(exercises) and duties.open_duty(PLANTED_FAULTS, None) is not None,
    )  # fmt: skip
    record(events.READ)
    return found


def _is_proof(exercises: list[tuple[Exercise, list[Planted], ExerciseEnd | None]]) -> bool:
    end = exercises[0][2] if exercises else None
    return end is not None and end.found == end.planted


def waiting(*, by: Actor) -> list[Alarm]:
    """Alarms that nobody has taken on."""
    check(by, P.SYSTEM_MONITORING_SEE)
    return queries.waiting()


def take(alarm_id: UUID, words: str, *, by: Actor) -> None:
    """Take on an alarm: say what it was, or what is done about it. Raises Refused without words, or the second time."""
    check(by, P.SYSTEM_MONITORING_RUN)
    alarm = queries.alarm(alarm_id)
    if not words.strip():
        raise Refused(_("Write what it was, or what you do about it."))
    made = AlarmStep(alarm=alarm, kind="taken", customer_id=current().customer_id)
    seal(made, words=words.strip())
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        raise Refused(_("Somebody else has just taken this on.")) from None
    record(events.TAKEN, on=("alarm", alarm.id), variables={"signal": alarm.signal})


def choose_limit(key: str, figure: float, why: str, *, by: Actor) -> None:
    """Alarm from another figure on. Raises Refused for one beyond the signal's bounds, or without a reason."""
    check(by, P.SYSTEM_MONITORING_RUN)
    signal = SIGNALS[key]
    check_limit(signal, figure, why)
    if queries.running_exercise() is not None:
        raise Refused(_("An exercise is under way. Wait until it is over."))
    made = Limit(signal=key, figure=figure, customer_id=current().customer_id)
    seal(made, why=why.strip())
    made.save(force_insert=True)
    record(events.LIMITED, variables={"signal": key, "limit": f"{figure:g}"}, changed=["limit"])


def plant(*, by: Actor) -> Exercise:
    """Plant a fault for every signal that can take one. Raises Refused while one is under way or nobody watches."""
    check(by, P.SYSTEM_MONITORING_RUN)
    rounds = queries.newest_rounds(1)
    check_may_plant(queries.running_exercise(), rounds[0] if rounds else None, timezone.now())
    plans = planting.plan(rounds[0].figures, queries.limits_now(), set(queries.standing()))
    check_something_to_plant(plans)
    made = Exercise.objects.create()
    Planted.objects.bulk_create(
        Planted(exercise=made, signal=one.signal, how=one.how, limit=one.limit, customer_id=made.customer_id)
        for one in plans
    )
    record(events.PLANTED, on=("exercise", made.id), hits=len(plans))
    planting.plant_jobs(plans)
    planting.plant_entries(plans)
    return made


def conclude(words: str, *, by: Actor) -> None:
    """Close the yearly duty with the newest exercise, and take on its alarms.

    Raises Refused where a planted fault was not found, and where nothing is due.
    """
    check(by, P.SYSTEM_MONITORING_RUN)
    if not words.strip():
        raise Refused(_("Write your conclusion: is the watching still enough?"))
    exercises = queries.exercises(1)
    if not exercises:
        raise Refused(_("There has been no exercise yet."))
    exercise, planted, end = exercises[0]
    if end is None or end.found < end.planted:
        raise Refused(
            _("The newest exercise has not found everything that was planted. Mend the watching and try again.")
        )
    proof = Proof(timezone.localdate(end.ended_at), words.strip(), reference=f"planted:{exercise.id}")
    records.close(PLANTED_FAULTS, proof, about=None, by=by, permission=P.SYSTEM_MONITORING_RUN, kind=KIND)
    left = {alarm.id for alarm in queries.waiting()}
    for alarm in queries.found_of(planted).values():
        if alarm.id in left:
            take(alarm.id, words, by=by)


def make_watcher(*, by: Actor) -> str:
    """A new key for the switch outside the server, shown once; the one before no longer counts."""
    check(by, P.SYSTEM_MONITORING_RUN)
    token = secrets.token_urlsafe(32)
    Watcher.objects.create(token=hash_of(token))
    record(events.WATCHER, changed=["token"])
    return token


def hash_of(token: str) -> bytes:
    """As a token is kept."""
    return hashlib.sha256(token.encode()).digest()
