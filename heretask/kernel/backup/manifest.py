"""The manifest beside a backup: what it consists of, and what must be found in it. JSON that all may read, and a tag.

Nothing in it is about a person: names of tables, counts, ids of customers, roots of their logs.
"""

from __future__ import annotations

import datetime as dt
import hmac
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from heretask.kernel.secrets.keys import CannotOpen, KeyFault

from .parts import BackupKey, Part, key_of, mark_of

FILE = "manifest"


class NotAuthentic(Exception):
    """The manifest is not as it was written."""


class OtherKey(Exception):
    """The backup was made under another outermost key than the one that is here."""


@dataclass(slots=True)
class Manifest:
    """A backup as it was when it was taken."""

    name: str
    began_at: str
    ended_at: str = ""
    software: str = ""
    server: str = ""
    tool: str = ""
    key: str = ""
    country: str = ""
    site: str = ""
    kept_until: str = ""
    keys_until: str = ""
    files: int = 0
    parts: dict[str, Part] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    checkpoints: dict[str, dict[str, str | int]] = field(default_factory=dict)

    @property
    def secret(self) -> BackupKey:
        """The key of this backup, opened."""
        return key_of(self.name, bytes.fromhex(self.key))

    @property
    def size(self) -> int:
        """All parts together."""
        return sum(part.size for part in self.parts.values())

    @property
    def keys_expired(self) -> bool:
        """Whether its keys were to be removed by now."""
        return dt.datetime.fromisoformat(self.keys_until) < dt.datetime.now(dt.UTC)


def write(made: Manifest, key: BackupKey) -> bytes:
    """The file's content: the JSON, and a line with its tag."""
    made.key = key.wrapped.hex()
    body = json.dumps(asdict(made), indent=1, sort_keys=True).encode()
    return body + b"\n" + key.sign(body).hex().encode() + b"\n"


def read(folder: Path) -> Manifest:
    """The manifest of the backup in `folder`. Raises NotAuthentic, or OtherKey where its own key opens nowhere here."""
    whole = (folder / FILE).read_bytes()
    body, _end, tag = whole.removesuffix(b"\n").rpartition(b"\n")
    told = json.loads(body)
    if told["name"] != folder.name:
        raise NotAuthentic
    wrapped = bytes.fromhex(told["key"])
    try:
        key = key_of(folder.name, wrapped)
    except (CannotOpen, KeyFault) as wrong:
        if _all_under(folder, wrapped):  # nothing was bent: the right outermost key is missing
            raise OtherKey from wrong
        raise NotAuthentic from wrong
    if not hmac.compare_digest(key.sign(body).hex().encode(), tag):
        raise NotAuthentic
    told["parts"] = {name: Part(**part) for name, part in told["parts"].items()}
    return Manifest(**told)


def _all_under(folder: Path, wrapped: bytes) -> bool:
    """Whether the heads of all parts name that wrapped key."""
    heads = set()
    for path in folder.iterdir():
        if path.name != FILE:
            with path.open("rb") as part:
                heads.add(part.read(12)[4:])
    return heads == {mark_of(wrapped)}
