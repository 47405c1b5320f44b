"""The receiver's door, where nobody is signed in: one link, one code, five tries, once.

The gate asks three narrow functions of the database (see the migration); it can read no row. Hashing stays outside
transactions: a try is counted first, in a commit of its own, then hashed, then one transaction opens with its event.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db import connections, transaction

from heretask.kernel.identity.tries import TRIES_NETWORK, reserve
from heretask.kernel.identity.whence import From
from heretask.kernel.log.gate import record_at_gate
from heretask.kernel.secrets.files import SealedFileReader, remove
from heretask.kernel.secrets.keys import CannotOpen
from heretask.kernel.tenancy.models import Customer

from . import events, locking


class NotOpened(Exception):
    """One answer for a wrong, used, withdrawn, dead or expired link, and for one that never was."""


class TryAgain(NotOpened):
    """The link is right and the code is not; `left` tries remain."""

    def __init__(self, left: int) -> None:
        super().__init__()
        self.left = left


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a receiver is told before they give the code: which customer gives it, and until when."""

    customer: str
    ends_at: dt.datetime


def seen(token: str, whence: From) -> Waiting:
    """What waits behind a link. Raises NotOpened."""
    _reserve(whence)
    with connections["gate"].cursor() as cursor:
        cursor.execute("select customer, ends_at from ht.handing_seen(%s)", [locking.hashed(token)])
        row = cursor.fetchone()
    if row is None or row[0] is None:
        raise NotOpened
    return Waiting(Customer.objects.using("gate").get(id=row[0]).name, row[1])


def fetch(token: str, code: str, whence: From) -> bytes:
    """The document, once; from now on it is nowhere with us. Raises TryAgain for a wrong code, NotOpened otherwise."""
    _reserve(whence)
    hashed = locking.hashed(token)
    with connections["gate"].cursor() as cursor:
        cursor.execute("select customer, handing, salt, check_hash, file, tries_left from ht.handing_try(%s)", [hashed])
        row = cursor.fetchone()
    if row is None or row[0] is None:
        raise NotOpened
    customer, handing, salt, check_hash, file, left = row
    key = locking.key_for(token, code, handing, salt=bytes(salt), check_hash=bytes(check_hash))
    if key is None:
        _wrong(hashed, customer, handing, file, left, whence)
        raise TryAgain(left) if left else NotOpened
    try:
        document = b"".join(SealedFileReader(key, customer, file, kept=True))
    except (OSError, CannotOpen):
        raise NotOpened from None
    with transaction.atomic(using="gate"):
        with connections["gate"].cursor() as cursor:
            cursor.execute("select ht.handing_open(%s)", [hashed])
            opened = cursor.fetchone()[0]
        if not opened:  # somebody else with the same link and code was faster, or it was withdrawn meanwhile
            raise NotOpened
        record_at_gate(
            events.OPENED, customer_id=customer, on=("handing", handing), address=whence.address, agent=whence.agent
        )
    remove(customer, file, kept=True)
    return document


def _wrong(hashed: bytes, customer: UUID, handing: UUID, file: UUID, left: int, whence: From) -> None:
    with transaction.atomic(using="gate"):
        said = {"on": ("handing", handing), "outcome": "refused", "address": whence.address, "agent": whence.agent}
        record_at_gate(events.WRONG, customer_id=customer, **said)
        if not left:
            with connections["gate"].cursor() as cursor:
                cursor.execute("select ht.handing_end(%s)", [hashed])
            record_at_gate(events.DEAD, customer_id=customer, **said)
    if not left:
        remove(customer, file, kept=True)


def _reserve(whence: From) -> None:
    if reserve([("network", whence.address.encode(), TRIES_NETWORK)]):
        raise NotOpened
