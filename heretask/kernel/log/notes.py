"""Checkpoints as signed notes (C2SP signed-note and tlog-checkpoint): what anybody can keep and check without us.

The text of a checkpoint is the log's name, the tree's size, its root and the time, a line each. A signature line names
the key, four bytes that tell keys of one name apart, and an Ed25519 signature (RFC 8032) over the text.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_DASH = "\N{EM DASH} "
_ED25519 = b"\x01"


class NotANote(Exception):
    """The text is no signed note, or none of the keys verifies it."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A checkpoint whose signature holds, and the keys that verified it."""

    origin: str
    size: int
    root: bytes
    at: dt.datetime | None
    keys: tuple[str, ...]


def origin_of(customer_id: UUID) -> str:
    """The name of a customer's log, and of the keys that sign it."""
    return f"heretask/log/{customer_id}"


def body(origin: str, size: int, root: bytes, at: dt.datetime) -> str:
    """The text that is signed."""
    time = at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n{time}\n"


def public_line(name: str, public: bytes) -> str:
    """A key as it is handed on: name+id+key, the form of a C2SP verifier key."""
    return f"{name}+{_key_id(name, public).hex()}+{base64.b64encode(_ED25519 + public).decode()}"


def sign(text: str, name: str, keys: Iterable[Ed25519PrivateKey]) -> tuple[str, list[str]]:
    """The note with a signature by each key, and the keys' public lines."""
    lines, public_lines = [], []
    for key in keys:
        public = key.public_key().public_bytes_raw()
        signature = _key_id(name, public) + key.sign(text.encode())
        lines.append(f"{_DASH}{name} {base64.b64encode(signature).decode()}\n")
        public_lines.append(public_line(name, public))
    return f"{text}\n{''.join(lines)}", public_lines


def check(note: str, keys: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """The signed text, and those of `keys` that verify it; raises NotANote where none does or one is forged."""
    text, lines = _split(note)
    held = []
    for line in keys:
        name, public = _parsed(line)
        for signer, blob in lines:
            if signer == name and blob[:4] == _key_id(name, public):
                try:
                    Ed25519PublicKey.from_public_bytes(public).verify(blob[4:], text.encode())
                except InvalidSignature as forged:
                    raise NotANote("the signature does not hold") from forged
                held.append(line)
    if not held:
        raise NotANote("no signature by a known key")
    return text, tuple(held)


def check_checkpoint(note: str, keys: Sequence[str]) -> Checked:
    """A checkpoint whose signature holds; raises NotANote otherwise."""
    text, held = check(note, keys)
    try:
        origin, size, root, *more = text.rstrip("\n").split("\n")
        at = dt.datetime.fromisoformat(more[0]) if more else None
        return Checked(origin, int(size), base64.b64decode(root, validate=True), at, held)
    except ValueError as wrong:
        raise NotANote("the text is no checkpoint") from wrong


def _split(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    text, blank, signatures = note.rpartition("\n\n")
    if not blank or not signatures.endswith("\n"):
        raise NotANote("the text is no signed note")
    lines = []
    for line in signatures.splitlines():
        name, _, blob = line.removeprefix(_DASH).partition(" ")
        try:
            lines.append((name, base64.b64decode(blob, validate=True)))
        except binascii.Error as wrong:
            raise NotANote("a signature line cannot be read") from wrong
        if not line.startswith(_DASH) or len(lines[-1][1]) < 5:
            raise NotANote("a signature line cannot be read")
    return text + "\n", lines


def _parsed(line: str) -> tuple[str, bytes]:
    try:
        name, id_, key = line.strip().split("+", 2)
        raw = base64.b64decode(key, validate=True)
    except ValueError as wrong:
        raise NotANote("a key cannot be read") from wrong
    if raw[:1] != _ED25519 or len(raw) != 33 or _key_id(name, raw[1:]).hex() != id_:
        raise NotANote("a key cannot be read")
    return name, raw[1:]


def _key_id(name: str, public: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + public).digest()[:4]
