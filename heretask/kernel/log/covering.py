"""Which checkpoint an export rests on: asked for, waited for, and the earlier ones it can be compared with."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connections

from heretask.kernel.tenancy.base import current

from . import tree

PATIENCE = 60.0  # seconds that an export waits for the sealer, before it says what has no place yet
NEWEST = 100  # earlier checkpoints that every export can be compared with, beside the first of each day
Enter = Callable[[], AbstractContextManager[Any]]


@dataclass(frozen=True, slots=True)
class Base:
    """The checkpoint an export leads to (size 0: nothing is signed), and what makes earlier ones comparable."""

    size: int = 0
    root: bytes = b""
    note: str = ""
    keys: tuple[str, ...] = ()
    bridges: tuple[str, ...] = ()  # checkpoints signed by an old and a new key
    cuts: frozenset[int] = field(default=frozenset())  # sizes at which a gap is divided, so that their roots appear
    forgotten: tuple[tuple[int, int], ...] = ()  # from when to before when (microseconds) retention has taken content


def cover(enter: Enter, until: int, *, seal: Callable[[], object] | None = None, patience: float = PATIENCE) -> bool:
    """Have everything up to `until` (microseconds) sealed and signed; False where it took too long.

    `enter` opens a short transaction; `seal` seals at once where the caller may, unless a sealer is at work.
    """
    with enter():
        if _covered(until):
            return True
        tree.want_checkpoint()
    if seal is not None:
        seal()
    deadline, pause = time.monotonic() + patience, 0.05
    while True:
        with enter():
            if _covered(until):
                return True
        if time.monotonic() >= deadline:
            return False
        time.sleep(pause)
        pause = min(1.0, pause * 1.5)


def base_for(noted: Iterable[int] = ()) -> Base:
    """What the newest checkpoint offers; `noted` are sizes that the export must be comparable with."""
    newest = tree.newest_checkpoint()
    if newest is None:
        return Base()
    bridges = _bridges()
    keys = dict.fromkeys([*newest.keys, *(key for _, _, told in bridges for key in told)])
    sizes = {size for size, _, _ in bridges} | set(noted) | _earlier()
    cuts = frozenset(size for size in sizes if 0 < size < newest.size)
    notes = tuple(note for _, note, _ in bridges)
    return Base(newest.size, bytes(newest.root), newest.note, tuple(keys), notes, cuts, _forgotten())


def _covered(until: int) -> bool:
    newest = tree.newest_checkpoint()
    if newest is None or tree.waiting(until):
        return False
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select exists (select from kernel_leaf where customer_id = %s and place >= %s and event < %s)",
            [current().customer_id, newest.size, _after(until)],
        )
        return not cursor.fetchone()[0]


def _after(until: int) -> UUID:
    """The first id of the millisecond after `until`: ids begin with their time."""
    return UUID(int=(until // 1000 + 1) << 80)


def _forgotten() -> tuple[tuple[int, int], ...]:
    """The months of the protocol of retention: of these, and of no others, content may be gone."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select since, before from kernel_retention where customer_id = %s", [current().customer_id])
        return tuple(cursor.fetchall())


def _bridges() -> list[tuple[int, str, list[str]]]:
    """For every set of keys that signed together, the newest checkpoint they signed."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            """select distinct on (keys) size, note, keys from kernel_checkpoint
                where customer_id = %s and cardinality(keys) > 1 order by keys, size desc, at desc limit 50""",
            [current().customer_id],
        )
        return [(size, note, list(keys)) for size, note, keys in cursor.fetchall()]


def _earlier() -> set[int]:
    """The sizes of the newest checkpoints, and of the first one of each day."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            """with recursive days(at, size) as (
                 (select at, size from kernel_checkpoint where customer_id = %(c)s order by at limit 1)
                 union all
                 select n.at, n.size from days d cross join lateral
                   (select k.at, k.size from kernel_checkpoint k where k.customer_id = %(c)s
                      and k.at >= date_trunc('day', d.at, 'UTC') + interval '1 day' order by k.at limit 1) n)
               select size from days
               union
               (select size from kernel_checkpoint where customer_id = %(c)s order by size desc limit %(n)s)""",
            {"c": current().customer_id, "n": NEWEST},
        )
        return {size for (size,) in cursor.fetchall()}
