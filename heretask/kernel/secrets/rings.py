"""A customer's ring of keys, as its column holds it: the wrapping key of now, the data key, and the one before.

The outermost key wraps the wrapping key; the wrapping key wraps the customer's data key (which seals its columns, log
and files) and each citizen's key. A rotation makes a new wrapping key and wraps the same keys with it: no row of
anything else changes. While it goes on the wrapping key before is kept, and both open. Each says its generation.

Customers of the first releases have one key that is both, generation 0; their first rotation parts them.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from uuid import UUID

from . import providers
from .sealing import VERSION, CannotOpen, make_key, open_bytes, seal_bytes

FORM = b"\x02"


@dataclass(frozen=True, slots=True)
class Parts:
    """A ring as it is stored. `data` is empty where the wrapping key is the data key; `before` where there is none."""

    generation: int
    wrapping: bytes
    data: bytes = b""
    before: bytes = b""


@dataclass(frozen=True, slots=True, repr=False)
class Ring:
    """A ring, opened."""

    generation: int
    data_key: bytes
    wrapping: bytes
    before: bytes | None = None

    def wrap(self, customer_id: UUID, subject: UUID, key: bytes) -> bytes:
        """A citizen's key under the wrapping key of now."""
        head = FORM + self.generation.to_bytes(4, "big")
        if self.generation == 0:  # a customer that was never rotated goes on in the form it has
            return seal_bytes(self.wrapping, key, _subject_place(customer_id, subject))
        return head + seal_bytes(self.wrapping, key, _subject_place(customer_id, subject) + head)

    def unwrap(self, customer_id: UUID, subject: UUID, wrapped: bytes) -> bytes:
        """A citizen's key; raises CannotOpen where the key that wrapped it is not on the ring any more."""
        generation = generation_of(wrapped)
        key = self.wrapping if generation == self.generation else self.before
        if key is None or generation not in (self.generation, self.generation - 1):
            raise CannotOpen("the key that wrapped this one is gone")
        place = _subject_place(customer_id, subject)
        if wrapped[:1] == VERSION:
            return open_bytes(key, wrapped, place)
        return open_bytes(key, wrapped[5:], place + wrapped[:5])


def new(customer_id: UUID, data_key: bytes) -> bytes:
    """The ring of a new customer with that data key, as it is stored."""
    return _stored(_first(customer_id, data_key, 1))


def opened(customer_id: UUID, stored: bytes) -> Ring:
    """The ring, opened. Remembered for as long as the outermost key is the same; another stored form is opened anew."""
    return _memory.opened(customer_id, stored)


def opens(customer_id: UUID, stored: bytes) -> bool:
    """Whether the ring opens right now, whatever is remembered."""
    try:
        _open(customer_id, stored)
    except CannotOpen:
        return False
    return True


def turned(customer_id: UUID, stored: bytes) -> bytes:
    """With a new wrapping key; the one of now becomes the one before. Raises ValueError where there is one already."""
    parts = parts_of(stored)
    if parts.before:
        raise ValueError("the last rotation is not finished")
    made = _first(customer_id, opened(customer_id, stored).data_key, parts.generation + 1)
    return _stored(replace(made, before=parts.wrapping))


def let_go(stored: bytes) -> bytes:
    """Without the wrapping key before: what it alone wrapped opens no more."""
    return _stored(replace(parts_of(stored), before=b""))


def rewrapped(customer_id: UUID, stored: bytes) -> bytes:
    """The same keys under the newest version of the outermost key."""
    parts = parts_of(stored)

    def anew(wrapped: bytes, generation: int) -> bytes:
        if not wrapped:
            return b""
        return providers.wrap(_unwrapped(customer_id, wrapped, generation), _wrapping_place(customer_id, generation))

    return _stored(
        replace(
            parts,
            wrapping=anew(parts.wrapping, parts.generation),
            before=anew(parts.before, parts.generation - 1),
        )
    )


