"""The parts of a backup as they lie on the target: each a sealed stream, bound to its backup and its name."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path

from heretask.kernel.secrets import providers
from heretask.kernel.secrets.keys import make_key
from heretask.kernel.secrets.stream import Form, StreamReader, StreamWriter

MAGIC = b"HTB1"
PARTS = ("dump", "files", "keys")
_PIECE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Part:
    """Size and SHA-256 of a part as it lies on the target, sealed."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True, repr=False)
class BackupKey:
    """The key of one backup, and how the outermost key has wrapped it: in this form it lies in the manifest."""

    plain: bytes
    wrapped: bytes

    def sign(self, body: bytes) -> bytes:
        """A tag that only who can unwrap the key can make."""
        return hmac.digest(hmac.digest(self.plain, b"heretask backup manifest", "sha256"), body, "sha256")

    def form(self, name: str, part: str) -> Form:
        """What a part is bound to; its head names the wrapped key, so that a manifest's other key is told apart."""
        return Form(MAGIC + mark_of(self.wrapped), b"heretask backup", f"backup|{name}|{part}".encode())


def new_key(name: str) -> BackupKey:
    """A key for a new backup. Raises providers' KeyFault where there is no outermost key."""
    plain = make_key()
    return BackupKey(plain, providers.wrap(plain, _place(name)))


def key_of(name: str, wrapped: bytes) -> BackupKey:
    """The key of a backup. Raises CannotOpen, or KeyFault where the outermost key that wrapped it is not here."""
    return BackupKey(providers.unwrap(wrapped, _place(name)), wrapped)


def mark_of(wrapped: bytes) -> bytes:
    """Eight bytes that stand for a wrapped key."""
    return hashlib.sha256(wrapped).digest()[:8]


def _place(name: str) -> bytes:
    return f"backup|{name}".encode()


class PartWriter:
    """Writes one part; `finish` puts it on the disk and says what it is. Removing what failed is the caller's."""

    def __init__(self, path: Path, name: str, part: str, key: BackupKey) -> None:
        self._file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
        self._hash, self._size, self.plain = hashlib.sha256(), 0, 0
        self._stream = StreamWriter(_Tee(self), key.plain, key.form(name, part))

    def write(self, plain: bytes) -> int:
        """Take the next piece."""
        self.plain += len(plain)
        return self._stream.write(plain)

    def take(self, sealed: bytes) -> None:
        """A sealed piece on its way to the disk."""
        self._hash.update(sealed)
        self._size += len(sealed)
        self._file.write(sealed)

    def finish(self) -> Part:
        """Write the last chunk and wait until all of it is on the disk."""
        self._stream.end()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        return Part(self._size, self._hash.hexdigest())

    def close(self) -> None:
        """Close the file, whatever became of it."""
        self._file.close()


class _Tee:
    def __init__(self, to: PartWriter) -> None:
        self._to = to

    def write(self, data: bytes, /) -> None:
        self._to.take(data)


def lies_as_written(path: Path, expected: Part) -> bool:
    """Whether size and SHA-256 on the target are what they were; needs no key. Read from the disk, not from memory."""
    if not path.is_file() or path.stat().st_size != expected.size:
        return False
    found = hashlib.sha256()
    with path.open("rb") as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        while piece := file.read(_PIECE):
            found.update(piece)
    return found.hexdigest() == expected.sha256


def opened(path: Path, name: str, part: str, key: BackupKey) -> Generator[bytes, None, None]:
    """The plain pieces of a part; raises CannotOpen at the first that is not as it was written."""
    with path.open("rb") as file:
        yield from StreamReader(file, key.plain, key.form(name, part))


class Readable:
    """Pieces as a file to read from, for programs and libraries that want one."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._left = pieces, b""

    def read(self, size: int = -1) -> bytes:
        """The next `size` bytes, fewer at the end only."""
        taken = [self._left]
        have = len(self._left)
        while size < 0 or have < size:
            piece = next(self._pieces, None)
            if piece is None:
                break
            taken.append(piece)
            have += len(piece)
        whole = b"".join(taken)
        cut = len(whole) if size < 0 else size
        self._left = whole[cut:]
        return whole[:cut]

    def lines(self) -> Iterator[bytes]:
        """Line by line, each with its end."""
        for piece in self._pieces:
            *whole, self._left = (self._left + piece).split(b"\n")
            for line in whole:
                yield line + b"\n"
        if self._left:
            yield self._left
            self._left = b""
