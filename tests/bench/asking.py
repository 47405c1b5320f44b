"""G10: does asking who opened a citizen stay as quick as the log grows? The same answer out of logs of three lengths.

Each log lies in a database and a process of its own, and all are asked in turns. With the log grow its customers' shares of
it and the number of citizens; what is known of one citizen stays the same: some 800 events about them and 4,000 lists of
20 in which they stand, over 13 months.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

import psycopg
from django.db import connections
from psycopg import sql

from heretask.config import cluster, provision
from heretask.kernel.identity.sessions import operator
from heretask.kernel.log.openings import events_about, who_opened
from tests import database

from . import showing
from .crew import Crew, crew
from .figures import Figure, Goal, Row, of_times

CUSTOMERS, LISTED, MONTHS = 5, 20, 13
PER_CITIZEN = 1_000  # events of the log for each citizen there is
SIZES = (100_000, 1_000_000, 5_000_000)
LARGE = 50_000_000  # with HERETASK_BENCH_LARGE=1; some forty minutes and 40 GB
PATIENCE = 7_200


def measure(*, quick: bool) -> list[Row]:
    """Slowest hundredth of the answer by person, and of the first page of events, against those of the smallest log."""
    sizes: tuple[int, ...] = (2_000, 5_000, 10_000) if quick else SIZES
    if os.environ.get("HERETASK_BENCH_LARGE") and not quick:
        sizes = (*sizes, LARGE)
    rounds, each = (3, 5) if quick else (20, 15)
    with crew(len(sizes), "tests.bench.asking:log", sizes) as logs:
        try:
            logs.ask(("fill", 0), PATIENCE)
            taken = _in_turns(logs, len(sizes), rounds, each)
        finally:
            logs.ask(("drop", 0), PATIENCE)
    rows = []
    for what, name in (("people", "who opened a citizen, by person"), ("page", "first 50 events about a citizen")):
        figures = [_figure(size, taken[at][what], taken[0][what]) for at, size in enumerate(sizes)]
        rows.append(Row("G10", f"{name}: p99 against the smallest log", Goal(2, at_least=False), "events", figures))
    return [*rows, *showing.measure(quick=quick)]


def _figure(size: int, ours: list[float], smallest: list[float]) -> Figure:
    return of_times(f"{size:,}", ours, smallest, 0.99)


def _in_turns(logs: Crew, count: int, rounds: int, each: int) -> list[dict[str, list[float]]]:
    """Each log's times, one log at work at a time, in an order drawn anew each round."""
    taken: list[dict[str, list[float]]] = [{"people": [], "page": []} for _ in range(count)]
    chance = random.Random(5)
    for _round in range(rounds):
        for turn in chance.sample(range(count), k=count):
            answers = logs.ask((f"ask {turn}", each))
            for what, times in answers[turn].items():
                taken[turn][what] += times
    return taken


def log(number: int, sizes: tuple[int, ...]) -> Callable[[tuple[str, int]], Any]:
    """A process with a log of its own, which answers only when it is its turn."""
    name, size = f"test_{os.getppid()}_g10_{number}", sizes[number]
    kept: dict[str, Any] = {"chance": random.Random(number)}

    def do(command: tuple[str, int]) -> Any:
        word, times = command
        if word == "fill":
            kept["customers"] = _made(name)
            _fill(name, [customer.id for customer in kept["customers"]], size)
        elif word == "drop":
            _drop(name)
        elif word == f"ask {number}":
            return _asked(kept, size, times)
        return None

    return do


def _patient(conninfo: str) -> psycopg.Connection[tuple[object, ...]]:
    """A superuser's connection that waits as long as it takes, such as for a checkpoint of all that was written."""
    return psycopg.connect(conninfo, autocommit=True, options="-c statement_timeout=0")


def _made(name: str) -> list[Any]:
    """A database of this process's own, and its customers."""
    base = database.the_cluster()
    with _patient(base.conninfo()) as admin:
        template = sql.Identifier(database.template_name())
        admin.execute(sql.SQL("create database {} template {} strategy wal_log").format(sql.Identifier(name), template))
    cluster.prepare_database(base.conninfo(), name)
    for alias in connections:
        connections[alias].settings_dict["NAME"] = name
    return [provision.create_customer(f"kunde{n}", f"Kunde {n}") for n in range(CUSTOMERS)]


