"""The Merkle tree of RFC 6962 (and RFC 9162): appending, roots, proofs and their verification. Pure, no storage.

A tree is stored as its leaves and, for every 256 of them, the root of that complete subtree (level 8), for every 256 of
those one of level 16, and so on. Both only ever grow; everything else is computed from them, `Store` by `Store`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import reduce

EMPTY_ROOT = hashlib.sha256(b"").digest()
STEP = 8  # levels between two that are stored
Span = tuple[int, int]  # leaves from the first to before the second
Piece = tuple[int, int]  # a complete subtree: its level, and its place among those of its level
Store = Callable[[int, int, int], Sequence[bytes]]  # (level, first place, how many) -> hashes of a stored level


class NotInTree(Exception):
    """A proof does not fit, or something that must be stored is not there."""


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf's data (RFC 6962, 2.1)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node (RFC 6962, 2.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """The right edge of a growing tree: the roots of its complete subtrees, one for each bit of its size."""

    __slots__ = ("edge", "size")

    def __init__(self, size: int = 0, edge: Iterable[bytes] = ()) -> None:
        self.size, self.edge = size, list(edge)
        if len(self.edge) != size.bit_count():
            raise NotInTree("the right edge does not fit the size")

    def append(self, leaf: bytes) -> list[tuple[int, int, bytes]]:
        """Add a leaf's hash; returns the nodes that became complete and are stored: (level, place, hash)."""
        made, hash_, level, place = [], leaf, 0, self.size
        while place & 1:
            hash_ = node_hash(self.edge.pop(), hash_)
            level, place = level + 1, place >> 1
            if level % STEP == 0:
                made.append((level, place, hash_))
        self.edge.append(hash_)
        self.size += 1
        return made

    def root(self) -> bytes:
        """The root of the tree as it is now."""
        return fold(self.edge)

    def copy(self) -> Frontier:
        """One that grows by itself."""
        return Frontier(self.size, self.edge)


def fold(hashes: Sequence[bytes]) -> bytes:
    """The root over subtrees that stand side by side, each smaller than the one before it."""
    if not hashes:
        return EMPTY_ROOT
    return reduce(lambda right, left: node_hash(left, right), reversed(hashes[:-1]), hashes[-1])


def pieces(first: int, end: int) -> Iterator[Piece]:
    """The fewest complete subtrees that make up the leaves from `first` to before `end`, from left to right."""
    while first < end:
        level = (first & -first).bit_length() - 1 if first else (end - first).bit_length() - 1
        while 1 << level > end - first:
            level -= 1
        yield level, first >> level
        first += 1 << level


def inclusion_spans(index: int, size: int) -> list[Span]:
    """Whose hashes prove that the leaf at `index` is in the tree of `size`, from the leaf upwards (RFC 6962, 2.1.1)."""
    if not 0 <= index < size:
        raise NotInTree("no such leaf")
    low, high, spans = 0, size, []
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            spans.append((middle, high))
            high = middle
        else:
            spans.append((low, middle))
            low = middle
    return spans[::-1]


def consistency_spans(older: int, size: int) -> list[Span]:
    """Whose hashes prove that the tree of `size` is that of `older`, grown (RFC 6962, 2.1.2)."""
    if not 0 < older <= size:
        raise NotInTree("no such older tree")
    low, high, left, whole, spans = 0, size, older, True, []
    while left != high - low:
        half = _split(high - low)
        if left <= half:
            spans.append((low + half, high))
            high = low + half
        else:
            spans.append((low, low + half))
            low, left, whole = low + half, left - half, False
    if not whole:
        spans.append((low, high))
    return spans[::-1]


def root_from_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes]) -> bytes:
    """The root that a proof of inclusion leads to (RFC 9162, 2.1.3.2); raises NotInTree for a wrong shape."""
    if not 0 <= index < size:
        raise NotInTree("no such leaf")
    place, last, hash_ = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise NotInTree("the proof is too long")
        if place & 1 or place == last:
            hash_ = node_hash(sibling, hash_)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            hash_ = node_hash(hash_, sibling)
        place, last = place >> 1, last >> 1
    if last:
        raise NotInTree("the proof is too short")
    return hash_


def check_consistency(older: int, size: int, old_root: bytes, root: bytes, proof: Sequence[bytes]) -> None:
    """Raise NotInTree unless the tree of `size` is the older one, grown (RFC 9162, 2.1.4.2)."""
    if not 0 < older <= size:
        raise NotInTree("no such older tree")
    if older == size:
        if proof or old_root != root:
            raise NotInTree("the same size with another root")
        return
    given = list(proof)
    if older & (older - 1) == 0:
        given.insert(0, old_root)
    if not given:
        raise NotInTree("the proof is too short")
    old, new = _both_roots(older - 1, size - 1, given)
    if old != old_root or new != root:
        raise NotInTree("the older tree is not part of the newer one")


def _both_roots(place: int, last: int, given: list[bytes]) -> tuple[bytes, bytes]:
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = given[0]
    for hash_ in given[1:]:
        if last == 0:
            raise NotInTree("the proof is too long")
        if place & 1 or place == last:
            old, new = node_hash(hash_, old), node_hash(hash_, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, hash_)
        place, last = place >> 1, last >> 1
    if last:
        raise NotInTree("the proof is too short")
    return old, new


class Tree:
    """A stored tree of a given size. Whole blocks of 256 hashes are read at once, and the newest few remembered."""

    def __init__(self, store: Store, size: int, remembered: int = 64) -> None:
        self.store, self.size = store, size
        self._blocks: dict[Piece, Sequence[bytes]] = {}
        self._remembered = remembered

    def hash_of(self, piece: Piece) -> bytes:
        """The hash of a complete subtree."""
        level, place = piece
        base = level - level % STEP
        width = 1 << (level - base)
        first = place * width
        block = self._block(base, first >> STEP)
        start = first & ((1 << STEP) - 1)
        hashes = list(block[start : start + width])
        if len(hashes) != width:
            raise NotInTree(f"level {base} ends before {first + width}")
        while len(hashes) > 1:
            hashes = [node_hash(hashes[i], hashes[i + 1]) for i in range(0, len(hashes), 2)]
        return hashes[0]

    def frontier(self) -> Frontier:
        """The right edge, to go on growing from."""
        return Frontier(self.size, (self.hash_of(piece) for piece in pieces(0, self.size)))

    def root(self) -> bytes:
        """The root."""
        return self.frontier().root()

    def inclusion(self, index: int) -> list[bytes]:
        """The proof that the leaf at `index` is in this tree: at most 24 hashes for ten million leaves."""
        return [self._span(span) for span in inclusion_spans(index, self.size)]

    def consistency(self, older: int) -> list[bytes]:
        """The proof that this tree is the one of size `older`, grown."""
        return [self._span(span) for span in consistency_spans(older, self.size)]

    def _span(self, span: Span) -> bytes:
        return fold([self.hash_of(piece) for piece in pieces(*span)])

    def _block(self, level: int, number: int) -> Sequence[bytes]:
        key = (level, number)
        if key not in self._blocks:
            first = number << STEP
            count = min(1 << STEP, (self.size >> level) - first)
            if len(self._blocks) >= self._remembered:
                del self._blocks[next(iter(self._blocks))]
            self._blocks[key] = self.store(level, first, count)
        return self._blocks[key]


def _split(count: int) -> int:
    """The largest power of two below `count` (which is at least two)."""
    return 1 << ((count - 1).bit_length() - 1)
