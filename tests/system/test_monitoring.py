"""Watching: alarms once and no longer than there is reason, limits that cannot turn it off, faults that must be found."""

from __future__ import annotations

import datetime as dt
import os
import socket
import urllib.request
from collections.abc import Iterator

import pytest
from django.db import DatabaseError, connections, transaction
from django.test import Client
from django.utils import timezone

from heretask.config import metrics
from heretask.kernel.access.decide import Denied
from heretask.kernel.identity.sessions import operator
from heretask.kernel.outbox.models import OutgoingMail
from heretask.kernel.tenancy.base import CustomerRow
from heretask.system.monitoring import actions, planting, queries, signals
from heretask.system.monitoring.declarations import PLANTED_FAULTS
from heretask.system.monitoring.models import Alarm, AlarmStep, ExerciseEnd, Round
from heretask.system.monitoring.policies import Refused
from heretask.system.monitoring.signals import SIGNALS
from heretask.system.records import actions as records
from heretask.system.records import queries as duties
from tests import database
from tests.cast import supplier
from tests.kernel.test_outbox import reachable
from tests.management import Two, two_managers
from tests.system.monitoring import CALM, forget, round_of
from tests.work import work

WORDS = "Nattens opgradering; set på"


@pytest.fixture
def two() -> Iterator[Two]:
    forget()
    with two_managers() as both:
        yield both
    forget()


def test_an_alarm_comes_once_and_is_over_when_its_reason_is(two: Two) -> None:
    assert round_of().raised == ()
    assert round_of(disk=91).raised == ("disk",)
    assert round_of(disk=92).raised == ()
    assert round_of(disk=92, certificate=3).raised == ("certificate",)
    seen = round_of()
    assert (seen.raised, seen.over) == ((), ("certificate", "disk"))
    with two.grethe.inside() as by:
        found = actions.read(by=by)
        assert [alarm.signal for alarm, steps in found.alarms if "over" in steps] == ["certificate", "disk"]
        assert [alarm.signal for alarm in actions.waiting(by=by)] == ["disk", "certificate"], (
            "over, and still to be seen"
        )


def test_what_cannot_be_read_three_times_is_an_alarm(two: Two) -> None:
    assert round_of(certificate=None).raised == ()
    assert round_of(certificate=None).raised == ()
    assert round_of(certificate=None).raised == ("certificate",)
    assert round_of(certificate=None).raised == ()
    assert round_of().over == ("certificate",)


def test_both_of_management_are_told_without_a_word_of_it(two: Two) -> None:
    for member in (two.grethe, two.henrik):
        reachable(member)
    round_of(denied=999)
    with operator(supplier(), "test"):
        letters = list(OutgoingMail.objects.filter(letter="system.monitoring.alarm").order_by("-made_at")[:2])
    assert {one.user_id for one in letters} == {two.grethe.user.id, two.henrik.user.id}
    assert {str(one.parameters) for one in letters} == {"{}"}


def test_an_alarm_is_taken_on_by_somebody_who_says_what_it_was(two: Two) -> None:
    round_of(failed=500)
    with two.grethe.inside() as by:
        (alarm,) = actions.waiting(by=by)
        with pytest.raises(Refused):
            actions.take(alarm.id, "  ", by=by)
        actions.take(alarm.id, WORDS, by=by)
        assert actions.waiting(by=by) == []
    with two.henrik.inside() as by, pytest.raises(Refused):
        actions.take(alarm.id, "Jeg også", by=by)
    with two.finn.inside() as by:
        with pytest.raises(Denied):
            actions.take(alarm.id, WORDS, by=by)
        with pytest.raises(Denied):
            actions.read(by=by)


def test_a_limit_cannot_turn_the_watching_off(two: Two) -> None:
    disk = SIGNALS["disk"]
    with two.grethe.inside() as by:
        for figure, why in ((100, "Larmer"), (10, "Larmer"), (90, " ")):
            with pytest.raises(Refused):
                actions.choose_limit("disk", figure, why, by=by)
        actions.choose_limit("disk", disk.most, "Ny disk er bestilt", by=by)
    assert round_of(disk=disk.limit + 5).raised == ()
    assert round_of(disk=disk.most + 1).raised == ("disk",)


@pytest.mark.parametrize("model", [Round, Alarm, ExerciseEnd, AlarmStep])
def test_nobody_in_a_session_says_what_watching_found(two: Two, model: type[CustomerRow]) -> None:
    round_of(disk=99)
    with two.grethe.inside() as by:
        actions.plant(by=by)
        alarm, (exercise, _planted, _end) = actions.waiting(by=by)[0], queries.exercises(1)[0]
        forged: dict[type[CustomerRow], CustomerRow] = {
            Round: Round(figures=CALM), Alarm: Alarm(signal="jobs", figure=1, limit=0),
            ExerciseEnd: ExerciseEnd(exercise=exercise, found=8, planted=8), AlarmStep: AlarmStep(alarm=alarm, kind="over"),
        }  # fmt: skip
        with pytest.raises(DatabaseError, match="watching alone writes this"), transaction.atomic():
            forged[model].save(force_insert=True)


