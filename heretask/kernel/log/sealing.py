"""The sealer: gives each event its place in its customer's tree, and signs checkpoints.

One sealer works at a time; the others wait for its advisory lock, which belongs to its connection and so to its life.
Each step is one transaction: events leave the queue, get their places, complete nodes are stored, due checkpoints and
documents that wait are signed, all or nothing. So a sealer killed at any point leaves nothing half, and the next one
goes on from the tables.
What it knows besides (the right edge of each tree) is only remembered, and read again whenever a step has failed.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.db import connections, transaction

from . import attesting, notes
from .merkle import Frontier, Tree
from .sealkeys import SealKeys
from .tree import store_of

BATCH = 10_000  # events of one step
SIGN_EVERY = 60.0  # seconds between two checkpoints of a customer whose log grows and who asks for none
LOCK = 72002
_TAKE = """
with taken as (
  delete from ht.unsealed where ctid = any(array(select ctid from ht.unsealed limit %s))
  returning customer_id, at, event, leaf),
sizes as (
  select c.customer_id, coalesce((select l.place + 1 from kernel_leaf l where l.customer_id = c.customer_id
                                   order by l.place desc limit 1), 0) as size
    from (select distinct customer_id from taken) c)
insert into kernel_leaf (customer_id, place, event, leaf)
select t.customer_id, s.size - 1 + row_number() over (partition by t.customer_id order by t.at, t.event),
       t.event, t.leaf
  from taken t join sizes s using (customer_id)
returning customer_id, place, leaf"""

_UNSIGNED = """
with recursive c(id) as (
  (select customer_id from kernel_leaf order by customer_id limit 1)
  union all
  select (select l.customer_id from kernel_leaf l where l.customer_id > c.id order by l.customer_id limit 1)
    from c where c.id is not null)
select id from c where id is not null
   and (select place + 1 from kernel_leaf l where l.customer_id = c.id order by place desc limit 1) >
       coalesce((select size from kernel_checkpoint k where k.customer_id = c.id order by size desc limit 1), 0)
"""  # one probe of the index for each customer, never all leaves


@dataclass(slots=True)
class Grown:
    """What a sealer remembers of one customer's tree."""

    frontier: Frontier
    signed_size: int
    signed_at: float  # by the monotonic clock; 0 where this sealer has signed nothing yet
    signed_with: int  # the version of the keys; 0 where this sealer has signed nothing yet


class Sealer:
    """Seals through the connection `sealer`, with the keys of one file."""

    def __init__(self, keys: SealKeys, *, sign_every: float = SIGN_EVERY, batch: int = BATCH) -> None:
        self.keys, self.sign_every, self.batch = keys, sign_every, batch
        self.trees: dict[UUID, Grown] = {}

    def lead(self) -> bool:
        """Whether this sealer is the one that works; asks again each time."""
        with connections["sealer"].cursor() as cursor:
            cursor.execute(
                """select exists (select from pg_locks where locktype = 'advisory' and objid = %s
                                    and pid = pg_backend_pid() and granted) or pg_try_advisory_lock(%s)""",
                [LOCK, LOCK],
            )
            return bool(cursor.fetchone()[0])

    def step(self) -> int:
        """Seal what waits, at most one batch, and sign what is due; returns how many events got their place."""
        try:
            with transaction.atomic(using="sealer"):
                wanted = _wanted()  # before the queue is read: what somebody wants sealed is then in it
                placed = _take(self.batch)
                for customer_id, rows in groupby(placed, key=itemgetter(0)):
                    self._grow(customer_id, list(rows))
                self._sign(wanted, everything_taken=len(placed) < self.batch)
                attesting.sign_waiting(self.keys.keys())
        except BaseException:
            self.trees.clear()  # it was remembered for a transaction that is not there
            raise
        return len(placed)

    def begin(self) -> None:
        """Look once for the customers whose tree an earlier sealer left unsigned."""
        with transaction.atomic(using="sealer"), connections["sealer"].cursor() as cursor:
            cursor.execute(_UNSIGNED)
            for (customer_id,) in cursor.fetchall():
                self._tree(customer_id, None)

    def _grow(self, customer_id: UUID, rows: list[tuple[UUID, int, bytes]]) -> None:
        frontier = self._tree(customer_id, rows[0][1]).frontier
        nodes = [node for _, _, leaf in rows for node in frontier.append(bytes(leaf))]
        if nodes:
            with connections["sealer"].cursor() as cursor:
                cursor.executemany(
                    "insert into kernel_node (customer_id, level, place, hash) values (%s, %s, %s, %s)",
                    [(customer_id, *node) for node in nodes],
                )

    def _tree(self, customer_id: UUID, size: int | None) -> Grown:
        """The tree of a customer at `size` (None: as stored), remembered or read."""
        known = self.trees.get(customer_id)
        if known is not None and size in (None, known.frontier.size):
            return known
        with connections["sealer"].cursor() as cursor:
            cursor.execute(
                """select coalesce((select place + 1 from kernel_leaf where customer_id = %(c)s
                                     order by place desc limit 1), 0),
                          coalesce((select size from kernel_checkpoint where customer_id = %(c)s
                                     order by size desc limit 1), 0)""",
                {"c": customer_id},
            )
            stored, signed = cursor.fetchone()
        frontier = Tree(store_of(customer_id, "sealer"), stored if size is None else size).frontier()
        self.trees[customer_id] = Grown(frontier, signed, 0.0, 0)
        return self.trees[customer_id]

    def _sign(self, wanted: set[UUID], *, everything_taken: bool) -> None:
        if not everything_taken and wanted:
            _want_again(wanted)
            wanted = set()
        version, now = self.keys.version(), time.monotonic()
        for customer_id in wanted - self.trees.keys():
            self._tree(customer_id, None)
        for customer_id, tree in self.trees.items():
            grown = tree.frontier.size > tree.signed_size
            rotated = tree.signed_with not in (0, version)
            waited = not tree.signed_at or now - tree.signed_at >= self.sign_every
            if tree.frontier.size and ((grown and (waited or customer_id in wanted)) or rotated):
                self._sign_one(customer_id, tree.frontier)
                tree.signed_size, tree.signed_at = tree.frontier.size, now
            tree.signed_with = version

    def _sign_one(self, customer_id: UUID, frontier: Frontier) -> None:
        origin, root, at = notes.origin_of(customer_id), frontier.root(), dt.datetime.now(dt.UTC)
        note, public = notes.sign(notes.body(origin, frontier.size, root, at), origin, self.keys.keys())
        with connections["sealer"].cursor() as cursor:
            cursor.execute(
                """insert into kernel_checkpoint (customer_id, size, root, at, note, keys)
                   values (%s, %s, %s, %s, %s, %s)""",
                [customer_id, frontier.size, root, at, note, public],
            )


def _wanted() -> set[UUID]:
    with connections["sealer"].cursor() as cursor:
        cursor.execute("delete from ht.wanted returning customer_id")
        return {row[0] for row in cursor.fetchall()}


def _want_again(customers: Iterable[UUID]) -> None:
    with connections["sealer"].cursor() as cursor:
        cursor.execute("insert into ht.wanted select unnest(%s::uuid[])", [list(customers)])


def _take(batch: int) -> list[tuple[UUID, int, Any]]:
    with connections["sealer"].cursor() as cursor:
        cursor.execute(_TAKE, [batch])
        placed: list[tuple[UUID, int, Any]] = cursor.fetchall()
    placed.sort(key=itemgetter(0, 1))
    return placed
