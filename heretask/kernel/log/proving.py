"""The proof beside an export: one multi-proof over all its rows, written while they are, in constant memory.

It is text. After two lines about the whole come runs of exported places, each row with a tag that finds a wrong line,
and gaps, each with the hashes of the fewest complete subtrees in it, from left to right; a last line counts. Whoever
computes the leaves of the rows and passes over runs and gaps once ends at the checkpoint's root, or something was
changed. `verify.py` is that; `docs/decisions/0010` says why it looks as it does.
"""

from __future__ import annotations

import base64
import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import Any, Protocol
from uuid import UUID

from django.db import connections

from .covering import Base
from .merkle import Tree, pieces
from .tree import store_of

FIRST_LINE = "HereTask log proof 1"
RUN = 512  # rows of a line
_BLOCK = 8  # a block of leaves that is read at once is 2 to this many
_BLOCKS = 48  # blocks read ahead at once: less than a tree remembers


class Sink(Protocol):
    """Where a file goes."""

    def write(self, plain: bytes, /) -> int:
        """Take the next piece."""
        ...


class Ahead:
    """Reads stored hashes, many blocks of leaves at once where they are known to be needed."""

    def __init__(self, customer_id: UUID, size: int) -> None:
        self.customer_id, self.size, self._read = customer_id, size, store_of(customer_id)
        self._blocks: dict[int, bytes] = {}

    def __call__(self, level: int, first: int, count: int) -> Sequence[bytes]:
        """As a store of the tree."""
        known = self._blocks.get(first >> _BLOCK) if level == 0 else None
        if known is None or len(known) != 32 * count:
            return self._read(level, first, count)
        return [known[n : n + 32] for n in range(0, len(known), 32)]

    def load(self, places: Iterable[int]) -> None:
        """Read the blocks of these places, and forget all others."""
        wanted = {place >> _BLOCK for place in places}
        if wanted <= self._blocks.keys():
            return
        with connections["default"].cursor() as cursor:
            cursor.execute(
                """select b.n, l.leaves from unnest(%s::bigint[]) b(n) cross join lateral
                     (select string_agg(leaf, ''::bytea order by place) as leaves from kernel_leaf
                       where customer_id = %s and place >= b.n * 256 and place < least(b.n * 256 + 256, %s)) l""",
                [list(wanted), self.customer_id, self.size],
            )
            self._blocks = {number: bytes(leaves) for number, leaves in cursor.fetchall() if leaves is not None}


class ProofWriter:
    """Writes the proof of an export that leads to `base`; the hashes of gaps are read in the caller's transaction.

    `whole` says that the export leaves nothing out by itself: what is missing then has lost its content, by retention
    (x) where `forgotten` was told so, and for no reason that is known here elsewhere (l).
    """

    def __init__(self, out: Sink, base: Base, customer_id: UUID, *, whole: bool) -> None:
        self.out, self.base, self.whole = out, base, whole
        self._ahead = Ahead(customer_id, base.size)
        self._tree = Tree(self._ahead, base.size)
        self._cuts = sorted(base.cuts)
        self._next = 0  # the place that comes next
        self._forgotten: list[list[int]] = []  # from which place to before which, one after the other
        self._waiting: list[bytes] = []  # tags of the places before it that are not written yet
        self.rows = self.without_place = 0
        self.missing = {"g": 0, "x": 0, "l": 0}

    def begin(self, **about: Any) -> None:
        """The two lines about the whole."""
        said = {"checkpoint": self.base.note, "keys": self.base.keys, "bridges": self.base.bridges, "whole": self.whole}
        self._put(FIRST_LINE)
        self._put(json.dumps({**about, **said}))

    def forgotten(self, places: Iterable[int]) -> None:
        """Places, in order, whose content retention has taken; to be told before the rows behind them."""
        for place in places:
            if self._forgotten and self._forgotten[-1][1] == place:
                self._forgotten[-1][1] += 1
            else:
                self._forgotten.append([place, place + 1])

    def placed(self, places: Sequence[int], tags: Sequence[bytes]) -> None:
        """The next rows, in the order of their places."""
        at_once = len(places) if places and places[-1] - places[0] < len(places) else _BLOCKS
        for start in range(0, len(places), max(1, at_once)):
            part = places[start : start + at_once]
            if part[-1] - self._next >= len(part):  # there is a gap in it, or before it
                edges = {place for one in part for place in (one - 1, one, one + 1)} | {self._next}
                self._ahead.load(place for place in edges if 0 <= place < self.base.size)
            self._runs(part, tags[start : start + at_once])

    def unplaced(self, tags: Sequence[bytes]) -> None:
        """Rows without a signed place; after these come no others."""
        self._gap_to(self.base.size)
        for start in range(0, len(tags), RUN):
            self._line("u", 0, len(tags[start : start + RUN]), tags[start : start + RUN])
        self.rows += len(tags)
        self.without_place += len(tags)

    def end(self, **counted: Any) -> None:
        """The last gap and the last line."""
        self._gap_to(self.base.size)
        counts = {
            "rows": self.rows, "left_out": self.missing["g"], "content_gone": self.missing["x"],
            "content_lost": self.missing["l"], "without_place": self.without_place,
        }  # fmt: skip
        self._put(f"end {json.dumps({**counts, **counted})}")

    def _runs(self, places: Sequence[int], tags: Sequence[bytes]) -> None:
        begin = 0
        while begin < len(places):
            end = len(places) if places[-1] - places[begin] == len(places) - 1 - begin else begin + 1
            while end < len(places) and places[end] == places[end - 1] + 1:
                end += 1
            if places[begin] != self._next:
                self._gap_to(places[begin])
            self._waiting.extend(tags[begin:end])
            self._next += end - begin
            self.rows += end - begin
            while len(self._waiting) >= RUN:
                self._flush(RUN)
            begin = end

    def _flush(self, count: int) -> None:
        if count:
            self._line("r", self._next - len(self._waiting), count, self._waiting[:count])
            del self._waiting[:count]

    def _gap_to(self, place: int) -> None:
        """What is left out before `place`, divided where an earlier checkpoint ends, so that its root appears."""
        self._flush(len(self._waiting))
        inside = self._cuts[bisect_right(self._cuts, self._next) : bisect_left(self._cuts, place)]
        edges = {edge for span in self._forgotten for edge in span if self._next < edge < place}
        for end in (*sorted({*inside, *edges}), place):
            if end > self._next:
                hashes = [self._tree.hash_of(piece) for piece in pieces(self._next, end)]
                kind = "g" if not self.whole else "x" if self._was_forgotten(self._next) else "l"
                self._line(kind, self._next, end - self._next, hashes)
                self.missing[kind] += end - self._next
                self._next = end
        self._forgotten = [span for span in self._forgotten if span[1] > place]

    def _was_forgotten(self, place: int) -> bool:
        return any(first <= place < end for first, end in self._forgotten)

    def _line(self, kind: str, first: int, count: int, data: Sequence[bytes]) -> None:
        self._put(f"{kind} {first} {count} {base64.b64encode(b''.join(data)).decode()}")

    def _put(self, line: str) -> None:
        self.out.write(line.encode() + b"\n")
