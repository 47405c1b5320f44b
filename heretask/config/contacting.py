"""`heretask breach contacts`: every customer's emergency contacts as a sealed file, for when the systems are down.

Opening one needs this program and the passphrase alone: no database, no key of the installation. The passphrase becomes
a key by scrypt; the file is AES-256-GCM, with its head as associated data.
"""

from __future__ import annotations

import argparse
import getpass
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from heretask.config.operating import django, say, sorry

HEAD = b"HereTask contacts 1\n"
SALT, NONCE, SHORTEST = 16, 12, 12  # bytes, bytes, signs of a passphrase
COST = {"length": 32, "n": 2**17, "r": 8, "p": 1}


class NotOpened(Exception):
    """The file is no sheet of ours, was changed, or the passphrase is another."""


def seal(plain: bytes, passphrase: str) -> bytes:
    """The sheet as it is written down."""
    salt, nonce = os.urandom(SALT), os.urandom(NONCE)
    return HEAD + salt + nonce + AESGCM(_key(passphrase, salt)).encrypt(nonce, plain, HEAD)


def opened(sealed: bytes, passphrase: str) -> bytes:
    """What a sheet says; raises NotOpened."""
    body = sealed[len(HEAD) :]
    if not sealed.startswith(HEAD) or len(body) < SALT + NONCE + 16:
        raise NotOpened
    salt, nonce, text = body[:SALT], body[SALT : SALT + NONCE], body[SALT + NONCE :]
    try:
        return AESGCM(_key(passphrase, salt)).decrypt(nonce, text, HEAD)
    except InvalidTag:
        raise NotOpened from None


def contacts(arguments: argparse.Namespace) -> int:
    """Write every customer's emergency contacts into a sealed file, or open one that was written."""
    passphrase = _asked()
    if arguments.open:
        try:
            say(_told(json.loads(opened(Path(arguments.open).read_bytes(), passphrase))))
        except NotOpened:
            return sorry("It cannot be opened: another passphrase, or not a sheet of contacts.")
        except OSError as failure:
            return sorry(f"{arguments.open} cannot be read: {failure.strerror}")
        return 0
    if len(passphrase) < SHORTEST:
        return sorry(f"The passphrase must have {SHORTEST} signs at least. Four words are good.")
    django()
    sheets = list(_sheets())
    try:
        out = os.open(arguments.out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return sorry(f"{arguments.out} is there already. Write another file, then destroy the old one.")
    with os.fdopen(out, "wb") as file:
        file.write(seal(json.dumps(sheets, ensure_ascii=False).encode(), passphrase))
    named = sum(1 for sheet in sheets if sheet["contacts"])
    say(f"{named} of {len(sheets)} customers have contacts. Keep file and passphrase apart.")
    say("Put it in its box, and close the duty of the annual wheel by saying where the box is.")
    return 0


def _sheets() -> Iterator[dict[str, Any]]:
    """Each customer's newest sheet; the customer's own log says that it was written down."""
    from heretask.admin.contacts import actions
    from heretask.kernel.identity.sessions import operator
    from heretask.kernel.tenancy.models import Customer, CustomerKind

    for customer in Customer.objects.using("owner").filter(kind=CustomerKind.PROVIDER, active=True).order_by("name"):
        with operator(customer, "contacts"):
            found = actions.written()
        yield {
            "customer": customer.name, "confirmed": found.at.date().isoformat() if found else "",
            "contacts": [asdict(one) for one in found.contacts] if found else [],
        }  # fmt: skip


def _told(sheets: list[dict[str, Any]]) -> str:
    lines = []
    for sheet in sheets:
        lines.append(f"{sheet['customer']} ({sheet['confirmed'] or 'no contacts'})")
        lines += [f"  {one['phone']:<16} {one['name']}  {one['note']}".rstrip() for one in sheet["contacts"]]
    return "\n".join(lines)


def _key(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, **COST).derive(passphrase.encode())


def _asked() -> str:
    return getpass.getpass("Passphrase: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
