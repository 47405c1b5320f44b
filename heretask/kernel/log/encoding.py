"""The fixed binary form of an event, and its leaf hash.

Each value is preceded by its length (4 bytes, big-endian; 0xFFFFFFFF for none), in the order of `ORDER`, after one
version byte. leaf = SHA-256(0x00 || salt || form), the leaf hash of RFC 6962 with a 32-byte salt before the data.

Version 2 holds, in the place of the sealed variables (`detail`), a commitment to them: SHA-256 of a second 32-byte salt
and their plain JSON. So an event can be proven to somebody who may not read what was searched for. Its stored salt has
64 bytes; version 1 (32 bytes) has the variables themselves, or none. The version byte is hashed with the rest.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from typing import Any
from uuid import UUID

ORDER = (
    "id", "at", "customer", "actor", "session", "grant", "action", "object_kind", "object_id", "citizen", "purpose",
    "detail", "hits", "shown", "outcome", "address", "agent", "changed", "times",
)  # fmt: skip
SALT = 32
_NONE = b"\xff\xff\xff\xff"


def canonical_json(value: Mapping[str, Any]) -> bytes:
    """One form for equal content: sorted keys, no blanks, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def make_salt(*, variables: bool) -> bytes:
    """A fresh salt: of 32 bytes, or of 64 where there are variables to commit to."""
    return os.urandom(2 * SALT if variables else SALT)


def commitment(salt: bytes, detail: bytes) -> bytes:
    """What stands for an event's variables in its form; `salt` is the stored one of 64 bytes."""
    return hashlib.sha256(salt[SALT:] + detail).digest()


def encode(values: Mapping[str, Any], salt: bytes) -> bytes:
    """The fixed form of an event; `detail` is its plain JSON, not the ciphertext."""
    if len(salt) == SALT:
        return b"\x01" + b"".join(_piece(values[name]) for name in ORDER)
    committed = {**values, "detail": commitment(salt, values["detail"])}
    return b"\x02" + b"".join(_piece(committed[name]) for name in ORDER)


def leaf_of(salt: bytes, values: Mapping[str, Any]) -> bytes:
    """The leaf hash of an event."""
    return hashlib.sha256(b"\x00" + salt[:SALT] + encode(values, salt)).digest()


def _piece(value: Any) -> bytes:
    if value is None:
        return _NONE
    data = _bytes(value)
    return len(data).to_bytes(4, "big") + data


def _bytes(value: Any) -> bytes:
    if isinstance(value, UUID):
        return value.bytes
    if isinstance(value, int):
        return value.to_bytes(8, "big", signed=True)
    if isinstance(value, str):
        return value.encode()
    if isinstance(value, bytes):
        return value
    return len(value).to_bytes(4, "big") + b"".join(_piece(item) for item in value)