def test_real_faults_are_planted_and_really_found(two: Two) -> None:
    """Entries and failing jobs are counted by the same statement as any others; the rest is tried by its limit."""
    with operator(supplier(), "watching"):
        before = signals.look()
    round_of()
    with two.grethe.inside() as by:
        actions.plant(by=by)
        ((_exercise, planted, _end),) = queries.exercises(1)
        assert {one.signal: one.how for one in planted} == {
            "failed": "entries", "denied": "entries", "jobs": "jobs", "openings": "limit", "sealing": "limit",
            "backup": "limit", "disk": "limit", "certificate": "limit",
        }  # fmt: skip
        with pytest.raises(Refused):
            actions.plant(by=by)
    for _try in range(3):  # a job is tried again before it counts as failed
        with database.superuser() as admin:
            admin.execute("update procrastinate_jobs set scheduled_at = null where status = 'todo'")
        work()
    with operator(supplier(), "watching"):
        after = signals.look()
    for key in ("failed", "denied", "jobs"):
        came = (after[key] or 0) - (before[key] or 0)
        assert SIGNALS[key].beyond((CALM[key] or 0) + came, SIGNALS[key].limit), f"{came} {key} were seen"
    seen = round_of(failed=after["failed"], denied=after["denied"], jobs=after["jobs"])
    assert set(seen.raised) == set(SIGNALS)
    facts = queries.facts()
    assert (facts.found, facts.planted) == (len(SIGNALS), len(SIGNALS))
    assert set(round_of().over) == set(SIGNALS), "the planted limits are gone"
    for task, hours, counted in ((planting.TASK, 2, False), ("x", 2, True), ("x", 25, False)):
        with database.superuser() as admin:
            admin.execute("set session_replication_role = replica")
            admin.execute(
                "update kernel_job set task = %s, ended_at = now() - make_interval(hours => %s) where task in ('x', %s)",
                [task, hours, planting.TASK],
            )
        with operator(supplier(), "watching"):
            assert (signals.look()["jobs"] != before["jobs"]) == counted, f"{task} {hours} hours ago"


def test_a_fault_that_was_not_found_stands_and_closes_nothing(two: Two) -> None:
    round_of()
    with two.grethe.inside() as by:
        today = timezone.localdate()
        if duties.open_duty(PLANTED_FAULTS, None) is None:
            records.plan(PLANTED_FAULTS, about=None, opens_on=today, due_on=today + dt.timedelta(days=30))
        actions.plant(by=by)
    round_of()  # entries and jobs are not seen
    assert queries.facts().exercised_at is None, "it has still time"
    with database.superuser() as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute("update system_monitoring_exercise set begun_at = begun_at - interval '31 minutes'")
    round_of()
    facts = queries.facts()
    assert (facts.found, facts.planted) == (5, 8)
    with two.grethe.inside() as by, pytest.raises(Refused):
        actions.conclude("Den er nok", by=by)
    with two.grethe.inside() as by:
        actions.plant(by=by)
    round_of(failed=1000, denied=1000, jobs=1000)
    with two.grethe.inside() as by:
        actions.conclude("Den er nok; grænsen for jobs er sat ned", by=by)
        assert actions.waiting(by=by) != [], "the alarms of the first exercise are still to be taken on"
        duty = duties.open_duty(PLANTED_FAULTS, None)
        assert duty is not None
        assert duty.due_on > timezone.localdate() + dt.timedelta(days=360)
        with pytest.raises(Exception, match=r".+"):
            actions.conclude("En gang til", by=by)


def beat(client: Client, key: str) -> int:
    return client.get(
        "/system/monitoring/heartbeat/", headers={"authorization": f"Bearer {key}"}, secure=True
    ).status_code


def test_the_switch_outside_is_told_by_its_newest_key_alone(two: Two) -> None:
    round_of(disk=99)
    with two.grethe.inside() as by:
        old, key = actions.make_watcher(by=by), actions.make_watcher(by=by)
    client = Client(REMOTE_ADDR="198.51.100.77")
    assert [beat(client, one) for one in (old, "", "x", key)] == [403, 403, 403, 200]
    told = client.get("/system/monitoring/heartbeat/", headers={"authorization": f"Bearer {key}"}, secure=True).json()
    assert told["alarms_waiting"] == 1
    assert 0 <= told["seconds_since_last_round"] < 60
    assert set(told) == {"alarms_waiting", "seconds_since_last_round"}
    with operator(supplier(), "test"):
        assert queries.last_look() is not None
    for _ in range(60):
        status = beat(client, "x")
    assert status == 429


def test_a_collector_on_this_machine_reads_figures(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    round_of(disk=44)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    monkeypatch.setitem(os.environ, "HERETASK_METRICS", str(port))
    server = metrics.serve()
    assert server is not None
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30) as answer:
            text = answer.read().decode()
    finally:
        server.shutdown()
        server.server_close()
    assert 'heretask_signal{signal="disk"} 44.0' in text
    assert "heretask_alarms_waiting 0.0" in text
    assert "heretask_round_age_seconds" in text
    connections.close_all()


def test_the_page_loses_nothing_that_was_refused(two: Two) -> None:
    round_of(disk=99)
    client = two.grethe.client()
    page = client.get("/system/monitoring/").content.decode()
    assert "Brugt diskplads" in page
    with two.grethe.inside() as by:
        (alarm,) = actions.waiting(by=by)
    refused = client.post(
        "/system/monitoring/limits/disk/", {"l-disk-figure": "99", "l-disk-why": "Den larmer om natten"}
    )
    assert refused.status_code == 422
    assert "Den larmer om natten" in refused.content.decode()
    empty = client.post(f"/system/monitoring/alarms/{alarm.id}/take/", {f"a{alarm.id}-words": ""})
    assert empty.status_code == 422
    taken = client.post(f"/system/monitoring/alarms/{alarm.id}/take/", {f"a{alarm.id}-words": WORDS}, follow=True)
    assert WORDS in taken.content.decode()
    assert client.post(f"/system/monitoring/alarms/{two.grethe.user.id}/take/", {}).status_code in {404, 422}
    assert two.finn.client().get("/system/monitoring/").status_code == 403