def _fill(name: str, customers: list[UUID], size: int) -> None:
    """Events of 13 months: four in five about a citizen, with notes shown; each fifth a list of 20 citizens."""
    citizens = max(LISTED * CUSTOMERS, size // PER_CITIZEN) // CUSTOMERS
    with _patient(database.the_cluster().conninfo(name)) as admin:
        since = dt.datetime.now(dt.UTC) - dt.timedelta(days=30 * MONTHS)
        admin.execute("select ht.make_partitions(%s, %s)", [since.date(), MONTHS + 2])
        admin.execute(
            "set session_replication_role = replica"
        )  # neither queue nor policies: it is the reading that counts
        begun, step = int(since.timestamp() * 1_000_000), 30 * MONTHS * 24 * 3600 * 1_000_000 // size
        for first in range(0, size, 250_000):
            admin.execute(
                """insert into kernel_event (customer_id, at, id, actor, session, action, object_kind, object_id, citizen, purpose, hits, shown,
                       outcome, address, agent, salt, leaf)
                   select (%(customers)s::uuid[])[n %% %(k)s + 1], %(begun)s + n::bigint * %(step)s, gen_random_uuid(),
                          md5('user' || n %% %(k)s || '.' || floor(random() * 60))::uuid, gen_random_uuid(),
                          case when list then 'social.citizens.listed' else 'social.journal.read' end, case when list then '' else 'citizen' end,
                          who, who, 'role:carer', 20,
                          case when list then (select array_agg(md5(n %% %(k)s || '.' || (at + i) %% %(citizens)s)::uuid) from generate_series(0, %(listed)s - 1) i)
                               else array[gen_random_uuid(), gen_random_uuid()] end,
                          'done', '127.0.0.1', 'Mozilla/5.0 (bench)', sha256(n::text::bytea), sha256(n::text::bytea)
                     from generate_series(%(first)s, least(%(first)s + 249999, %(size)s - 1)) n
                    cross join lateral (select n %% 5 = n / 5 %% 5 as list, floor(random() * %(citizens)s)::int as at) d
                    cross join lateral (select case when list then null else md5(n %% %(k)s || '.' || at)::uuid end as who) w""",
                {"customers": customers, "k": CUSTOMERS, "begun": begun, "step": step, "first": first, "size": size, "citizens": citizens,
                 "listed": LISTED},
            )  # fmt: skip
        admin.execute("vacuum (analyze) kernel_event")


def _asked(kept: dict[str, Any], size: int, times: int) -> dict[str, list[float]]:
    """So many answers of each kind about citizens drawn at random; the first ones warm up and do not count."""
    citizens = max(LISTED * CUSTOMERS, size // PER_CITIZEN) // CUSTOMERS
    number = kept["chance"].randrange(CUSTOMERS)
    taken: dict[str, list[float]] = {"people": [], "page": []}
    with operator(kept["customers"][number], "bench"):
        for turn in range(times + 2):
            citizen = _citizen(number, kept["chance"].randrange(citizens))
            for what, ask in (("people", _people), ("page", _page)):
                begun = time.perf_counter()
                found = ask(citizen)
                took = time.perf_counter() - begun
                if not found:
                    raise RuntimeError("nobody was found")
                if turn > 1:
                    taken[what].append(took)
    return taken


def _people(citizen: UUID) -> int:
    return who_opened(citizen, None, 0).events


def _page(citizen: UUID) -> int:
    return len(events_about(citizen, None, 0, 51))


def _citizen(customer: int, number: int) -> UUID:
    import hashlib

    return UUID(hashlib.md5(f"{customer}.{number}".encode(), usedforsecurity=False).hexdigest())


def _drop(name: str) -> None:
    connections.close_all()
    with _patient(database.the_cluster().conninfo()) as admin:
        admin.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))
