"""The manifest beside a backup: what it consists of, and what must be found in it. JSON that all may read, and a tag.

Nothing in it is about a person: names of tables, counts, ids of customers, roots of their logs.
"""

from __future__ import annotations

import datetime as dt
import hmac
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from .parts import Part, key_id, sign

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
    def size(self) -> int:
        """All parts together."""
        return sum(part.size for part in self.parts.values())

    @property
    def keys_expired(self) -> bool:
        """Whether its keys were to be removed by now."""
        return dt.datetime.fromisoformat(self.keys_until) < dt.datetime.now(dt.UTC)


def write(made: Manifest) -> bytes:
    """The file's content: the JSON, and a line with its tag."""
    made.key = key_id().hex()
    body = json.dumps(asdict(made), indent=1, sort_keys=True).encode()
    return body + b"\n" + sign(body).hex().encode() + b"\n"


def read(folder: Path) -> Manifest:
    """The manifest of the backup in `folder`. Raises NotAuthentic, or OtherKey where every part says so as well."""
    whole = (folder / FILE).read_bytes()
    body, _end, tag = whole.removesuffix(b"\n").rpartition(b"\n")
    if not hmac.compare_digest(sign(body).hex().encode(), tag):
        if _all_under_another_key(folder):
            raise OtherKey
        raise NotAuthentic
    told = json.loads(body)
    told["parts"] = {name: Part(**part) for name, part in told["parts"].items()}
    made = Manifest(**told)
    if made.name != folder.name:
        raise NotAuthentic
    return made


def _all_under_another_key(folder: Path) -> bool:
    """Whether the parts' own heads name one other key: then nothing here was bent, the right key is missing."""
    heads = set()
    for path in folder.iterdir():
        if path.name != FILE:
            with path.open("rb") as part:
                heads.add(part.read(12)[4:])
    return len(heads) == 1 and heads != {key_id()} and len(next(iter(heads))) == 8
