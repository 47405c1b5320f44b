"""What the index of who was shown costs a writer: lists of 25 citizens with it, against the same table without it.

An event about one citizen is not in that index at all; these are the events that cost most. The clock empties the list of
new entries every ten seconds, and so does this.
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

from heretask.kernel.log import gate
from heretask.kernel.tenancy.base import uuid7
from heretask.social.citizens.events import LISTED
from tests import database

from .crew import Crew, crew
from .figures import Figure, Goal, Row, in_turns, of_rounds
from .storing import copy_table, drop_table

BARE = "bare_event"
_STATEMENT = gate.__dict__["statement"]


def measure(*, quick: bool) -> list[Row]:
    """Events a second with and without the index, from 1, 4 and 8 connections."""
    rounds, seconds = (3, 0.15) if quick else (15, 0.4)
    customers = [uuid7() for _ in range(50)]
    copy_table(BARE)
    try:
        with database.superuser() as admin:
            for name in admin.execute(
                "select i.indexrelid::regclass::text from pg_index i join pg_class x on x.oid = i.indexrelid"
                " join pg_am a on a.oid = x.relam and a.amname = 'gin' where i.indrelid = 'bare_event'::regclass"
            ).fetchall():
                admin.execute(sql.SQL("drop index {}").format(sql.Identifier(str(name[0]))))
            admin.execute(
                "create trigger unsealed after insert on bare_event for each row execute function ht.queue_leaf()"
            )
        figures = [_at(count, customers, rounds, seconds) for count in (1, 4, 8)]
    finally:
        drop_table(BARE)
    what = "lists of 25 citizens: events/s with the index of who was shown, against without"
    return [Row("G2", what, Goal(0.75, at_least=True), "connections", figures, judged="8")]


def _at(count: int, customers: list[UUID], rounds: int, seconds: float) -> Figure:
    processes = min(2, count)
    with crew(processes, "tests.bench.showing:writer", count // processes, customers) as writers:
        for side in ("kernel_event", BARE):
            _rate(writers, side, 0.1)
        ours, theirs = in_turns(
            rounds, lambda: _rate(writers, "kernel_event", seconds), lambda: _rate(writers, BARE, seconds)
        )
    return of_rounds(str(count), ours, theirs)


def _rate(writers: Crew, side: str, seconds: float) -> float:
    with connections["clock"].cursor() as cursor:
        cursor.execute("select ht.tidy_log()")
    return float(sum(stored / took for stored, took in writers.ask((side, seconds))))


def writer(_number: int, threads: int, customers: list[UUID]) -> Callable[[tuple[str, float]], tuple[int, float]]:
    """A process whose threads, one connection each, store lists as fast as they can."""
    pool = ThreadPoolExecutor(threads)
    citizens = [[uuid7() for _ in range(100)] for _ in customers]

    def work(barrier: threading.Barrier, seconds: float) -> int:
        chance, stored = random.Random(), 0
        connections["gate"].ensure_connection()
        barrier.wait()
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            at = chance.randrange(len(customers))
            gate.record_at_gate(
                LISTED, customer_id=customers[at], actor=citizens[at][0], session=citizens[at][1], hits=25,
                shown=tuple(chance.sample(citizens[at], k=25)), address="127.0.0.1", agent="Mozilla/5.0 (bench)",
            )  # fmt: skip
            stored += 1
        return stored

    def do(command: tuple[str, float]) -> tuple[int, float]:
        side, seconds = command
        gate.__dict__["statement"] = _into(side)
        barrier = threading.Barrier(threads + 1)
        at_work = [pool.submit(work, barrier, seconds) for _ in range(threads)]
        barrier.wait()
        begun = time.perf_counter()
        return sum(each.result() for each in at_work), time.perf_counter() - begun

    return do


def _into(table: str) -> Callable[..., tuple[str, list[Any]]]:
    def statement(events: Any, *, numbered: bool) -> tuple[str, list[Any]]:
        text, params = _STATEMENT(events, numbered=numbered)
        return text.replace("kernel_event", table, 1), params

    return statement
