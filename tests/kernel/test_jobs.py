"""Jobs by ticket: a job has exactly the rights of who asked for it, for minutes, and leaves no secret behind."""

from __future__ import annotations

import logging

import psycopg
import pytest
from django.db import DatabaseError

from heretask.kernel.identity.models import Session, User
from heretask.kernel.jobs.models import Job
from heretask.kernel.jobs.queue import defer
from heretask.kernel.tenancy.models import Unit
from tests import database
from tests.cast import Cast
from tests.work import allow, state_of, work


@pytest.fixture(autouse=True)
def _allowed(_database: None) -> None:
    allow("tests.units", "tests.fails", "tests.forgets")


def test_each_customers_job_sees_its_own_rows(cast: Cast) -> None:
    with cast.anna.inside():
        ours = defer("tests.units")
    with cast.dan.inside():
        theirs = defer("tests.units")
    work()
    assert state_of(cast.anna, ours) == ("done", {"units": ["Nord", "Syd"]})
    assert state_of(cast.dan, theirs) == ("done", {"units": ["Fyr"]})


def test_nobody_sees_anothers_job(cast: Cast) -> None:
    with cast.anna.inside():
        job = defer("tests.units")
    with cast.dan.inside():
        assert not Job.objects.filter(id=job).exists()


def test_failed_request_queues_nothing(cast: Cast) -> None:
    with pytest.raises(RuntimeError), cast.anna.inside():
        defer("tests.units")
        raise RuntimeError
    with database.superuser() as admin:
        row = admin.execute(
            "select count(*) from kernel_session where customer_id = %s and kind = 'job'", [cast.solsikken.id]
        ).fetchone()
    assert row == (0,)


def test_unlisted_task_is_refused(cast: Cast) -> None:
    with pytest.raises(DatabaseError), cast.anna.inside():
        defer("os.system")


def test_failing_job_leaves_nothing_half_and_no_words_in_logs(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    with cast.anna.inside():
        job = defer("tests.fails", word="Fredagskage")
    with caplog.at_level(logging.DEBUG, logger="heretask"):
        for _ in range(4):
            work()
    assert state_of(cast.anna, job)[0] == "failed"
    with cast.anna.inside():
        assert not Unit.objects.filter(name="Halvt").exists()
    assert "Fredagskage" not in caplog.text
    assert "ValueError at" in caplog.text


def test_job_that_does_not_enter_reads_nothing(cast: Cast) -> None:
    with cast.anna.inside():
        job = defer("tests.forgets")
    for _ in range(4):
        work()
    assert state_of(cast.anna, job)[0] == "failed"


def test_job_of_a_deactivated_person_does_not_run(cast: Cast) -> None:
    with cast.clara.inside():
        job = defer("tests.units")
    with cast.eva.inside():
        User.objects.filter(id=cast.clara.user.id).update(active=False)
    for _ in range(4):
        work()
    assert state_of(cast.anna, job)[0] == "failed"


def test_ticket_ends_with_its_job_and_its_key_is_nowhere(cast: Cast) -> None:
    with cast.anna.inside():
        defer("tests.units")
    work()
    ticket = Session.objects.get(customer_id=cast.solsikken.id, kind="job")
    assert ticket.ended_at is not None
    with database.superuser() as admin:
        row = admin.execute("select args::text from procrastinate_jobs where id = %s", [ticket.queue_id]).fetchone()
    assert row is not None
    assert set(str(row[0])) <= set('{}": job0123456789abcdef-')


def test_second_claim_kills_the_first(cast: Cast) -> None:
    with cast.anna.inside():
        defer("tests.units")
    with database.superuser() as admin:
        queue_id = Session.objects.get(customer_id=cast.solsikken.id, kind="job").queue_id
        with pytest.raises(psycopg.Error):
            admin.execute("select ht.claim(%s)", [queue_id])
        admin.execute("update procrastinate_jobs set status = 'doing' where id = %s", [queue_id])
        first = admin.execute("select ht.claim(%s)", [queue_id]).fetchone()
        second = admin.execute("select ht.claim(%s)", [queue_id]).fetchone()
        assert first is not None
        assert second is not None
        mine = admin.execute(
            "select ht.mine(%s, %s), ht.mine(%s, %s)", [queue_id, first[0], queue_id, second[0]]
        ).fetchone()
        admin.execute("update procrastinate_jobs set status = 'failed' where id = %s", [queue_id])
    assert mine == (False, True)


def test_clock_ticks_once_a_slot(cast: Cast) -> None:
    with database.superuser() as admin:
        once = admin.execute("select ht.tick('tests.units', date_trunc('minute', now()), 5)").fetchone()
        again = admin.execute("select ht.tick('tests.units', date_trunc('minute', now()), 5)").fetchone()
        admin.execute("delete from procrastinate_jobs where task_name = 'tests.units' and status = 'todo'")
    assert once is not None
    assert int(str(once[0])) >= 2
    assert again == (0,)


def test_a_persons_job_goes_before_what_happens_by_itself(cast: Cast) -> None:
    with database.superuser() as admin:
        admin.execute("select ht.tick('tests.units', now() + interval '1 day', 5)")
        with cast.anna.inside():
            defer("tests.units")
        rows = admin.execute(
            """select priority from procrastinate_jobs where task_name = 'tests.units' and status = 'todo'
               order by priority desc, id"""
        ).fetchall()
        admin.execute("delete from procrastinate_jobs where task_name = 'tests.units' and status = 'todo'")
    assert rows[0] == (10,)
    assert {row[0] for row in rows[1:]} == {0}
