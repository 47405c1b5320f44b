"""What holds for watching whoever writes: who may do what, who did it, what is counted, and what is measured of it."""

from __future__ import annotations

import datetime as dt
import os
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import DatabaseError, connections, transaction
from django.test import Client
from django.utils import timezone

from heretask.config import metrics
from heretask.kernel.access.decide import Actor, Denied
from heretask.kernel.evidence.measuring import MEASURES, State, measure
from heretask.kernel.identity import signing_in
from heretask.kernel.identity.sessions import NOWHERE, operator
from heretask.kernel.identity.whence import From
from heretask.kernel.log.models import Event
from heretask.kernel.tenancy.base import uuid7
from heretask.system.monitoring import actions, queries, rounds, signals
from heretask.system.monitoring.declarations import PLANTED_FAULTS
from heretask.system.monitoring.models import Alarm, AlarmStep, Exercise, Limit, Look, Watcher
from heretask.system.monitoring.policies import Refused
from heretask.system.monitoring.signals import SIGNALS
from heretask.system.records import actions as records
from heretask.system.records.policies import Refused as RecordRefused
from tests import database
from tests.cast import Cast
from tests.management import Two, two_managers
from tests.system.breakers.breaking import changed, gone
from tests.system.monitoring import CALM, forget, round_of, watched
from tests.system.test_monitoring import beat

EXERCISE_FOUND = {"failed": 1000, "denied": 1000, "jobs": 1000}


@pytest.fixture(scope="module")
def two() -> Iterator[Two]:
    with two_managers() as both:
        yield both


@pytest.fixture(autouse=True)
def _nothing_before() -> Iterator[None]:
    forget()
    yield
    forget()


ACTS: dict[str, Callable[[Actor], object]] = {
    "read": lambda by: actions.read(by=by), "waiting": lambda by: actions.waiting(by=by),
    "take": lambda by: actions.take(uuid7(), "x", by=by), "plant": lambda by: actions.plant(by=by),
    "choose_limit": lambda by: actions.choose_limit("disk", 80, "x", by=by),
    "conclude": lambda by: actions.conclude("x", by=by), "make_watcher": lambda by: actions.make_watcher(by=by),
}  # fmt: skip


@pytest.mark.parametrize("act", ACTS)
def test_nobody_but_management_does_any_of_it(two: Two, cast: Cast, act: str) -> None:
    for member in (two.finn, cast.eva):
        with member.inside() as by, pytest.raises(Denied):
            ACTS[act](by)


def test_an_alarm_is_taken_on_by_somebody_and_with_words(two: Two) -> None:
    """Neither by the clock, nor by the operator, nor by a session that says nothing; and the session says who it was."""
    round_of(disk=99)
    with two.grethe.inside() as by:
        (alarm,) = actions.waiting(by=by)
    for inside in (lambda: operator(two.own, "test"), lambda: operator(two.own, "watching"), two.grethe.inside):
        words = b"" if inside == two.grethe.inside else b"x"
        with inside(), pytest.raises(DatabaseError, match="by a person"), transaction.atomic():
            AlarmStep.objects.create(alarm=alarm, kind="taken", words=words)
    with two.grethe.inside(), pytest.raises(DatabaseError, match="alarm_step_kind"), transaction.atomic():
        AlarmStep.objects.create(alarm=alarm, kind="seen", words=b"x")
    with two.grethe.inside():
        other = two.henrik.user.id
        rows: list[Any] = [
            AlarmStep.objects.create(alarm=alarm, kind="taken", words=b"x", done_by=other),
            Limit.objects.create(signal="disk", figure=80, why=b"x", done_by=other),
            Exercise.objects.create(done_by=other), Watcher.objects.create(token=b"x", done_by=other),
        ]  # fmt: skip
        for row in rows:
            row.refresh_from_db()
            assert row.done_by == two.grethe.user.id, type(row).__name__
            own = type(row)._default_manager.filter(id=row.id)
            with pytest.raises(DatabaseError), transaction.atomic():
                own.delete()
            with pytest.raises(DatabaseError), transaction.atomic():
                own.update(done_by=other)


@pytest.mark.parametrize("signal", SIGNALS)
def test_an_alarm_comes_beyond_the_limit_and_not_at_it(two: Two, signal: str) -> None:
    one = SIGNALS[signal]
    a_little = 0.1 if one.alarms == "above" else -0.1
    assert round_of(**{signal: one.limit}).raised == ()
    assert round_of(**{signal: one.limit + a_little}).raised == (signal,)
    assert round_of(**{signal: one.limit}).over == (signal,)


def test_what_is_over_may_come_again_and_what_was_read_in_between_is_not_silent(two: Two) -> None:
    for _time in range(2):
        assert round_of(disk=99).raised == ("disk",)
        assert round_of().over == ("disk",)
    for certificate in (None, 200, None, None):
        assert round_of(certificate=certificate).raised == ()
    with two.grethe.inside() as by:
        for figure in (80, 70):
            actions.choose_limit("disk", figure, "Ny disk", by=by)
        assert queries.limits_now()["disk"] == 70, "the newest counts"


