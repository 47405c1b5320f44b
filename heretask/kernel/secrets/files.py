"""Files that are never in the clear on disk: sealed in chunks (`stream.py`), each bound to its customer and its id."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import time
from collections.abc import Iterator
from io import FileIO
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO
from uuid import UUID

from django.conf import settings

from .keyfile import sync_folder
from .keys import CannotOpen
from .stream import CHUNK, SALT, TAG, Form, StreamReader, StreamWriter

__all__ = [
    "CHUNK",
    "NoRoom",
    "SealedFile",
    "SealedFileReader",
    "SealedFileWriter",
    "place_of",
    "remove",
    "remove_older",
]
MAGIC = b"HTF1"
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


KEPT = ".kept"  # ends the name of a file that no cleaning removes: a document, not an extract


def place_of(customer_id: UUID, file_id: UUID, *, kept: bool = False) -> Path:
    """Where a sealed file lies."""
    return Path(settings.HERETASK_HOME) / "files" / customer_id.hex / f"{file_id.hex}{KEPT if kept else ''}"


def remove(customer_id: UUID, file_id: UUID, *, kept: bool = False) -> None:
    """Remove a sealed file; nothing happens where there is none."""
    place_of(customer_id, file_id, kept=kept).unlink(missing_ok=True)


def remove_older(customer_id: UUID, days: int) -> int:
    """Remove a customer's sealed files, but those that are kept, written more than `days` days ago; how many."""
    folder, gone = place_of(customer_id, customer_id).parent, 0
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.name.endswith(KEPT):
            continue
        with contextlib.suppress(FileNotFoundError):  # another process may be doing the same
            if path.stat().st_mtime < time.time() - days * 86400:
                path.unlink()
                gone += 1
    return gone


class NoRoom(OSError):
    """The disk, or what this user may fill of it, is full. Nothing half-written was left behind."""


class SealedFileWriter:
    """Writes a sealed file. It appears under its name only when it is complete and on the disk.

    What is broken off leaves nothing; a full disk raises NoRoom. What is `kept` stays until somebody removes it.
    """

    def __init__(self, customer_key: bytes, customer_id: UUID, file_id: UUID, *, kept: bool = False) -> None:
        self._target = place_of(customer_id, file_id, kept=kept)
        folder = self._target.parent
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        # a name of its own, so that two workers at the same job never write into one another's file
        self._draft = folder / f"{file_id.hex}.{os.urandom(6).hex()}.part"
        with self._undone_if_it_fails():
            # unbuffered, so that what fails fails here and not when the file is closed
            handle = os.open(self._draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            self._file = os.fdopen(handle, "wb", buffering=0)
            self._stream = StreamWriter(_Whole(self._file), customer_key, _form(customer_id, file_id))

    def write(self, plain: bytes) -> int:
        """Take the next piece."""
        with self._undone_if_it_fails():
            return self._stream.write(plain)

    def finish(self) -> None:
        """Write the last chunk, make sure that it is on the disk, and give the file its name."""
        with self._undone_if_it_fails():
            self._stream.end()
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

    @contextlib.contextmanager
    def _undone_if_it_fails(self) -> Iterator[None]:
        try:
            yield
        except OSError as failure:
            self.abort()
            if failure.errno in _FULL:
                raise NoRoom(failure.errno, "there is no room left on the disk; nothing was written") from None
            raise


class _Whole:
    """An unbuffered file that takes all it is given: a disk that is nearly full takes a part of it."""

    def __init__(self, file: FileIO) -> None:
        self._file = file

    def write(self, data: bytes, /) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[self._file.write(rest) or 0 :]


class SealedFileReader:
    """Reads a sealed file chunk by chunk; touches no database. The key is needed at the beginning only."""

    def __init__(self, customer_key: bytes, customer_id: UUID, file_id: UUID, *, kept: bool = False) -> None:
        self._file: BinaryIO = place_of(customer_id, file_id, kept=kept).open("rb")
        try:
            self._stream = StreamReader(self._file, customer_key, _form(customer_id, file_id))
        except CannotOpen:
            self.close()
            raise

    def __iter__(self) -> Iterator[bytes]:
        """The pieces in order; raises CannotOpen at the first that is not as it was written."""
        try:
            yield from self._stream
        finally:
            self.close()

    def chunk(self, number: int, *, last: bool) -> bytes:
        """One chunk by its number; raises CannotOpen where it is not as it was written."""
        self._file.seek(len(MAGIC) + SALT + number * (CHUNK + TAG))
        return self._stream.chunk(self._file.read(CHUNK + TAG), number, last=last)

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _form(customer_id: UUID, file_id: UUID) -> Form:
    return Form(MAGIC, b"heretask sealed file", b"file|" + customer_id.bytes + file_id.bytes)


class SealedFile(io.RawIOBase):
    """A sealed file that can be read from anywhere in it, chunk by chunk; touches no database."""

    def __init__(self, customer_key: bytes, customer_id: UUID, file_id: UUID) -> None:
        self._reader = SealedFileReader(customer_key, customer_id, file_id)
        sealed = place_of(customer_id, file_id).stat().st_size - len(MAGIC) - SALT
        self._count = max(1, -(-sealed // (CHUNK + TAG)))
        self._size, self._at = sealed - self._count * TAG, 0
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
