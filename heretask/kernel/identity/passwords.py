"""Passwords: the floor of LOGIN-4, start passwords, and argon2id with bounded memory.

The composition rule is a documented deviation from NIST SP 800-63B and ASVS 6.2.5, which want none
(docs/decisions/0004). Nothing is trimmed or case-folded.
"""

from __future__ import annotations

import functools
import gzip
import os
import secrets
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import argon2
from django.conf import settings
from django.contrib.auth import password_validation
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.utils.translation import gettext as _

RULE = 1  # the version of the rule below, kept with each password
FLOOR = 8
LONGEST = 500
START_HOURS = 72
AT_ONCE = 2  # hashes at a time in one process: bounds memory, not who may ask
_LETTERS = "abcdefghjkmnpqrstuvwxyz"  # without those that look like another


class Argon2id(Argon2PasswordHasher):
    """Django's hasher with our cost, never more than two at once."""

    def params(self) -> argon2.Parameters:
        """The cost from the settings: tests use less, production OWASP's minimum or more."""
        cost = settings.HERETASK_HASH_COST
        return argon2.Parameters(
            type=argon2.Type.ID, version=argon2.low_level.ARGON2_VERSION, salt_len=16, hash_len=32,
            time_cost=cost["time"], memory_cost=cost["memory_kib"], parallelism=cost["lanes"],
        )  # fmt: skip

    def encode(self, password: str, salt: str) -> str:
        """A hash of `password`."""
        return str(_hashing(os.getpid()).submit(super().encode, password, salt).result())

    def verify(self, password: str, encoded: str) -> bool:
        """Whether `password` is the one that was hashed."""
        return bool(_hashing(os.getpid()).submit(super().verify, password, encoded).result())


@functools.cache
def _hashing(_process: int) -> ThreadPoolExecutor:
    """The two threads in which a process hashes: the memory of a hash stays with the thread that made it.

    A semaphore alone let every thread of the server keep its own. One pool for each process, since threads do not
    survive a fork.
    """
    return ThreadPoolExecutor(AT_ONCE, thread_name_prefix="hashing")


class WeakPassword(Exception):
    """Why a password was not accepted: one sentence for each reason, for its owner to read."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


def check_password_is_strong(password: str, *, floor: int = FLOOR, about: tuple[str, ...] = ()) -> None:
    """Raise WeakPassword unless `password` meets LOGIN-4 and the customer's length; Æ, Ø and Å count as letters.

    `about` are words it must not contain: user name, customer, the person's own names.
    """
    reasons = []
    if len(password) < floor:
        reasons.append(_("Use at least %(count)s characters.") % {"count": floor})
    if len(password) > LONGEST:
        reasons.append(_("Use at most %(count)s characters.") % {"count": LONGEST})
    if not any(c.isupper() for c in password):
        reasons.append(_("Use at least one capital letter."))
    if not any(c.islower() for c in password):
        reasons.append(_("Use at least one small letter."))
    if not any(c.isdecimal() for c in password):
        reasons.append(_("Use at least one digit."))
    folded = password.casefold()
    if folded in _common() or folded.rstrip("0123456789!.?") in _OUR_WORDS:
        reasons.append(_("This password is among those that are guessed first. Choose another."))
    if any(len(word) > 3 and word.casefold() in folded for word in about):
        reasons.append(_("Leave your own name and your workplace out of the password."))
    if reasons:
        raise WeakPassword(reasons)


def start_password() -> str:
    """A random password to be read aloud or written on paper once: three groups, about 60 bits."""
    groups = ["".join(secrets.choice(_LETTERS) for _i in range(4)) for _g in range(3)]
    return f"{groups[0].capitalize()}-{groups[1]}-{groups[2]}-{secrets.randbelow(90) + 10}"


def hash_of(password: str) -> str:
    """The argon2id hash of `password`. Slow on purpose: never inside a transaction."""
    hasher = Argon2id()
    return hasher.encode(password, hasher.salt())


def derived(secret: str, salt: bytes, length: int) -> bytes:
    """Argon2id of `secret` at the cost of passwords, as bytes for a key; never more than two at once either."""
    cost = settings.HERETASK_HASH_COST
    return _hashing(os.getpid()).submit(
        argon2.low_level.hash_secret_raw, secret.encode()[:LONGEST], salt, cost["time"], cost["memory_kib"],
        cost["lanes"], length, argon2.Type.ID,
    ).result()  # fmt: skip


def matches(password: str, encoded: str) -> bool:
    """Whether `password` fits; the same work is done where there is nothing to compare with."""
    if len(password) > LONGEST or "\x00" in password:
        password, encoded = "-", ""
    right = Argon2id().verify(password, encoded or _nobody())
    return right and bool(encoded)


_OUR_WORDS = frozenset([
    "sommer", "vinter", "efterår", "forår", "januar", "februar", "marts", "april", "maj", "juni", "juli", "august",
    "september", "oktober", "november", "december", "mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag",
    "søndag", "adgangskode", "kodeord", "velkommen", "danmark", "københavn", "heretask", "password", "welcome",
    "sunshine",
])  # fmt: skip


@functools.cache
def _common() -> frozenset[str]:
    """The 20,000 most common passwords, from the list that Django carries."""
    path = Path(password_validation.__file__).parent / "common-passwords.txt.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return frozenset(line.strip().casefold() for line in lines)


@functools.cache
def _nobody() -> str:
    return hash_of(secrets.token_urlsafe(16))
