"""What opens a document that was handed over: token and code together, and nothing that we keep.

raw = Argon2id(code, salt), 64 bytes. The database keeps the salt, SHA-256 of the token, and SHA-256 of raw's first
half, which tells a wrong code. The file's key is HKDF(token + raw's second half): whoever has all our rows, keys and
files still lacks 256 random bits of the token; whoever has the link lacks the code. Decision 0049.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from heretask.kernel.identity import passwords

LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # read aloud on the telephone: none sounds or looks like a figure
TOKEN, SALT, HALF = 32, 16, 32


@dataclass(frozen=True, slots=True)
class Lock:
    """What is kept of a token and a code, and the key that they make."""

    link_hash: bytes
    salt: bytes
    check_hash: bytes
    key: bytes


def new_token() -> str:
    """What the link carries behind its #."""
    return secrets.token_urlsafe(TOKEN)


def new_code() -> str:
    """What is told on the telephone: 'K7F3-9Q2M', some 39 bits, of which nobody gets more than five tries."""
    drawn = "".join(secrets.choice(LETTERS) for _place in range(8))
    return f"{drawn[:4]}-{drawn[4:]}"


def tidied(code: str) -> str:
    """A code as it was drawn, however it is typed."""
    return "".join(letter for letter in code.upper() if letter.isalnum())


def hashed(token: str) -> bytes:
    """What finds a token."""
    return hashlib.sha256(b"handing|" + token.strip().encode()).digest()


def lock(token: str, code: str, handing: UUID) -> Lock:
    """A new lock. Slow on purpose."""
    salt = secrets.token_bytes(SALT)
    raw = passwords.derived(tidied(code), salt, 2 * HALF)
    return Lock(hashed(token), salt, hashlib.sha256(raw[:HALF]).digest(), _key(token, raw, handing))


def key_for(token: str, code: str, handing: UUID, *, salt: bytes, check_hash: bytes) -> bytes | None:
    """The key of the file; None for a wrong code. Slow on purpose: never inside a transaction."""
    raw = passwords.derived(tidied(code), salt, 2 * HALF)
    if not hmac.compare_digest(hashlib.sha256(raw[:HALF]).digest(), check_hash):
        return None
    return _key(token, raw, handing)


def _key(token: str, raw: bytes, handing: UUID) -> bytes:
    return HKDF(SHA256(), 32, handing.bytes, b"heretask handed over").derive(token.strip().encode() + raw[HALF:])
