"""The outermost key as a file that only this program may read (mode 0600), outside the database. Needs no Django.

It holds several versions, so that what an older one wrapped still opens while a rotation goes on. A file of one line
of 64 hex digits, as the first releases made it, is version 1.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
from pathlib import Path

from .sealing import KeyFault, make_key, open_bytes, seal_bytes

_FORM = "heretask keys"


class KeyFile:
    """A provider of the outermost key (see providers.py).

    A process that has read the file goes on with what it read where the file is taken away or spoilt; `fault` says so.
    """

    name, code = "file", 1

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stamp: tuple[int, ...] | None = None
        self._kept: dict[int, tuple[bytes, str]] = {}

    def versions(self) -> dict[int, str]:
        """The versions there are, and the day each was made ('' where nobody wrote it down)."""
        return {version: made for version, (_key, made) in self._keys().items()}

    def stamp(self) -> object:
        """Something that is another one when the file is."""
        self._keys()
        return self._stamp

    def wrap(self, version: int, plain: bytes, place: bytes) -> bytes:
        """`plain` wrapped under that version and bound to `place`."""
        return seal_bytes(self._key(version), plain, place)

    def unwrap(self, version: int, body: bytes, place: bytes) -> bytes:
        """What `wrap` wrapped."""
        return open_bytes(self._key(version), body, place)

    def make(self, version: int) -> None:
        """Make a version where it is missing; nothing happens where it is there already."""
        kept = self._read() if self.path.exists() else {}
        if version not in kept:
            self._write(kept | {version: (make_key(), dt.datetime.now(dt.UTC).date().isoformat())})

    def retire(self, versions: set[int]) -> None:
        """Destroy versions. The file stays, so that running processes see that the last one is gone too."""
        self._write({version: entry for version, entry in self._read().items() if version not in versions})

    def fault(self) -> str:
        """What is wrong with the file as it lies there now, as a sentence; '' where nothing is."""
        try:
            self._read()
        except KeyFault as fault:
            return str(fault)
        return ""

    def _key(self, version: int) -> bytes:
        found = self._keys().get(version)
        if found is None:
            raise KeyFault(f"The key file {self.path.name} does not hold version {version} any more.")
        return found[0]

    def _keys(self) -> dict[int, tuple[bytes, str]]:
        """What the file holds, read again when it is another one."""
        try:
            at = self.path.stat()
            stamp = (at.st_mtime_ns, at.st_ctime_ns, at.st_ino, at.st_size, at.st_mode)
            if stamp != self._stamp:
                self._kept, self._stamp = self._read(), stamp
        except (OSError, KeyFault) as gone:
            if not self._kept:
                raise gone if isinstance(gone, KeyFault) else self._missing()
        return self._kept

    def _read(self) -> dict[int, tuple[bytes, str]]:
        name = self.path.name
        try:
            mode, text = self.path.stat().st_mode, self.path.read_text(encoding="ascii").strip()
        except FileNotFoundError:
            raise self._missing()
        except OSError:
            raise KeyFault(f"The key file {name} cannot be read by this user.")
        except ValueError:
            raise KeyFault(f"The key file {name} is not one of ours: it holds more than plain letters and digits.")
        if mode & 0o077:
            raise KeyFault(f"The key file {name} may be read by others; it must have mode 0600.")
        try:
            return _parsed(text)
        except (ValueError, KeyError, TypeError, AttributeError):
            raise KeyFault(f"The key file {name} is damaged: it must hold versions of a key of 256 bits.")

    def _missing(self) -> KeyFault:
        return KeyFault(f"The key file {self.path.name} is not there.")

    def _write(self, keys: dict[int, tuple[bytes, str]]) -> None:
        """Whole or not at all, and on the disk before anything is wrapped with it."""
        said = {str(version): {"made": made, "key": key.hex()} for version, (key, made) in sorted(keys.items())}
        target = self.path.resolve()
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = target.with_name(f"{target.name}.{os.urandom(4).hex()}.part")
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(json.dumps({_FORM: 1, "keys": said}, indent=1) + "\n")
                file.flush()
                os.fsync(file.fileno())
            draft.replace(target)
        except OSError as failure:
            with contextlib.suppress(OSError):
                draft.unlink(missing_ok=True)
            raise KeyFault(f"The key file {target.name} cannot be written: {failure.strerror}.")
        sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Make sure that a new name in `folder` is on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _parsed(text: str) -> dict[int, tuple[bytes, str]]:
    if not text.startswith("{"):
        return {1: (_key_of(text), "")}
    told = json.loads(text)
    if told[_FORM] != 1:
        raise ValueError("a form of a later release")
    found = {int(version): (_key_of(entry["key"]), str(entry["made"])) for version, entry in told["keys"].items()}
    if min(found, default=1) < 1:
        raise ValueError("versions begin with 1")
    return found


def _key_of(digits: str) -> bytes:
    if len(digits) != 64:
        raise ValueError("not 256 bits")
    return bytes.fromhex(digits)
