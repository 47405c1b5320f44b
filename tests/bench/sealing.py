"""G4, G7: how soon an event has its place in the tree and what the sealer costs; how a proof grows with the tree.

G4 is a ratio to what is promised: the slowest hundredth of the waits against one second, the sealer's time against a
twentieth of a core. Events come in packets from one writer that keeps to a rate.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from uuid import UUID

import psycopg

from heretask.config import installation
from heretask.kernel.log import storing, trace
from heretask.kernel.log.merkle import Frontier, Tree, root_from_inclusion
from heretask.kernel.log.tree import store_of
from heretask.kernel.tenancy.base import uuid7
from heretask.social.journal.events import READ
from tests import database

from .figures import Figure, Goal, Row, in_turns, of_times, quantile

PROMISED, SHARE = 1.0, 0.05  # seconds to a place; of one core
PACKET = 200  # events of one transaction
TICKS = os.sysconf("SC_CLK_TCK")
SMALL, USUAL, LARGE = (500, 2_000, 8_000), (100_000, 300_000, 1_000_000), (100_000, 1_000_000, 10_000_000)


def measure(*, quick: bool) -> list[Row]:
    """Waits and costs at three rates, then proofs in three trees."""
    rates, seconds = ((100, 200, 400), 2.0) if quick else ((1_000, 2_500, 5_000), 12.0)
    waits, costs = [], []
    for rate in rates:
        slowest, share, made = _sealing_at(rate, seconds)
        more = {"events": made, "rate_reached": round(made / seconds)}
        waits.append(Figure(str(rate), slowest / PROMISED, slowest / PROMISED, slowest / PROMISED, more))
        costs.append(Figure(str(rate), share / SHARE, share / SHARE, share / SHARE, more))
    goal = Goal(1.0, at_least=False)
    return [
        Row("G4", "p99 from commit to a place in the tree, against one second", goal, "events/s", waits),
        Row("G4b", "the sealer's processor time, against a twentieth of a core", goal, "events/s", costs),
        *_proofs(quick=quick),
    ]


def _sealing_at(rate: int, seconds: float) -> tuple[float, float, int]:
    """The slowest hundredth of the waits in seconds, the sealer's share of a core, and how many events were made."""
    environment = {**os.environ, "HERETASK_ROLE": "sealer", "HERETASK_HOME": str(installation.home())}
    command = [sys.executable, "-m", "heretask.config.cli", "sealer"]
    with subprocess.Popen(command, env=environment) as sealer, database.superuser() as admin:
        try:
            _until_sealed(admin)
            before, begun = _spent(sealer.pid), time.perf_counter()
            waits, made = _write(admin, rate, seconds)
            share = (_spent(sealer.pid) - before) / (time.perf_counter() - begun)
        finally:
            sealer.send_signal(signal.SIGTERM)
            sealer.wait(20)
    return quantile(waits, 0.99), share, made


def _write(admin: psycopg.Connection[tuple[object, ...]], rate: int, seconds: float) -> tuple[list[float], int]:
    """Write at a rate; how long the newest event of some packets waited for its place, asked from outside."""
    customers, shown = [uuid7() for _ in range(20)], (uuid7(),)
    chance, waits, made, looked = random.Random(5), list[float](), 0, 0.0
    watched: dict[tuple[UUID, UUID], float] = {}
    with psycopg.connect(_gate(), autocommit=True) as gate:
        begun = time.perf_counter()
        while (now := time.perf_counter() - begun) < seconds:
            if made < now * rate:
                packet = [_event(chance.choice(customers), shown) for _ in range(PACKET)]
                sql, params = storing.statement(packet, numbered=False)
                gate.execute(sql.encode(), params)
                made += PACKET
                if len(watched) < 8:
                    watched[packet[-1].id, packet[-1].values["customer"]] = time.perf_counter()
            else:
                time.sleep(0.002)
            if now > looked + 0.01:
                looked = now
                waits += _arrived(admin, watched)
        while watched:
            waits += _arrived(admin, watched)
            time.sleep(0.01)
    return waits, made


