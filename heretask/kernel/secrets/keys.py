"""The hierarchy of keys: a key-encryption key outside the database, a key per customer, a key per citizen or person.

AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce; every ciphertext begins with a version byte. The associated
data binds what is sealed to its place, so that no ciphertext can be moved to another row, column or customer.
"""

from __future__ import annotations

import functools
import hashlib
import hmac
import os
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

VERSION = b"\x01"
_NONCE = 12


class CannotOpen(Exception):
    """The ciphertext is not from this place, or its key is gone. The text is never part of this error."""


def make_key() -> bytes:
    """A new 256-bit key."""
    return AESGCM.generate_key(256)


def seal_bytes(key: bytes, plain: bytes, place: bytes) -> bytes:
    """`plain` sealed under `key` and bound to `place`."""
    nonce = os.urandom(_NONCE)
    return VERSION + nonce + AESGCM(key).encrypt(nonce, plain, place)


def open_bytes(key: bytes, sealed: bytes, place: bytes) -> bytes:
    """What `seal_bytes` sealed; raises CannotOpen for another key, another place or a changed bit."""
    return opener(key)(bytes(sealed), place)


def opener(key: bytes) -> Callable[[bytes, bytes], bytes]:
    """`open_bytes` for many of one key: the cipher is made once."""
    decrypt, version = AESGCM(key).decrypt, VERSION[0]

    def open_one(sealed: bytes, place: bytes) -> bytes:
        if not sealed or sealed[0] != version:
            raise CannotOpen("unknown version")
        try:
            return decrypt(sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :], place)
        except InvalidTag as wrong:
            raise CannotOpen("does not belong here") from wrong

    return open_one


@functools.cache
def key_encryption_key() -> bytes:
    """The outermost key, from a file that only this program may read (mode 0600), never from the database."""
    path = Path(settings.HERETASK_KEY_FILE)
    if path.stat().st_mode & 0o077:
        raise PermissionError(f"{path.name} may be read by others; it must have mode 0600")
    key = bytes.fromhex(path.read_text().strip())
    if len(key) != 32:
        raise ValueError(f"{path.name} does not hold a key of 256 bits")
    return key


def wrap_customer_key(customer_id: UUID, key: bytes) -> bytes:
    """A customer's key as the database keeps it."""
    return seal_bytes(key_encryption_key(), key, b"customer:" + customer_id.bytes)


@functools.lru_cache(maxsize=1024)
def _unwrapped(customer_id: UUID, wrapped: bytes) -> bytes:
    return open_bytes(key_encryption_key(), wrapped, b"customer:" + customer_id.bytes)


def unwrap_customer_key(customer_id: UUID, wrapped: bytes | memoryview) -> bytes:
    """The customer's key. Remembered by its wrapped form, so a re-wrapped one is opened anew."""
    return _unwrapped(customer_id, bytes(wrapped))


def keyed_hash(purpose: str, value: str) -> bytes:
    """HMAC-SHA-256 of `value` for one purpose: equal values can be counted, none can be read back."""
    key = hashlib.sha256(b"keyed hash:" + purpose.encode() + key_encryption_key()).digest()
    return hmac.digest(key, value.encode(), "sha256")
