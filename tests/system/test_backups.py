"""The page of backups, its jobs and the clock's; and what the evidence says at each age and outcome."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from heretask.config import clock, provision
from heretask.kernel.evidence.measuring import MEASURES, Result, State, measure
from heretask.kernel.identity.sessions import operator
from heretask.kernel.jobs.models import Job
from heretask.kernel.log.models import Event
from heretask.system.backups import actions, jobs, queries
from heretask.system.backups.models import Backup, Drill, ProviderReport
from tests import database
from tests.backups import Shelf, declared, take
from tests.cast import Cast
from tests.system.breakers.breaking import changed, gone
from tests.system.test_assessment import manager
from tests.system.world import sql
from tests.work import work

PAGE = "/system/backups/"
COPENHAGEN = ZoneInfo("Europe/Copenhagen")


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    with declared(tmp_path_factory.mktemp("target")) as target:
        made = take()
        yield Shelf(target, made["name"], made)


@pytest.fixture
def nothing_kept() -> Iterator[None]:
    """A supplier of which nothing is kept yet."""
    with ExitStack() as stack:
        for model in (Backup, Drill, ProviderReport):
            sql(
                f"create table if not exists public.aside_{model._meta.model_name} as select * from {model._meta.db_table} with no data"
            )
            sql(f"insert into public.aside_{model._meta.model_name} select * from {model._meta.db_table}")
            sql(f"delete from {model._meta.db_table}")
            stack.callback(sql, f"drop table public.aside_{model._meta.model_name}")
            stack.callback(
                sql,
                f"insert into {model._meta.db_table} select * from public.aside_{model._meta.model_name} on conflict do nothing",
            )
            stack.callback(sql, f"delete from {model._meta.db_table}")
        yield


def keep(act: Callable[..., Any], *given: Any, **more: Any) -> None:
    own = provision.customer_called(provision.SUPPLIER)
    with operator(own, "test"):
        act(*given, by=provision.operator_of(own), **more)


def state(promise: str) -> Result:
    return measure(MEASURES[promise])[0]


def installed(days: float) -> Any:
    return changed("kernel_customer", "slug = 'heretask'", [], made_at=f"=now() - interval '{days * 24} hours'")


def test_only_the_supplier_sees_backups_and_only_management_starts_them(cast: Cast) -> None:
    for client in (cast.anna.client(), cast.eva.client(), manager("finn", "developer").client()):
        assert client.get(PAGE).status_code == 403
        assert client.post(PAGE + "take/").status_code == 403
        assert client.post(PAGE + "drill/").status_code == 403
        assert client.post(PAGE + "report/").status_code == 403
    page = manager().client().get(PAGE)
    assert page.status_code == 200
    assert "Tag backup nu" in page.content.decode()


def only_ours() -> None:
    """What other tests have left in the queue is not worked off here."""
    sql(
        "update procrastinate_jobs set status = 'cancelled' where status = 'todo' and task_name <> all(%s)",
        list(queries.TASKS),
    )


def test_a_backup_and_a_drill_from_the_page(shelf: Shelf) -> None:
    only_ours()
    grethe = manager()
    client = grethe.client()
    for path, model, outcome in (("take/", Backup, "good"), ("drill/", Drill, "pass")):
        sent = client.post(PAGE + path)
        assert sent.status_code == 302
        assert "Venter" in client.get(sent.headers["Location"]).content.decode()
        assert client.post(PAGE + path).status_code == 409  # one at a time
        work()
        with grethe.inside():
            newest = model.objects.order_by("-ended_at").first()
            job = Job.objects.filter(task__in=queries.TASKS).order_by("-made_at").first()
        assert newest is not None
        assert newest.outcome == outcome, newest.why
        assert job is not None
        assert (job.state, job.outcome) == ("done", {"outcome": outcome})
        assert 'data-state="ok"' in client.get(f"{PAGE}running/{job.id}/progress/").content.decode()
    with grethe.inside():
        said = set(Event.objects.filter(action__startswith="system.backups").values_list("action", flat=True))
    assert {
        "system.backups.asked",
        "system.backups.taken",
        "system.backups.drill.asked",
        "system.backups.drilled",
    } <= said
    page = client.get(PAGE).content.decode()
    assert "Ballerup 2" in page
    assert "Grethe Vang" in page
    assert 'class="spark"' in page


def test_a_failure_is_kept_and_shown_in_plain_words(shelf: Shelf) -> None:
    only_ours()
    grethe = manager()
    with grethe.inside() as by:
        actions.ask_backup(by=by)
    with declared(shelf.target.path, country="SE"):
        work()
    with grethe.inside():
        newest = Backup.objects.order_by("-ended_at").first()
        assert newest is not None
        assert (newest.outcome, newest.code) == ("failed", "country")
    page = grethe.client().get(PAGE).content.decode()
    assert "Målet er ikke erklæret at ligge i Danmark." in page
    assert state("OPS-1").state == State.BROKEN
    keep(actions.keep_backup, shelf.made)


def test_a_report_is_written_down_once_it_can_be_one() -> None:
    client = manager().client()
    given = {"reported_on": "2026-11-02", "result": "good", "site": "Glostrup 1"}
    assert client.post(PAGE + "report/", given | {"reported_on": "2999-01-01"}).status_code == 422
    assert client.post(PAGE + "report/", given | {"site": ""}).status_code == 422
    assert client.post(PAGE + "report/", given).status_code == 302
    assert "Glostrup 1" in client.get(PAGE).content.decode()


@pytest.mark.usefixtures("nothing_kept")
def test_a_new_installation_is_due_on_a_date_and_then_broken(shelf: Shelf) -> None:
    for days, expected in ((0.5, State.DUE), (50, State.BROKEN)):
        with installed(days):
            for promise in ("OPS-1", "OPS-3"):
                found = state(promise)
                assert (found.state, found.figure) == (expected, "-"), promise
                assert dt.date.fromisoformat(found.sample["due_on"]) > timezone.localdate() - dt.timedelta(days=50)
            with declared(shelf.target.path, target=""):
                assert state("OPS-2").state == expected


@pytest.mark.usefixtures("nothing_kept")
def test_what_the_evidence_says_of_each_outcome(shelf: Shelf) -> None:
    assert state("OPS-2").state == State.HOLDS
    keep(actions.report, reported_on=timezone.localdate(), good=True, site="X")
    keep(actions.keep_backup, shelf.made)
    keep(actions.keep_drill, {"outcome": "pass", "name": shelf.name, "seconds": 8})
    assert [state(p).state for p in ("OPS-1", "OPS-2", "OPS-3")] == [State.HOLDS] * 3
    for hours, expected in ((25, State.HOLDS), (27, State.BROKEN)):
        with changed("system_backups_backup", "outcome = 'good'", [], ended_at=f"=now() - interval '{hours} hours'"):
            assert state("OPS-1").state == expected
    for days, expected in ((36, State.DUE), (46, State.BROKEN)):
        with changed("system_backups_providerreport", "true", [], reported_on=f"=current_date - {days}"):
            assert state("OPS-1").state == expected
    with changed("system_backups_backup", "true", [], country="SE"):
        assert state("OPS-2").state == State.BROKEN
    with declared(shelf.target.path, contract=""):
        assert state("OPS-2").state == State.BROKEN
    with declared(shelf.target.path.parent):  # another folder than the one it was put into
        assert state("OPS-1").state == State.BROKEN
    dump = shelf.backup / "dump"
    whole = dump.read_bytes()
    dump.write_bytes(whole[:-1])
    assert state("OPS-1").state == State.BROKEN
    dump.write_bytes(whole)
    with gone("system_backups_providerreport", "true", []):
        keep(actions.report, reported_on=timezone.localdate(), good=False, site="X")
        assert state("OPS-1").state == State.BROKEN
        sql("delete from system_backups_providerreport")
    for outcome in ("fail", "unverified"):
        keep(actions.keep_drill, {"outcome": outcome, "name": shelf.name})
        assert state("OPS-3").state == State.BROKEN
        sql("delete from system_backups_drill where outcome = %s", outcome)
    assert [state(p).state for p in ("OPS-1", "OPS-2", "OPS-3")] == [State.HOLDS] * 3
    text = "".join(str(state(p).sample) for p in ("OPS-1", "OPS-2", "OPS-3"))
    assert "Grethe" not in text  # results bear no person's name


def waiting() -> int:
    with database.superuser() as admin:
        row = admin.execute("select count(*) from procrastinate_jobs where task_name = any(%s) and status = 'todo'", [list(queries.TASKS)]).fetchone()  # fmt: skip
    assert row is not None
    return int(str(row[0]))


def test_the_clock_asks_once_a_night() -> None:
    sql("delete from ht.ticks where task like 'system.backups%%'")
    assert waiting() == 0
    night = dt.datetime(2026, 12, 3, 0, 59, tzinfo=COPENHAGEN)
    for minutes, expected in ((0, 0), (2, 1), (5, 1), (182, 2), (700, 2)):
        clock.nightly(night + dt.timedelta(minutes=minutes))
        assert waiting() == expected
    clock.nightly(night + dt.timedelta(days=1, minutes=2))
    assert waiting() == 3
    sql(
        "update procrastinate_jobs set status = 'cancelled' where task_name like 'system.backups%%' and status = 'todo'"
    )
    sql("update kernel_job set state = 'done' where task like 'system.backups%%' and state = 'waiting'")


def test_the_clocks_drill_runs_when_it_is_due_only(shelf: Shelf) -> None:
    keep(actions.keep_backup, shelf.made)
    keep(actions.keep_drill, {"outcome": "pass", "name": shelf.name})
    grethe = manager()
    with grethe.inside():
        before = Drill.objects.count()
    sql("delete from ht.ticks where task like 'system.backups%%'")
    with database.superuser() as admin:
        admin.execute("select ht.tick_supplier(%s, now(), 60)", [queries.TASKS[1]])
    work()
    with grethe.inside():
        assert Drill.objects.count() == before
        last = queries.newest_pass()
    assert last is not None
    assert timezone.now() - last.ended_at < jobs.DRILL_EVERY
