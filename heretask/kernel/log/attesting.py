"""Signatures of documents by the log's keys: asked for by the web, made by the sealer, checked by anybody.

What is signed is a note like a checkpoint's, of another name: whose document, its SHA-256 and the time. The keys are
those of the customer's log, so whoever knows the log's key can check a document too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connections

from . import notes
from .notes import NotANote

PREFIX = "heretask/document/"


@dataclass(frozen=True, slots=True)
class Signature:
    """A note that signs a digest, and the public keys of it."""

    note: str
    keys: tuple[str, ...]

    @property
    def text(self) -> str:
        """As it is handed out: the note, and below it the keys."""
        return self.note + "\n" + "".join(f"{key}\n" for key in self.keys)


def ask(digest: str) -> None:
    """Have the sealer sign this SHA-256 for the customer of the session."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select ht.ask_signature(%s)", [digest])


def signature_of(digest: str) -> Signature | None:
    """The signature of that digest, or None while the sealer has not come to it."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select note, keys from ht.signature_of(%s)", [digest])
        note, keys = cursor.fetchone()
    return Signature(note, tuple(keys)) if note else None


def sign_waiting(keys: Sequence[Ed25519PrivateKey]) -> int:
    """Sign what waits, through the sealer's connection; how many."""
    with connections["sealer"].cursor() as cursor:
        cursor.execute("select customer_id, digest from ht.attested where note is null order by asked_at limit 100")
        waiting: list[tuple[UUID, str]] = cursor.fetchall()
        for customer_id, digest in waiting:
            note, public = notes.sign(body(customer_id, digest, dt.datetime.now(dt.UTC)), name(customer_id), keys)
            cursor.execute(
                "update ht.attested set note = %s, keys = %s where customer_id = %s and digest = %s",
                [note, public, customer_id, digest],
            )
    return len(waiting)


def name(customer_id: UUID) -> str:
    """The name of the keys: the log's."""
    return notes.origin_of(customer_id)


def body(customer_id: UUID, digest: str, at: dt.datetime) -> str:
    """The text that is signed."""
    return f"{PREFIX}{customer_id}\nsha256:{digest}\n{at.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}\n"


def check(digest: str, handed: str, known: Sequence[str] = ()) -> str:
    """When the document of that digest was signed; raises NotANote where the note does not sign just that.

    With `known`, keys that one has from elsewhere, only these count: a key that comes with a note proves nothing new.
    """
    note, keys = parted(handed)
    text, _held = notes.check(note, list(known) or keys)
    lines = text.splitlines()
    if len(lines) != 3 or not lines[0].startswith(PREFIX) or lines[1] != f"sha256:{digest}":
        raise NotANote("the signature is of another document")
    return lines[2]


def parted(handed: str) -> tuple[str, list[str]]:
    """A handed-out signature as note and keys."""
    lines = handed.replace("\r\n", "\n").splitlines()
    keys = [line for line in lines if line.startswith("heretask/log/") and "+" in line]
    note = "\n".join(line for line in lines if line not in keys).rstrip("\n") + "\n"
    return note, keys
