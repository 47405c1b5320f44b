"""Many writers into one customer's log while the working sealer is killed with SIGKILL again and again."""

from __future__ import annotations

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from uuid import UUID

import psycopg
from django.db import connections

from heretask.config import cluster, provision
from heretask.kernel.log import gate, notes
from heretask.kernel.log.merkle import Frontier
from heretask.social.journal.events import READ
from tests.bench.crew import crew

from .stage import Sealers


@dataclass
class Outcome:
    """What was done, and every fault that was found; none means that all held."""

    figures: dict[str, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def run(base: cluster.Cluster, *, writers: int, events: int, kills: int) -> Outcome:
    """Write, kill, and hold what is there against what was written."""
    customer = provision.create_customer("kaos", "Kaos").id
    processes = min(4, writers)
    each = events // (processes * (writers // processes))
    sealers, ended = Sealers(2), threading.Event()
    killer = threading.Thread(target=_kill, args=(sealers, kills, ended))
    killer.start()
    begun = time.monotonic()
    with crew(processes, "tests.chaos.sealing:writer", writers // processes, each, customer) as team:
        written = {event for part in team.ask("write", patience=1800) for event in part}
    seconds = time.monotonic() - begun
    killer.join()
    until_sealed(base)
    sealers.end()
    outcome = Outcome({"written": len(written), "writers": writers, "kills": sealers.killed, "seconds": int(seconds)})
    _compare(customer, written, outcome)
    return outcome


def writer(_number: int, threads: int, each: int, customer: UUID) -> object:
    """A process whose threads, one connection each, write events through the gate as the product does."""

    def work() -> list[UUID]:
        done = []
        for n in range(each):
            before = gate.record_at_gate(READ, customer_id=customer, hits=n, address="192.0.2.9", agent="chaos")
            done.append(before)
        connections["gate"].close()
        return done

    def do(_command: str) -> list[UUID]:
        with ThreadPoolExecutor(threads) as pool:
            return [event for part in [pool.submit(work) for _ in range(threads)] for event in part.result()]

    return do


def _kill(sealers: Sealers, kills: int, ended: threading.Event) -> None:
    chance = random.Random(30)
    for _ in range(kills):
        ended.wait(chance.uniform(1.0, 2.5))  # a new one needs about a second before it stands by
        sealers.kill_leader()


def until_sealed(base: cluster.Cluster) -> None:
    """Wait until every event has its place and every tree is signed as it stands; as if somebody had asked for it."""
    end = time.monotonic() + 300
    with psycopg.connect(base.conninfo("heretask"), autocommit=True) as admin:
        admin.execute("insert into ht.wanted select distinct customer_id from kernel_event")
        while time.monotonic() < end:
            open_ = admin.execute(
                """select exists (select from ht.unsealed) or exists (select from ht.wanted) or exists (
                     select from kernel_leaf l group by customer_id having max(place) + 1 >
                       (select coalesce(max(size), 0) from kernel_checkpoint c where c.customer_id = l.customer_id))"""
            ).fetchone()
            if open_ == (False,):
                return
            time.sleep(0.2)


def _compare(customer: UUID, written: set[UUID], outcome: Outcome) -> None:
    """Nothing lost, nothing twice, one tree: every checkpoint ever signed is a root of the tree that is there now."""
    with connections["sealer"].cursor() as cursor:
        cursor.execute("select place, event, leaf from kernel_leaf where customer_id = %s order by place", [customer])
        leaves = cursor.fetchall()
        cursor.execute(
            "select size, root, note, keys from kernel_checkpoint where customer_id = %s order by size", [customer]
        )
        signed = cursor.fetchall()
        cursor.execute("select count(*) from ht.unsealed")
        waiting = cursor.fetchone()[0]
    placed = [event for _, event, _ in leaves]
    roots, frontier = {}, Frontier()
    sizes = {size for size, *_ in signed}
    for _, _, leaf in leaves:
        frontier.append(bytes(leaf))
        if frontier.size in sizes:
            roots[frontier.size] = frontier.root()
    checks = {
        "events lost": len(written - set(placed)),
        "events placed twice": len(placed) - len(set(placed)),
        "events placed that nobody wrote": len(set(placed) - written),
        "gaps in the places": sum(n != place for n, (place, _, _) in enumerate(leaves)),
        "events that still wait": waiting,
        "checkpoints of another tree": sum(roots.get(size) != bytes(root) for size, root, *_ in signed),
        "checkpoints whose signature does not hold": sum(
            notes.check_checkpoint(note, keys).root != bytes(root) for _, root, note, keys in signed
        ),
        "the newest checkpoint is not of the whole tree": int(not signed or signed[-1][0] != len(leaves)),
    }
    outcome.figures |= {"placed": len(leaves), "checkpoints": len(signed)}
    outcome.faults += [f"{what}: {count}" for what, count in checks.items() if count]
