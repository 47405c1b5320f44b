"""Sealing content of any length in constant memory: AES-256-GCM in chunks, for files and for backups alike.

The construction is STREAM (Hoang, Reyhanitabar, Rogaway, Vizár, 2015). Each writing draws a salt, from which and from
the given key HKDF makes a key of its own; the nonce is the chunk's number. The number and 'this is the last one' are
bound to each chunk as well, so that a cut, swapped or repeated chunk, or one from another place, is refused on reading.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from .keys import CannotOpen

CHUNK = 64 * 1024
SALT, TAG = 32, 16


class Written(Protocol):
    """Where sealed bytes go."""

    def write(self, data: bytes, /) -> object:
        """Take the next bytes."""
        ...


class Read(Protocol):
    """Where sealed bytes come from."""

    def read(self, size: int, /) -> bytes:
        """The next `size` bytes, fewer at the end only."""
        ...


@dataclass(frozen=True, slots=True)
class Form:
    """What kind of content it is: the bytes it begins with, the purpose of its key, and the place it is bound to."""

    head: bytes
    purpose: bytes
    place: bytes

    def cipher(self, key: bytes, salt: bytes) -> AESGCM:
        """The cipher of one writing."""
        return AESGCM(HKDF(SHA256(), 32, salt, self.purpose + b"|" + self.place).derive(key))

    def bound(self, number: int, *, last: bool) -> bytes:
        """What chunk `number` is bound to."""
        return self.place + number.to_bytes(8, "big") + (b"\x01" if last else b"\x00")


class StreamWriter:
    """Seals what is written to it into `out`; `end` writes the last chunk. `out` is the caller's to close."""

    def __init__(self, out: Written, key: bytes, form: Form) -> None:
        salt = os.urandom(SALT)
        self._out, self._form, self._cipher = out, form, form.cipher(key, salt)
        self._buffer, self._number = bytearray(), 0
        out.write(form.head + salt)

    def write(self, plain: bytes) -> int:
        """Take the next piece."""
        self._buffer += plain
        while len(self._buffer) > CHUNK:  # a full chunk is held back until more comes: it may be the last one
            self._put(bytes(self._buffer[:CHUNK]), last=False)
            del self._buffer[:CHUNK]
        return len(plain)

    def end(self) -> None:
        """Write the last chunk."""
        self._put(bytes(self._buffer), last=True)
        self._buffer.clear()

    def _put(self, plain: bytes, *, last: bool) -> None:
        bound = self._form.bound(self._number, last=last)
        self._out.write(self._cipher.encrypt(_nonce(self._number), plain, bound))
        self._number += 1


class StreamReader:
    """Opens what a `StreamWriter` has sealed, chunk by chunk. Raises CannotOpen at the first that is not as written."""

    def __init__(self, source: Read, key: bytes, form: Form) -> None:
        head = source.read(len(form.head) + SALT)
        if len(head) != len(form.head) + SALT or not head.startswith(form.head):
            raise CannotOpen("is not sealed in this form")
        self._source, self._form, self._cipher = source, form, form.cipher(key, head[len(form.head) :])

    def __iter__(self) -> Iterator[bytes]:
        """The pieces in order."""
        number, sealed = 0, self._source.read(CHUNK + TAG)
        while True:
            following = self._source.read(CHUNK + TAG)
            yield self.chunk(sealed, number, last=not following)
            if not following:
                return
            number, sealed = number + 1, following

    def chunk(self, sealed: bytes, number: int, *, last: bool) -> bytes:
        """One chunk by its number, for who reads from the middle."""
        try:
            return self._cipher.decrypt(_nonce(number), sealed, self._form.bound(number, last=last))
        except (InvalidTag, ValueError) as wrong:
            raise CannotOpen("the content is not as it was written") from wrong


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")
