"""Measured: that the tree over the log is whole, signed as it stands, and the one that was seen an hour ago, grown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connections

from heretask.kernel.log import notes, tree
from heretask.kernel.log.merkle import NotInTree
from heretask.kernel.log.models import Checkpoint
from heretask.kernel.tenancy.base import current

from .models import Evidence

PROMISE = "LOG-3"  # in whose samples the size and root seen the last time are kept
LONGEST_WAIT = 60  # seconds from an event's commit to its place in the tree
NEWEST = 5_000  # places that are held against their events each time


@dataclass(frozen=True, slots=True)
class Sealed:
    """What was found; `signed` is None where nothing has been signed yet."""

    signed: Checkpoint | None
    waits: int  # seconds that the oldest event has waited for its place
    lost: int  # of the newest places, those whose event is gone or is another
    holds: bool  # the signature, and the root computed anew from the tables
    grown: bool  # the tree seen the last time is part of this one

    @property
    def faults(self) -> int:
        """How many of these are not as they must be."""
        return self.lost + (not self.holds) + (not self.grown) + (self.waits >= LONGEST_WAIT)

    def sample(self) -> dict[str, Any]:
        """As it is kept."""
        kept: dict[str, Any] = {
            "seal_waits": self.waits, "seal_lost": self.lost, "seal_holds": self.holds, "seal_grown": self.grown,
        }  # fmt: skip
        if self.signed is not None:
            kept |= {"seal_size": self.signed.size, "seal_root": bytes(self.signed.root).hex()}
        return kept


def look() -> Sealed:
    """Look at the tree of the customer of this session."""
    signed = tree.newest_checkpoint()
    waits = int(tree.sealer_lag())
    if signed is None:
        return Sealed(None, waits, 0, holds=True, grown=True)
    return Sealed(signed, waits, _lost(), _holds(signed), _grown(signed))


def _lost() -> int:
    """An event's id begins with its time in milliseconds (RFC 9562), by which its partition and row are found.

    What went with a month that was frozen, as old as the customer keeps it and six months at least, is not lost.
    """
    with connections["default"].cursor() as cursor:
        cursor.execute(
            """select count(*) from (
                 select l.event, l.leaf,
                        ('x' || left(replace(l.event::text, '-', ''), 12))::bit(48)::bigint * 1000 as at
                   from kernel_leaf l where l.customer_id = %(c)s order by l.place desc limit %(n)s) p
                where p.at >= (select coalesce(least(max(r.before),
                                 (extract(epoch from now() - interval '6 months') * 1000000)::bigint), 0)
                                 from kernel_retention r where r.customer_id = %(c)s)
                  and not exists (select from kernel_event e where e.customer_id = %(c)s and e.id = p.event
                                     and e.at >= p.at and e.at < p.at + 1000 and e.leaf = p.leaf)""",
            {"c": current().customer_id, "n": NEWEST},
        )
        return int(cursor.fetchone()[0])


def _holds(signed: Checkpoint) -> bool:
    try:
        held = notes.check_checkpoint(signed.note, signed.keys)
        found = tree.tree_of(signed.size).root()
    except (notes.NotANote, NotInTree):
        return False
    origin = notes.origin_of(current().customer_id)
    return (held.origin, held.size, held.root) == (origin, signed.size, found) and found == bytes(signed.root)


def _grown(signed: Checkpoint) -> bool:
    last = Evidence.objects.filter(promise=PROMISE, sample__has_key="seal_root").order_by("-measured_at").first()
    if last is None:
        return True
    size, root = int(last.sample["seal_size"]), str(last.sample["seal_root"])
    try:
        return size <= signed.size and tree.tree_of(size).root().hex() == root
    except NotInTree:
        return False
