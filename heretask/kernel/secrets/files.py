"""Files that are never in the clear on disk: AES-256-GCM in chunks, for content of any length in constant memory.

The construction is STREAM (Hoang, Reyhanitabar, Rogaway, Vizár, 2015). Each writing draws a salt, from which and from
the customer's key HKDF makes a key of its own; the nonce is the chunk's number. The number and 'this is the last one'
are bound to each chunk as well, so that a cut, swapped or repeated chunk, or another file's, is refused on reading.
"""

from __future__ import annotations

import contextlib
import io
import os
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from .keys import CannotOpen

MAGIC = b"HTF1"
CHUNK = 64 * 1024
_SALT, _TAG = 32, 16


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


class SealedFileWriter:
    """Writes a sealed file. It appears under its name only when it is complete; what was broken off leaves nothing."""

    def __init__(self, customer_key: bytes, customer_id: UUID, file_id: UUID) -> None:
        self._target = place_of(customer_id, file_id)
        folder = self._target.parent
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        salt = os.urandom(_SALT)
        self._cipher, self._place = _cipher(customer_key, salt, customer_id, file_id)
        self._buffer, self._number = bytearray(), 0
        # a name of its own, so that two workers at the same job never write into one another's file
        self._draft = folder / f"{file_id.hex}.{os.urandom(6).hex()}.part"
        handle = os.open(self._draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._file: BinaryIO = os.fdopen(handle, "wb")
        self._file.write(MAGIC + salt)

    def write(self, plain: bytes) -> int:
        """Take the next piece."""
        self._buffer += plain
        while len(self._buffer) > CHUNK:  # a full chunk is held back until more comes: it may be the last one
            self._put(bytes(self._buffer[:CHUNK]), last=False)
            del self._buffer[:CHUNK]
        return len(plain)

    def finish(self) -> None:
        """Write the last chunk, make sure that it is on the disk, and give the file its name."""
        self._put(bytes(self._buffer), last=True)
        self._buffer.clear()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._draft.replace(self._target)

    def abort(self) -> None:
        """Remove what was written; on a full disk closing fails as well."""
        with contextlib.suppress(OSError):
            self._file.close()
        self._draft.unlink(missing_ok=True)

    def __enter__(self) -> SealedFileWriter:
        """Begin; the file is finished at the end, or removed if something fails."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        """Finish or abort."""
        if kind is not None:
            self.abort()
            return
        try:
            self.finish()
        except BaseException:
            self.abort()
            raise

    def _put(self, plain: bytes, *, last: bool) -> None:
        bound = _bound(self._place, self._number, last=last)
        self._file.write(self._cipher.encrypt(_nonce(self._number), plain, bound))
        self._number += 1


class SealedFileReader:
    """Reads a sealed file chunk by chunk; touches no database. The key is needed at the beginning only."""

    def __init__(self, customer_key: bytes, customer_id: UUID, file_id: UUID) -> None:
        self._file: BinaryIO = place_of(customer_id, file_id).open("rb")
        head = self._file.read(len(MAGIC) + _SALT)
        if len(head) != len(MAGIC) + _SALT or not head.startswith(MAGIC):
            self._file.close()
            raise CannotOpen("is no sealed file")
        self._cipher, self._place = _cipher(customer_key, head[len(MAGIC) :], customer_id, file_id)

    def __iter__(self) -> Iterator[bytes]:
        """The pieces in order; raises CannotOpen at the first that is not as it was written."""
        try:
            number, sealed = 0, self._file.read(CHUNK + _TAG)
            while True:
                following = self._file.read(CHUNK + _TAG)
                yield self._open(sealed, number, last=not following)
                if not following:
                    return
                number, sealed = number + 1, following
        finally:
            self.close()

    def chunk(self, number: int, *, last: bool) -> bytes:
        """One chunk by its number; raises CannotOpen where it is not as it was written."""
        self._file.seek(len(MAGIC) + _SALT + number * (CHUNK + _TAG))
        return self._open(self._file.read(CHUNK + _TAG), number, last=last)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _open(self, sealed: bytes, number: int, *, last: bool) -> bytes:
        try:
            return self._cipher.decrypt(_nonce(number), sealed, _bound(self._place, number, last=last))
        except (InvalidTag, ValueError) as wrong:
            raise CannotOpen("the file is not as it was written") from wrong


class SealedFile(io.RawIOBase):
    """A sealed file that can be read from anywhere in it, chunk by chunk; touches no database."""

    def __init__(self, customer_key: bytes, customer_id: UUID, file_id: UUID) -> None:
        self._reader = SealedFileReader(customer_key, customer_id, file_id)
        sealed = place_of(customer_id, file_id).stat().st_size - len(MAGIC) - _SALT
        self._count = max(1, -(-sealed // (CHUNK + _TAG)))
        self._size, self._at = sealed - self._count * _TAG, 0
        self._number, self._chunk = -1, b""

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def tell(self) -> int:
        """Where the next reading begins."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """As of any file."""
        self._at = max(0, offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence])
        return self._at

    def readinto(self, buffer: Any, /) -> int:
        """As much as one chunk holds of it; raises CannotOpen where that is not as it was written."""
        number, inside = divmod(self._at, CHUNK)
        if self._at >= self._size:
            return 0
        if number != self._number:
            self._chunk = self._reader.chunk(number, last=number == self._count - 1)
            self._number = number
        piece = self._chunk[inside : inside + len(buffer)]
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def close(self) -> None:
        """Close the file."""
        self._reader.close()
        super().close()


def _cipher(customer_key: bytes, salt: bytes, customer_id: UUID, file_id: UUID) -> tuple[AESGCM, bytes]:
    place = b"file|" + customer_id.bytes + file_id.bytes
    return AESGCM(HKDF(SHA256(), 32, salt, b"heretask sealed file|" + place).derive(customer_key)), place


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")


def _bound(place: bytes, number: int, *, last: bool) -> bytes:
    return place + number.to_bytes(8, "big") + (b"\x01" if last else b"\x00")
