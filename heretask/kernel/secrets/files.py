"""Files that are never in the clear on disk: AES-256-GCM in chunks, for content of any length in constant memory.

The construction is STREAM (Hoang, Reyhanitabar, Rogaway, Vizár, 2015). Each writing draws a salt, from which and from
the key given HKDF makes a key of its own; the nonce is the chunk's number. The number and 'this is the last one' are
bound to each chunk as well, so that a cut, swapped or repeated chunk, or another file's, is refused on reading.
"""

from __future__ import annotations

import contextlib
import errno
import os
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from .keyfile import sync_folder
from .keys import CannotOpen

MAGIC = b"HTF1"
CHUNK = 64 * 1024
_SALT, _TAG = 32, 16
_HEAD = len(MAGIC) + _SALT
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class NoRoom(OSError):
    """The disk, or what this user may fill of it, is full. Nothing half-written was left behind."""


def place_of(customer_id: UUID, file_id: UUID) -> Path:
    """Where a sealed file lies."""
    return Path(settings.HERETASK_HOME) / "files" / customer_id.hex / file_id.hex


def remove(customer_id: UUID, file_id: UUID) -> None:
    """Remove a sealed file; nothing happens where there is none."""
    place_of(customer_id, file_id).unlink(missing_ok=True)


def remove_older(customer_id: UUID, days: int) -> int:
    """Remove a customer's sealed files that were written more than `days` days ago; returns how many."""
    folder, gone = place_of(customer_id, customer_id).parent, 0
    for path in folder.iterdir() if folder.is_dir() else ():
        with contextlib.suppress(FileNotFoundError):  # another process may be doing the same
            if path.stat().st_mtime < time.time() - days * 86400:
                path.unlink()
                gone += 1
    return gone


class SealedWriter:
    """Writes a sealed file to any path. It appears under its name only when it is complete and on the disk.

    What is broken off leaves nothing; a full disk raises NoRoom. `place` is bound to every chunk.
    """

    def __init__(self, key: bytes, place: bytes, target: Path, head: bytes = b"") -> None:
        self._target = target
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        salt = os.urandom(_SALT)
        self._cipher, self._place = _cipher(key, salt, place), place
        self._buffer, self._number = bytearray(), 0
        # a name of its own, so that two workers at the same job never write into one another's file
        self._draft = target.with_name(f"{target.name}.{os.urandom(6).hex()}.part")
        with self._undone_if_it_fails():
            # unbuffered, so that what fails fails here and not when the file is closed
            handle = os.open(self._draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            self._file = os.fdopen(handle, "wb", buffering=0)
            self._put(head + MAGIC + salt)

    def write(self, plain: bytes) -> int:
        """Take the next piece."""
        with self._undone_if_it_fails():
            self._buffer += plain
            while len(self._buffer) > CHUNK:  # a full chunk is held back until more comes: it may be the last one
                self._seal(bytes(self._buffer[:CHUNK]), last=False)
                del self._buffer[:CHUNK]
        return len(plain)

    def finish(self) -> None:
        """Write the last chunk, make sure that it is on the disk, and give the file its name."""
        with self._undone_if_it_fails():
            self._seal(bytes(self._buffer), last=True)
            self._buffer.clear()
            os.fsync(self._file.fileno())
            self._file.close()
            self._draft.replace(self._target)
            sync_folder(self._target.parent)

    def abort(self) -> None:
        """Remove what was written."""
        with contextlib.suppress(OSError, AttributeError):  # AttributeError: it could not even be begun
            self._file.close()
        with contextlib.suppress(OSError):
            self._draft.unlink(missing_ok=True)

    def __enter__(self) -> SealedWriter:
        """Begin; the file is finished at the end, or removed if something fails."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        """Finish or abort."""
        if kind is None:
            self.finish()
        else:
            self.abort()

    def _seal(self, plain: bytes, *, last: bool) -> None:
        self._put(self._cipher.encrypt(_nonce(self._number), plain, _bound(self._place, self._number, last=last)))
        self._number += 1

    def _put(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:  # a disk that is nearly full takes a part of it
            rest = rest[self._file.write(rest) :]

    @contextlib.contextmanager
    def _undone_if_it_fails(self) -> Iterator[None]:
        try:
            yield
        except OSError as failure:
            self.abort()
            if failure.errno in _FULL:
                raise NoRoom(failure.errno, "there is no room left on the disk; nothing was written") from None
            raise


class SealedFileWriter(SealedWriter):
    """Writes one of a customer's sealed files."""

    def __init__(self, customer_key: bytes, customer_id: UUID, file_id: UUID) -> None:
        super().__init__(customer_key, _file_place(customer_id, file_id), place_of(customer_id, file_id))


class SealedReader:
    """Reads a sealed file chunk by chunk; touches no database. The key is needed at the beginning only.

    What was cut off at the end shows with the last chunk: whoever reads a part knows that the part is right.
    """

    def __init__(self, key: bytes, place: bytes, path: Path, skip: int = 0) -> None:
        self._file: BinaryIO = path.open("rb")
        self._begin = skip + _HEAD
        self._file.seek(skip)
        head = self._file.read(_HEAD)
        if len(head) != _HEAD or not head.startswith(MAGIC):
            self._file.close()
            raise CannotOpen("is no sealed file")
        self._cipher, self._place = _cipher(key, head[len(MAGIC) :], place), place

    @property
    def length(self) -> int:
        """How long the content is, going by the file's own length; only reading to the end proves it."""
        sealed = os.fstat(self._file.fileno()).st_size - self._begin
        return max(0, sealed - -(-sealed // (CHUNK + _TAG)) * _TAG)

    def __iter__(self) -> Iterator[bytes]:
        """The pieces in order; raises CannotOpen at the first that is not as it was written."""
        return self.pieces()

    def pieces(self, start: int = 0) -> Iterator[bytes]:
        """The content from byte `start` on: whole chunks before it are passed over unread. Closes the file."""
        try:
            number = min(start, max(0, self.length - 1)) // CHUNK  # from behind the end: the last one, to prove it
            skip = start - number * CHUNK
            self._file.seek(self._begin + number * (CHUNK + _TAG))
            sealed = self._file.read(CHUNK + _TAG)
            while True:
                following = self._file.read(CHUNK + _TAG)
                plain = self._open(sealed, number, last=not following)
                yield plain[skip:] if skip else plain
                if not following:
                    return
                number, sealed, skip = number + 1, following, 0
        finally:
            self.close()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _open(self, sealed: bytes, number: int, *, last: bool) -> bytes:
        try:
            return self._cipher.decrypt(_nonce(number), sealed, _bound(self._place, number, last=last))
        except (InvalidTag, ValueError) as wrong:
            raise CannotOpen("the file is not as it was written") from wrong


class SealedFileReader(SealedReader):
    """Reads one of a customer's sealed files."""

    def __init__(self, customer_key: bytes, customer_id: UUID, file_id: UUID) -> None:
        super().__init__(customer_key, _file_place(customer_id, file_id), place_of(customer_id, file_id))


def _file_place(customer_id: UUID, file_id: UUID) -> bytes:
    return b"file|" + customer_id.bytes + file_id.bytes


def _cipher(key: bytes, salt: bytes, place: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt, b"heretask sealed file|" + place).derive(key))


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")


def _bound(place: bytes, number: int, *, last: bool) -> bytes:
    return place + number.to_bytes(8, "big") + (b"\x01" if last else b"\x00")
