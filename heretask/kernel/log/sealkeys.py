"""The keys that sign checkpoints: a file for the sealer alone, with the newest key last.

Every key in the file signs. Rotation adds a key, so that for a while each checkpoint bears both signatures and whoever
knows the old key learns to trust the new one; retiring takes the older ones away.
"""

from __future__ import annotations

import datetime as dt
import json
import os
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


class SealKeys:
    """The keys of one file; `keys()` reads it again when it has changed."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._read: tuple[int, list[Ed25519PrivateKey]] | None = None

    def keys(self) -> list[Ed25519PrivateKey]:
        """All keys that sign now, the oldest first. Raises PermissionError where others may read the file."""
        found = self.file.stat()
        if found.st_mode & 0o077:
            raise PermissionError(f"{self.file.name} may be read by others; it must have mode 0600")
        if self._read is None or self._read[0] != found.st_mtime_ns:
            made = [Ed25519PrivateKey.from_private_bytes(bytes.fromhex(one["seed"])) for one in self._load()]
            if not made:
                raise ValueError(f"{self.file.name} holds no key")
            self._read = (found.st_mtime_ns, made)
        return self._read[1]

    def version(self) -> int:
        """Another number whenever other keys sign."""
        self.keys()
        return self._read[0] if self._read else 0

    def ensure(self) -> None:
        """Make the first key where there is none."""
        if not self.file.exists():
            self._save([_new()])

    def rotate(self) -> int:
        """Add a key that signs beside those there are; returns how many sign now."""
        kept = [*self._load(), _new()]
        self._save(kept)
        return len(kept)

    def retire(self) -> int:
        """Keep the newest key only; returns how many went."""
        kept = self._load()
        self._save(kept[-1:])
        return len(kept) - 1

    def _load(self) -> list[dict[str, Any]]:
        read: list[dict[str, Any]] = json.loads(self.file.read_text())["keys"]
        return read

    def _save(self, keys: list[dict[str, Any]]) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = self.file.with_name(f"{self.file.name}.{os.getpid()}.part")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as out:
            json.dump({"keys": keys}, out, indent=1)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(self.file)


def _new() -> dict[str, Any]:
    return {
        "made": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "seed": Ed25519PrivateKey.generate().private_bytes_raw().hex(),
    }