def _arrived(admin: psycopg.Connection[tuple[object, ...]], watched: dict[tuple[UUID, UUID], float]) -> list[float]:
    waits = []
    for event, customer in list(watched):
        here = admin.execute(
            "select 1 from kernel_leaf where customer_id = %s and event = %s", [customer, event], prepare=True
        )
        if here.fetchone():
            waits.append(time.perf_counter() - watched.pop((event, customer)))
    return waits


def _event(customer: UUID, shown: tuple[UUID, ...]) -> storing.Stored:
    return trace.make(
        READ, customer_id=customer, customer_key=None, actor=shown[0], session=shown[0], citizen=shown[0], hits=1,
        shown=shown, address="127.0.0.1", agent="Mozilla/5.0 (bench)",
    )  # fmt: skip


def _until_sealed(admin: psycopg.Connection[tuple[object, ...]]) -> None:
    while admin.execute("select exists (select from ht.unsealed)").fetchone() == (True,):
        time.sleep(0.1)
    time.sleep(1)


def _spent(pid: int) -> float:
    """Seconds of processor time of one process so far (proc(5): utime and stime)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _gate() -> str:
    from django.conf import settings

    chosen = settings.DATABASES["gate"]
    return psycopg.conninfo.make_conninfo(
        host=chosen["HOST"],
        port=chosen["PORT"],
        dbname=chosen["NAME"],
        user=chosen["USER"],
        password=chosen["PASSWORD"],
    )


def _proofs(*, quick: bool) -> list[Row]:
    """Proofs of inclusion, each tree against the smallest: in time, and in hashes."""
    sizes = SMALL if quick else LARGE if os.environ.get("HERETASK_BENCH_LARGE") else USUAL
    trees = {size: _tree(size) for size in sizes}
    base, rounds = sizes[0], 60 if quick else 400
    times, hashes = [], []
    for size in sizes:
        chance = random.Random(7)
        for side in (trees[size], trees[base]):
            _timed(side, chance)
        ours, theirs = in_turns(rounds, partial(_timed, trees[size], chance), partial(_timed, trees[base], chance))
        times.append(of_times(f"{size:,}", ours, theirs, 0.5))
        longest = max(_prove(trees[size][0], size, chance)[1] for _ in range(50))
        hashes.append(Figure(f"{size:,}", longest / 24, longest / 24, longest / 24, {"hashes": longest}))
    return [
        Row("G7", f"time of a proof of inclusion, against that in a tree of {base:,}", Goal(1.5, at_least=False),
            "leaves", times),
        Row("G7b", "hashes of a proof of inclusion, against 24", Goal(1.0, at_least=False), "leaves", hashes),
    ]  # fmt: skip


def _timed(side: tuple[UUID, int, bytes], chance: random.Random) -> float:
    begun = time.perf_counter()
    _prove(side[0], side[1], chance)
    return time.perf_counter() - begun


def _prove(customer: UUID, size: int, chance: random.Random) -> tuple[bytes, int]:
    """A proof from the tables alone, nothing remembered, and checked: the root it leads to, and its length."""
    tree, index = Tree(store_of(customer, "sealer"), size), chance.randrange(size)
    proof = tree.inclusion(index)
    return root_from_inclusion(index, size, tree.hash_of((0, index)), proof), len(proof)


def _tree(size: int) -> tuple[UUID, int, bytes]:
    """A stored tree of that many leaves."""
    customer, frontier = uuid7(), Frontier()
    nodes = []
    with database.superuser() as admin, admin.cursor() as cursor:
        cursor.execute("set statement_timeout = 0")
        with cursor.copy("copy kernel_leaf (customer_id, place, event, leaf) from stdin") as copy:
            for place in range(size):
                leaf = random.Random(place).randbytes(32)
                nodes += frontier.append(leaf)
                copy.write_row((customer, place, UUID(int=place), leaf))
        with cursor.copy("copy kernel_node (customer_id, level, place, hash) from stdin") as copy:
            for node in nodes:
                copy.write_row((customer, *node))
        cursor.execute("analyze kernel_leaf")
    root = frontier.root()
    if _prove(customer, size, random.Random(1))[0] != root:
        raise RuntimeError("a stored tree proves something else than was put into it")
    return customer, size, root
