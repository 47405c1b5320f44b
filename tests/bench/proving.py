"""G17: how long it takes until every promise is measured at every customer, from Management's click to the last result."""

from __future__ import annotations

import datetime as dt
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from heretask.config import installation
from heretask.config.server import Processes
from heretask.kernel.evidence.measuring import MEASURES
from heretask.kernel.jobs import queue
from heretask.system.assessment import actions, queries
from tests import database
from tests.cast import Cast, Member, make_cast
from tests.system.servers import free_port
from tests.system.test_assessment import manager

from .figures import Figure, Goal, Row
from .stage import journal

LIMIT = 120  # seconds for every promise of 50 customers
SIZES = (10, 26, 50)
NOTES, EVENTS = 200, 20_000  # of each customer, over 13 months
PATIENCE = 1_200


def measure(*, quick: bool) -> list[Row]:
    """The whole of it with 10, 26 and 50 customers, by the worker of an installation that serves people meanwhile."""
    sizes = (2, 4, 6) if quick else SIZES
    grethe = manager()
    figures, there = [], 0
    with _running():
        for size in sizes:
            while there < size:  # each cast is two customers
                _live(make_cast(), 100 if quick else EVENTS)
                there += 2
            figures.append(_figure(there, grethe))
    what = f"every promise measured at every customer, of {LIMIT} seconds"
    return [Row("G17", what, Goal(1.0, at_least=False), "customers", figures, judged="" if quick else "50")]


@contextmanager
def _running() -> Iterator[None]:
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    processes = Processes(installation.load(), port=free_port(), beside=("sealer", "worker"))
    try:
        started = processes.start(60)
        for number, handler in handlers.items():  # it is the bench that is told to stop
            signal.signal(number, handler)
        if not started:
            raise RuntimeError("the server did not start")
        yield
    finally:
        processes.stop()


def _live(cast: Cast, events: int) -> None:
    """A life for both customers: a journal, and a log of 13 months in which everybody opened citizens."""
    journal(cast, NOTES)
    for customer in (cast.solsikken, cast.fyrtaarnet):
        _log(customer.id, [one.user.id for one in cast.everybody if one.customer == customer], events)


def _log(customer: UUID, people: list[UUID], events: int) -> None:
    since = dt.datetime.now(dt.UTC) - dt.timedelta(days=390)
    with database.superuser() as admin:
        admin.execute("set role heretask_owner")  # whose partitions are: the worker starts on no other database
        admin.execute("select ht.make_partitions(%s, %s)", [since.date(), 15])
        admin.execute("reset role")
        admin.execute("set session_replication_role = replica")  # a past: nothing of it waits for the sealer
        admin.execute(
            """insert into kernel_event (customer_id, at, id, actor, session, action, object_kind, object_id, citizen, purpose, hits, shown,
                   outcome, address, agent, salt, leaf)
               select %(customer)s, %(begun)s + n::bigint * %(step)s, gen_random_uuid(), (%(people)s::uuid[])[n %% cardinality(%(people)s::uuid[]) + 1],
                      gen_random_uuid(), 'social.journal.read', 'citizen', who, who, 'role:carer', 20, array[gen_random_uuid()],
                      'done', '127.0.0.1', 'Mozilla/5.0 (bench)', sha256(n::text::bytea), sha256(n::text::bytea)
                 from generate_series(0, %(events)s - 1) n cross join lateral (select md5(%(customer)s::text || n %% 300)::uuid as who) w""",
            {"customer": customer, "people": people, "events": events, "begun": int(since.timestamp() * 1_000_000),
             "step": 389 * 24 * 3600 * 1_000_000 // events},
        )  # fmt: skip


def _figure(customers: int, grethe: Member) -> Figure:
    """From the click to the last customer's last result."""
    began = time.perf_counter()
    with grethe.inside() as by:
        job = actions.measure_now(by=by)
    while True:
        with grethe.inside() as by:
            others, own = queries.others(job), queue.own_job(job, by.user_id)
        if others.ended and own.state in {"done", "failed"}:
            break
        if time.perf_counter() - began > PATIENCE:
            raise TimeoutError(f"{others.done} of {others.all} customers in {PATIENCE} seconds")
        time.sleep(0.2)
    took = time.perf_counter() - began
    if others.failed or own.state == "failed":
        raise RuntimeError("a customer was not measured to the end")
    ratio = took / LIMIT
    return Figure(str(customers), ratio, ratio, ratio, {"seconds": round(took, 1), "promises": len(MEASURES)})
