"""G2, G3: what the leaf and its queue cost. One event a transaction, against the same table without salt, leaf and queue.

G2 spreads the events over fifty customers; G3 writes all into one, where a chain of hashes would stand in line.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

from django.db import connections
from psycopg import sql

from heretask.kernel.log import gate, storing, trace
from heretask.kernel.tenancy.base import uuid7
from heretask.social.journal.events import READ
from tests import database

from .crew import Crew, crew
from .figures import Figure, Goal, Row, in_turns, of_rounds

CUSTOMERS = 50
PLAIN = "plain_event"
_WITHOUT = [name for name in storing._TYPES if name not in {"salt", "leaf"}]
_REAL = (
    trace.__dict__["leaf_of"],
    trace.__dict__["make_salt"],
    storing._TYPES,
    storing._COLUMNS,
    gate.__dict__["statement"],
)


def measure(*, quick: bool) -> list[Row]:
    """Events a second with and without the leaf, into fifty customers and into one."""
    rounds, seconds = (3, 0.15) if quick else (15, 0.4)
    customers = [uuid7() for _ in range(CUSTOMERS)]
    copy_table(PLAIN)
    try:
        many = [_at(count, customers, rounds, seconds) for count in (1, 4, 8)]
        one = [_at(count, customers[:1], rounds, seconds) for count in (2, 8, 32)]
        _check()
    finally:
        drop_table(PLAIN)  # it stands outside the catalogue's rules
    goal, what = Goal(0.75, at_least=True), "events/s with salt, leaf and queue, against the same table without them"
    return [
        Row("G2", what, goal, "connections", many, judged="8"),
        Row("G3", f"{what}; one customer", goal, "connections", one, judged="32"),
    ]


def _at(count: int, customers: list[UUID], rounds: int, seconds: float) -> Figure:
    processes = min(2, count)
    with crew(processes, "tests.bench.storing:writer", count // processes, customers) as writers:
        for side in ("leaf", "plain"):
            _rate(writers, side, 0.1)  # connections are made, statements prepared
        ours, theirs = in_turns(
            rounds, lambda: _rate(writers, "leaf", seconds), lambda: _rate(writers, "plain", seconds)
        )
    return of_rounds(str(count), ours, theirs)


def _rate(writers: Crew, side: str, seconds: float) -> float:
    return float(sum(stored / took for stored, took in writers.ask((side, seconds))))


def writer(_number: int, threads: int, customers: list[UUID]) -> Callable[[tuple[str, float]], tuple[int, float]]:
    """A process whose threads, one connection each, store events as fast as they can."""
    pool = ThreadPoolExecutor(threads)
    shown = tuple(uuid7() for _ in range(25))  # a page of the journal

    def work(barrier: threading.Barrier, seconds: float) -> int:
        chance, stored = random.Random(), 0
        connections["gate"].ensure_connection()
        barrier.wait()
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            gate.record_at_gate(
                READ, customer_id=chance.choice(customers), actor=shown[0], session=shown[1], citizen=shown[2],
                on=("citizen", shown[2]), hits=25, shown=shown, address="127.0.0.1", agent="Mozilla/5.0 (bench)",
            )  # fmt: skip
            stored += 1
        return stored

    def do(command: tuple[str, float]) -> tuple[int, float]:
        side, seconds = command
        _choose(side)
        barrier = threading.Barrier(threads + 1)
        at_work = [pool.submit(work, barrier, seconds) for _ in range(threads)]  # the barrier gives each thread one
        barrier.wait()
        begun = time.perf_counter()
        return sum(each.result() for each in at_work), time.perf_counter() - begun

    return do


def _choose(side: str) -> None:
    """The code as it is, or with salt and leaf taken out of it; in this process only."""
    leaf_of, make_salt, types, columns, statement = _REAL
    plain = side == "plain"

    def into(events: Any, *, numbered: bool) -> tuple[str, list[Any]]:
        text, params = statement(events, numbered=numbered)
        return text.replace("kernel_event", PLAIN if plain else "kernel_event", 1), params

    gate.__dict__["statement"] = into
    trace.__dict__["leaf_of"] = (lambda _salt, _values: b"") if plain else leaf_of
    trace.__dict__["make_salt"] = (lambda **_variables: b"") if plain else make_salt
    storing.__dict__["_TYPES"] = {name: types[name] for name in _WITHOUT} if plain else types
    storing.__dict__["_COLUMNS"] = columns.removesuffix(', "salt", "leaf"') if plain else columns


def copy_table(copy: str) -> None:
    """A copy of the log's table with its indexes, partitions, policies and triggers; salt and leaf may be missing."""
    with database.superuser() as admin:
        plain = sql.Identifier(copy)
        admin.execute(
            sql.SQL("create table {} (like kernel_event including all) partition by range (at)").format(plain)
        )
        admin.execute(sql.SQL("alter table {} alter salt drop not null, alter leaf drop not null").format(plain))
        found = admin.execute(
            "select c.relname, pg_get_expr(c.relpartbound, c.oid) from pg_inherits i"
            " join pg_class c on c.oid = i.inhrelid where i.inhparent = 'kernel_event'::regclass"
        ).fetchall()
        names = [copy]
        for name, bounds in found:
            names.append(str(name).replace("kernel_event", copy))
            made = sql.SQL("create table {} partition of {} " + str(bounds))
            admin.execute(made.format(sql.Identifier(names[-1]), plain))
        for name in names:
            admin.execute("select ht.guard_events(%s)", [name])
        admin.execute(sql.SQL("grant insert on {} to heretask_gate").format(plain))
        admin.execute(
            sql.SQL(
                "create trigger append_only_row before update or delete on {} for each row"
                " execute function ht.refuse_change()"
            ).format(plain)
        )


def _check() -> None:
    """Both ways must have stored what they counted as stored, the one with leaves, the other without."""
    whole = "length(leaf) = 32 and length(salt) = 32"
    counted = f"select count(*), count(*) filter (where {whole}) from kernel_event where action = %s"
    with database.superuser() as admin:
        ours = admin.execute(counted.encode(), [READ.name]).fetchone()
        theirs = admin.execute(sql.SQL("select count(*), count(leaf) from {}").format(sql.Identifier(PLAIN))).fetchone()
    if not ours or not theirs or not ours[0] or ours[0] != ours[1] or not theirs[0] or theirs[1]:
        raise RuntimeError("events were not stored as they should have been")


def drop_table(copy: str) -> None:
    """Take a copy away again."""
    with database.superuser() as admin:
        admin.execute(sql.SQL("drop table {}").format(sql.Identifier(copy)))
