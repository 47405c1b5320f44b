"""Real logs of a real database to tamper with: customers whose logs grow, with checkpoints noted on the way."""

from __future__ import annotations

import datetime as dt
import io
import random
import time
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any

from heretask.admin.logs import exporting
from heretask.admin.users import events as users
from heretask.config import provision
from heretask.kernel.identity.sessions import operator
from heretask.kernel.log import record
from heretask.kernel.log.exporting import Export
from heretask.kernel.log.gate import record_at_gate
from heretask.kernel.log.queries import Filters
from heretask.kernel.log.registry import Category
from heretask.kernel.log.trace import store, trace
from heretask.kernel.log.tree import waiting
from heretask.kernel.log.witness import newest_line, newest_note
from heretask.social.journal import events as journal
from tests.cast import Cast, make_cast
from tests.sealing import seal

from .forging import Bundle

WORDS = ("sov uroligt", "=1+1", "medicin; aften", 'sagde "nej"', "å\r\nlinje", "-2", "Tove")


@dataclass
class Log:
    """One customer's log, and what its customer noted: whole checkpoints, and short lines."""

    cast: Cast
    chance: random.Random
    notes: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    def grow(self, count: int) -> None:
        """Write so many events of several kinds, seal them, and note the checkpoint."""
        chance, cast = self.chance, self.cast
        with operator(cast.solsikken, "tamper"):
            here = trace()
            for _ in range(count):
                who = chance.choice([cast.anna, cast.bo, cast.clara, None])
                here.actor = who.user.id if who else None
                here.address, here.agent = (
                    chance.choice(["192.0.2.7", "2001:db8::1", ""]),
                    chance.choice(["=agent", "tests"]),
                )
                self._one()
            store(here)
        if chance.random() < 0.5:
            from heretask.kernel.access.events import DENIED

            record_at_gate(DENIED, customer_id=cast.solsikken.id, purpose="admin.log:read", outcome="refused")
        seal()
        with operator(cast.solsikken, "tamper"):
            self.notes.append(newest_note())
            self.lines.append(newest_line())

    def _one(self) -> None:
        chance, cast = self.chance, self.cast
        shown = [cast.nord.id] * chance.choice([0, 0, 1, 3, 26])
        which = chance.random()
        if which < 0.25:
            record(users.USERS_SEARCHED, variables={"q": chance.choice(WORDS)}, hits=chance.randrange(30), shown=shown)
        elif which < 0.5:
            record(
                journal.SEARCHED,
                citizen=cast.syd.id,
                on=("citizen", cast.syd.id),
                variables={"q": chance.choice(WORDS), "first": 0},
                hits=0,
                shown=shown,
            )
        elif which < 0.8:
            record(journal.READ, citizen=cast.nord.id, on=("citizen", cast.nord.id), hits=25, shown=shown)
        else:
            record(
                users.USERS_LISTED,
                hits=chance.randrange(9),
                changed=chance.choice([[], ["name"], ["text", "kind"], ["a b", "c"]]),
            )

    def export(
        self, filters: Filters | None = None, *, masked: bool = False, noted: tuple[str, ...] = (), kind: str = ""
    ) -> Bundle:
        """A real extract of the log as it is now."""
        table, proof = io.BytesIO(), io.BytesIO()
        sizes = [int(text.splitlines()[1]) if "\n" in text else int(text.split()[0]) for text in noted]
        with operator(self.cast.solsikken, "tamper") as here:
            begun = exporting.begin(filters or Filters(), by=provision.operator_of(self.cast.solsikken))
            made = Export(
                begun.filters,
                begun.until,
                lambda: nullcontext(here),
                masked=masked,
                ahead=False,
                since=sizes,
                part=self.chance.choice([7, 64, 2000]),
            )
            exporting.look_up(made)
            made.write_to(table, proof)
        return Bundle(table.getvalue(), proof.getvalue(), noted, kind)

    def settled(self) -> None:
        """Have everything sealed and signed; looking for words in an extract leaves events of its own."""
        with operator(self.cast.solsikken, "tamper"):
            waits = waiting(time.time_ns() // 1000)
        if waits:
            seal()


def some_filters(log: Log, chance: random.Random) -> Filters:
    """A filter such as people choose."""
    today = dt.datetime.now(dt.UTC).date()
    choices: list[dict[str, Any]] = [
        {"person": chance.choice([log.cast.anna, log.cast.bo, log.cast.clara]).user.id},
        {"kind": str(chance.choice(list(Category)))}, {"citizen": chance.choice([log.cast.nord.id, log.cast.syd.id])},
        {"since": today - dt.timedelta(days=1)}, {"until": today - dt.timedelta(days=chance.choice([0, 3]))},
        {"q": chance.choice(["uroligt", "tove", "anna", "findes ikke"])},
    ]  # fmt: skip
    return Filters(**chance.choice(choices))


def a_log(chance: random.Random, steps: int) -> Log:
    """A log that has grown in several steps."""
    log = Log(make_cast(), chance)
    for _ in range(steps):
        log.grow(chance.choice([1, 5, 40, 130, 300]))
    return log
