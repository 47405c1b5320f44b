"""Sealing bytes: AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce, after one byte that says the form.

The associated data binds what is sealed to its place, so that no ciphertext can be moved to another row, column or
customer.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION = b"\x01"
_NONCE = 12


class CannotOpen(Exception):
    """The ciphertext is not from this place, or its key is gone. The text is never part of this error."""


class KeyFault(CannotOpen):
    """The outermost key cannot be used; the message is a sentence for the operator and names no secret."""


class NoKeys(CannotOpen):
    """Somebody is inside without any key, and this cannot be done without one."""


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
        except (InvalidTag, ValueError) as wrong:  # ValueError: cut so short that there is no nonce
            raise CannotOpen("does not belong here") from wrong

    return open_one