def test_a_sign_in_that_failed_is_no_refusal_as_well(two: Two, cast: Cast) -> None:
    def looked() -> Any:
        with operator(two.own, "watching"):
            return signals.look()

    before = looked()
    signing_in.by_password(cast.anna.user_name, "Forkert-1", at=NOWHERE, whence=From("192.0.2.9", "tests"))
    after = looked()
    assert (after["failed"] - before["failed"], after["denied"] - before["denied"]) == (1, 0)


def test_an_exercise_waits_for_somebody_who_watches_and_is_not_disturbed(two: Two) -> None:
    def planting(match: str) -> None:
        with two.grethe.inside() as by, pytest.raises(Refused, match=match):
            actions.plant(by=by)

    planting("15")
    round_of()
    with changed("system_monitoring_round", "true", [], made_at="=made_at - interval '16 minutes'"):
        planting("15")
    with two.grethe.inside() as by:
        with pytest.raises(Refused):
            actions.conclude("Nok", by=by)  # there was none
        actions.plant(by=by)
        with pytest.raises(Refused):
            actions.choose_limit("disk", 80, "Midt i øvelsen", by=by)
        with pytest.raises(Refused):
            actions.conclude("Nok", by=by)  # it has not ended
    round_of(**EXERCISE_FOUND)
    with two.grethe.inside() as by:
        with pytest.raises(Refused):
            actions.conclude(" ", by=by)
        with pytest.raises(RecordRefused):
            actions.conclude("Nok", by=by)  # nothing is due
        records.plan(PLANTED_FAULTS, about=None, opens_on=timezone.localdate(), due_on=timezone.localdate())
        actions.conclude("Nok", by=by)
    forget()
    everything = {key: one.limit + (1 if one.alarms == "above" else -1) for key, one in SIGNALS.items()}
    round_of(**everything)
    planting("lantet|plant")


def test_what_alarmed_before_counts_for_no_exercise(two: Two) -> None:
    round_of(disk=99)
    with two.grethe.inside() as by:
        actions.plant(by=by)
        ((_exercise, planted, _end),) = queries.exercises(1)
        assert "disk" not in {one.signal for one in planted}
    with changed("system_monitoring_planted", "signal = 'failed'", [], signal="disk"):
        round_of(disk=99, denied=1000, jobs=1000)
        assert queries.facts().exercised_at is None, "the old alarm of the disk is no finding"
    round_of(**EXERCISE_FOUND)
    facts = queries.facts()
    assert (facts.found, facts.planted) == (7, 7)


def test_only_the_last_hour_and_day_count_and_only_for_the_supplier(two: Two, cast: Cast) -> None:
    def looked() -> Any:
        with operator(two.own, "watching"), connections["default"].cursor() as cursor:
            cursor.execute("select failed, denied, openings, jobs from ht.watch_figures(%s, %s)", [["x.f"], ["x.d"]])
            return cursor.fetchone()

    before = looked()
    made = [
        ("x.f", 10),
        ("x.f", 70),
        ("x.d", 10),
        ("x.d", 70),
        ("social.emergency.opened", 23 * 60),
        ("social.emergency.opened", 25 * 60),
    ]
    with database.superuser() as admin:
        for action, minutes in made:
            admin.execute(
                "insert into kernel_event (id, at, customer_id, action, object_kind, purpose, shown, outcome, address, agent, changed, times, salt, leaf) "
                "values (gen_random_uuid(), (extract(epoch from now() - make_interval(mins => %s)) * 1000000)::bigint, %s, %s, '', '', '{}', 'ok', '', '', '{}', 1, '', '')",
                [minutes, cast.solsikken.id, action],
            )  # fmt: skip
    after = looked()
    assert [b - a for a, b in zip(before, after, strict=True)] == [1, 1, 1, 0]
    with (
        cast.eva.inside(),
        pytest.raises(DatabaseError),
        transaction.atomic(),
        connections["default"].cursor() as cursor,
    ):
        cursor.execute("select * from ht.watch_figures('{}', '{}')")
    with database.superuser() as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute("delete from kernel_event where action like 'x.%'")


def test_the_switch_outside_is_kept_once_an_hour_and_told_what_nobody_has_taken(two: Two) -> None:
    with two.grethe.inside() as by:
        key = actions.make_watcher(by=by)
    client = Client(REMOTE_ADDR="198.51.100.78")

    def told() -> Any:
        given = {"authorization": f"Bearer {key}"}
        return client.get("/system/monitoring/heartbeat/", headers=given, secure=True).json()

    assert told() == {"seconds_since_last_round": None, "alarms_waiting": 0}
    round_of(disk=99)
    assert told()["alarms_waiting"] == 1
    round_of()
    assert told()["alarms_waiting"] == 1, "over, and nobody has said what it was"
    with two.grethe.inside() as by:
        actions.take(actions.waiting(by=by)[0].id, "Slettet", by=by)
    assert told()["alarms_waiting"] == 0
    with operator(two.own, "test"):
        assert Look.objects.count() == 1
    with database.superuser() as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute("update system_monitoring_look set looked_at = looked_at - interval '61 minutes'")
    told()
    with operator(two.own, "test"):
        assert Look.objects.count() == 2
    answer = client.get("/system/monitoring/heartbeat/", headers={"authorization": f"Basic {key}"}, secure=True)
    assert answer.status_code == 403
    assert beat(client, "") == 403


