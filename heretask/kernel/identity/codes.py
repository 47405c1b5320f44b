"""Time-based one-time codes (RFC 6238: SHA-1, 30 s, six digits) and recovery codes."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from urllib.parse import quote

STEP = 30


def make_secret() -> bytes:
    """A new shared secret of 160 bits."""
    return secrets.token_bytes(20)


def as_text(secret: bytes) -> str:
    """The secret as authenticator apps take it (base32)."""
    return base64.b32encode(secret).decode()


def code_at(secret: bytes, step: int) -> str:
    """The code of one time step (RFC 4226, section 5.3)."""
    digest = hmac.digest(secret, step.to_bytes(8, "big"), hashlib.sha1)
    offset = digest[-1] & 0xF
    return f"{(int.from_bytes(digest[offset : offset + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06d}"


def code_now(secret: bytes) -> str:
    """The code that is valid now."""
    return code_at(secret, int(time.time()) // STEP)


def matching_step(secret: bytes, given: str) -> int | None:
    """The step whose code was given: this one, or one before or after for clocks that differ. None for no match."""
    digits = "".join(c for c in given if c.isdecimal() and c.isascii())
    now = int(time.time()) // STEP
    found = None
    for step in (now - 1, now, now + 1):  # always all three: the work tells nothing
        if hmac.compare_digest(code_at(secret, step), digits):
            found = step
    return found


def setup_address(secret: bytes, user_name: str) -> str:
    """What the QR code says to an authenticator app."""
    return f"otpauth://totp/HereTask:{quote(user_name)}?secret={as_text(secret)}&issuer=HereTask"


def recovery_codes(count: int = 8) -> list[str]:
    """Codes for a lost telephone, each usable once: 50 bits each."""
    return [
        f"{part[:5]}-{part[5:]}"
        for part in (base64.b32encode(secrets.token_bytes(7)).decode()[:10] for _i in range(count))
    ]


def hash_recovery(code: str) -> bytes:
    """How a recovery code is kept. Its own 50 bits make a slow hash unnecessary."""
    return hashlib.sha256(code.strip().upper().replace(" ", "").encode()).digest()