def parts_of(stored: bytes) -> Parts:
    """What a stored ring consists of; raises CannotOpen for what is none."""
    if stored[:1] == VERSION:
        return Parts(0, stored)
    if stored[:1] != FORM or len(stored) < 11:
        raise CannotOpen("unknown version")
    pieces, rest = [], stored[5:]
    for _piece in range(3):
        length = int.from_bytes(rest[:2], "big")
        pieces.append(rest[2 : 2 + length])
        rest = rest[2 + length :]
    parts = Parts(int.from_bytes(stored[1:5], "big"), *pieces)
    if _stored(parts) != stored or bool(parts.data) != bool(parts.generation):  # cut short, or with something added
        raise CannotOpen("is no ring")
    return parts


def generation_of(wrapped: bytes) -> int:
    """Which wrapping key wrapped a citizen's key; as `ht.key_generation` in the database."""
    if wrapped[:1] == VERSION:
        return 0
    if wrapped[:1] != FORM or len(wrapped) < 5:
        raise CannotOpen("unknown version")
    return int.from_bytes(wrapped[1:5], "big")


def versions_of(stored: bytes) -> set[providers.Version]:
    """Which versions of the outermost key a stored ring needs."""
    parts = parts_of(stored)
    return {providers.version_of(wrapped) for wrapped in (parts.wrapping, parts.before) if wrapped}


def _first(customer_id: UUID, data_key: bytes, generation: int) -> Parts:
    wrapping = make_key()
    return Parts(
        generation,
        providers.wrap(wrapping, _wrapping_place(customer_id, generation)),
        seal_bytes(wrapping, data_key, _data_place(customer_id, generation)),
    )


def _stored(parts: Parts) -> bytes:
    pieces = (len(piece).to_bytes(2, "big") + piece for piece in (parts.wrapping, parts.data, parts.before))
    return FORM + parts.generation.to_bytes(4, "big") + b"".join(pieces)


def _open(customer_id: UUID, stored: bytes) -> Ring:
    parts = parts_of(stored)
    wrapping = _unwrapped(customer_id, parts.wrapping, parts.generation)
    data = wrapping
    if parts.data:
        data = open_bytes(wrapping, parts.data, _data_place(customer_id, parts.generation))
    before = _unwrapped(customer_id, parts.before, parts.generation - 1) if parts.before else None
    return Ring(parts.generation, data, wrapping, before)


def _unwrapped(customer_id: UUID, wrapped: bytes, generation: int) -> bytes:
    if wrapped[:1] == VERSION:
        return providers.unwrap(wrapped, b"customer:" + customer_id.bytes)
    return providers.unwrap(wrapped, _wrapping_place(customer_id, generation))


def _wrapping_place(customer_id: UUID, generation: int) -> bytes:
    return b"customer|" + customer_id.bytes + generation.to_bytes(4, "big")


def _data_place(customer_id: UUID, generation: int) -> bytes:
    return b"customer data|" + customer_id.bytes + generation.to_bytes(4, "big")


def _subject_place(customer_id: UUID, subject: UUID) -> bytes:
    return b"kernel_datakey|" + customer_id.bytes + subject.bytes


class _Memory:
    """Opened rings by what is stored, forgotten as a whole when the outermost key is another one."""

    most = 1024

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._under: object = None
        self._rings: dict[tuple[UUID, bytes], Ring] = {}

    def opened(self, customer_id: UUID, stored: bytes) -> Ring:
        under = providers.stamp()
        with self._lock:
            if under != self._under:
                self._under, self._rings = under, {}
            found = self._rings.get((customer_id, stored))
        if found is None:
            found = _open(customer_id, stored)
            with self._lock:
                if len(self._rings) >= self.most:
                    self._rings.pop(next(iter(self._rings)))
                if under == self._under:
                    self._rings[customer_id, stored] = found
        return found


_memory = _Memory()
