"""Notes are written and signed while the whole database is killed with SIGKILL, round by round."""

from __future__ import annotations

import random
import threading
import time
from dataclasses import dataclass, field
from uuid import UUID

import psycopg
from django.db import Error, connections

from heretask.config import cluster
from heretask.social.journal import actions
from heretask.social.journal.events import SIGNED
from heretask.social.journal.models import NoteKind
from tests.cast import Cast, make_cast
from tests.social.people import make_citizen

from .sealing import Outcome, until_sealed
from .stage import Sealers, kill_database

WRITERS = 6


@dataclass
class Told:
    """What the writers were told had been done."""

    notes: list[UUID] = field(default_factory=list)
    failed: int = 0
    stopped: threading.Event = field(default_factory=threading.Event)


def run(base: cluster.Cluster, *, rounds: int) -> Outcome:
    """Kill and start `rounds` times under load, then look at every note and every event."""
    cast = make_cast()
    citizen = make_citizen(cast, "Birthe Holm").id
    sealers, told = Sealers(1), Told()
    threads = [threading.Thread(target=_write, args=(cast, citizen, told)) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    chance = random.Random(9)
    for _ in range(rounds):
        time.sleep(chance.uniform(0.6, 1.6))
        kill_database(base)
    time.sleep(1)
    told.stopped.set()
    for thread in threads:
        thread.join()
    connections.close_all()
    until_sealed(base)
    sealers.end()
    outcome = Outcome({"rounds": rounds, "acknowledged": len(told.notes), "broken_off": told.failed})
    _compare(base, cast, told, outcome)
    return outcome


def _write(cast: Cast, citizen: UUID, told: Told) -> None:
    """As a person at a page: a session, a note, its signature; remembered once it was acknowledged."""
    while not told.stopped.is_set():
        try:
            with cast.anna.inside() as by:
                note = actions.write_and_sign(
                    citizen_id=citizen, kind=NoteKind.values[0], text="Sov roligt i nat.", by=by
                )
            told.notes.append(note.id)
        except Error:
            told.failed += 1
            connections.close_all()  # this thread's own
            told.stopped.wait(0.05)
    connections.close_all()


def _compare(base: cluster.Cluster, cast: Cast, told: Told, outcome: Outcome) -> None:
    with psycopg.connect(base.conninfo("heretask")) as admin:
        there = {
            row[0] for row in admin.execute(
                "select id from social_journal_note where customer_id = %s", [cast.solsikken.id]
            )
        }  # fmt: skip
        said = [
            row[0] for row in admin.execute(
                "select object_id from kernel_event where customer_id = %s and action = %s",
                [cast.solsikken.id, SIGNED.name],
            )
        ]  # fmt: skip
        unplaced = admin.execute(
            """select count(*) from kernel_event e where not exists (
                 select from kernel_leaf l where l.customer_id = e.customer_id and l.event = e.id and l.leaf = e.leaf)"""
        ).fetchone()
        strange = admin.execute(
            """select count(*) from kernel_leaf l where not exists (
                 select from kernel_event e where l.customer_id = e.customer_id and l.event = e.id)"""
        ).fetchone()
    checks = {
        "acknowledged notes that are gone": len(set(told.notes) - there),
        "notes without their event": len(there - set(said)),
        "events without their note": len(set(said) - there),
        "notes with two events": len(said) - len(set(said)),
        "events without a place": int(unplaced[0]) if unplaced else -1,
        "places without an event": int(strange[0]) if strange else -1,
    }
    outcome.figures |= {"notes": len(there), "events": len(said)}
    outcome.faults += [f"{what}: {count}" for what, count in checks.items() if count]
    if not told.notes:
        outcome.faults.append("nothing was ever acknowledged")