def test_figures_are_given_on_loopback_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(os.environ, "HERETASK_METRICS", raising=False)
    assert metrics.serve() is None
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        monkeypatch.setitem(os.environ, "HERETASK_METRICS", str(taken.getsockname()[1]))
        assert metrics.serve() is None, "said, and nothing else changes"
        port = taken.getsockname()[1]
    server = metrics.serve()
    assert server is not None
    try:
        assert server.server_address == ("127.0.0.1", port)
    finally:
        server.shutdown()
        server.server_close()


UNTRUE: list[tuple[str, str, dict[str, Any], State]] = [
    ("round", "true", {"made_at": "=made_at - interval '14 minutes'"}, State.HOLDS),
    ("round", "true", {"made_at": "=made_at - interval '16 minutes'"}, State.BROKEN),
    ("round", "true", {"figures": "=figures || '{\"disk\": null}'"}, State.DUE),
    ("exerciseend", "true", {"found": "=planted - 1"}, State.BROKEN),
    ("exerciseend", "true", {"ended_at": "=ended_at - interval '340 days'"}, State.DUE),
    ("exerciseend", "true", {"ended_at": "=ended_at - interval '367 days'"}, State.BROKEN),
    ("look", "true", {"looked_at": "=looked_at - interval '170 minutes'"}, State.HOLDS),
]


def state() -> State:
    return measure(MEASURES["MON-1"])[0].state


def test_what_is_measured_of_it_turns_with_each_thing_that_is_untrue(two: Two) -> None:
    watched(two.grethe)
    assert state() == State.HOLDS
    with changed("system_monitoring_round", "made_at = (select min(made_at) from system_monitoring_round)", [],
                 made_at="=made_at - interval '1 hour'"):  # fmt: skip
        assert state() == State.HOLDS, "the newest round counts"
    for table, where, columns, wanted in UNTRUE:
        with changed(f"system_monitoring_{table}", where, [], **columns):
            assert state() == wanted, columns
    silent = {"looked_at": "=looked_at - interval '190 minutes'"}
    old = "kind = 'supplier'"
    with changed("system_monitoring_look", "true", [], **silent):
        assert state() == State.DUE, "the switch outside may come in the first month"
        with changed("kernel_customer", old, [], made_at="=made_at - interval '31 days'"):
            assert state() == State.BROKEN, "and then it is missed"
    for hours, wanted in ((0.5, State.HOLDS), (2, State.DUE), (25, State.BROKEN)):
        with gone("system_monitoring_alarmstep", "kind = 'taken'", []):
            columns = {"raised_at": f"=now() - interval '{hours} hours'"}
            with changed("system_monitoring_alarm", "true", [], **columns):
                assert state() == wanted, f"nobody has taken it on for {hours} hours"
    with gone("system_monitoring_exerciseend", "true", []):
        assert state() == State.DUE, "the first exercise is to come"
        with changed("kernel_customer", old, [], made_at="=made_at - interval '31 days'"):
            assert state() == State.BROKEN
    with gone("system_monitoring_round", "true", []):
        assert state() == State.BROKEN, "nobody has ever watched"
    assert state() == State.HOLDS


def test_each_act_leaves_its_event(two: Two) -> None:
    since = int(timezone.now().timestamp() * 1_000_000)
    watched(two.grethe)
    with two.grethe.inside() as by:
        actions.choose_limit("disk", 80, "Ny disk", by=by)
        actions.read(by=by)
    with two.grethe.inside():
        found = Event.objects.filter(at__gte=since, action__startswith="system.monitoring.")
        told = set(found.values_list("action", flat=True))
    assert told >= {
        f"system.monitoring.{name}"
        for name in ("read", "raised", "over", "taken", "limited", "planted", "tried", "watcher")
    }


def test_an_exercise_ends_when_its_time_is_up_and_not_before(two: Two) -> None:
    round_of()
    with two.grethe.inside() as by:
        actions.plant(by=by)
    almost = rounds.LONGEST_EXERCISE - dt.timedelta(minutes=1)
    with changed("system_monitoring_exercise", "true", [], begun_at=timezone.now() - almost):
        round_of()
        assert queries.facts().exercised_at is None
    with operator(two.own, "test"):
        assert queries.limits_now()["disk"] < CALM["disk"], "the planted limit counts while it runs"  # type: ignore[operator]
    round_of(**EXERCISE_FOUND)
    with operator(two.own, "test"):
        assert queries.limits_now()["disk"] == SIGNALS["disk"].limit
        assert set(Alarm.objects.values_list("signal", flat=True)) == set(SIGNALS)
