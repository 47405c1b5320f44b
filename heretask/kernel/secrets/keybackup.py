"""A copy of citizens' wrapped keys and customers' rings in a file of its own, kept for days and not for months.

Whoever is erased stays in copies of the database, but not their key: copies of the database leave the keys out, and
this file goes soon. It is sealed under a key of its own that the outermost key wraps, so it opens nothing by itself.
Whoever has a tombstone is left out on reading, and the keys are wrapped anew for the database as it is then.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connections, transaction

from heretask.kernel.tenancy.models import Customer

from . import events, keys, providers, rings, tombstones
from .files import SealedReader, SealedWriter
from .inside import Inside, inside
from .models import DataKey, Erasure

MAGIC = b"HTK1"
BATCH = 500
_PLACE = b"key backup"


class Mismatch(Exception):
    """The copy belongs to another installation, or to customers that this database does not have as they were."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What a copy holds, or what was read back of it; `refused` are those with a tombstone or an erasure."""

    customers: int
    keys: int
    refused: int = 0


def write(out: Path, alias: str = "owner") -> Counted:
    """Write the copy, as of one moment. It appears under its name only when it is complete; raises files.NoRoom."""
    key = keys.make_key()
    wrapped = providers.wrap(key, _PLACE)
    head = MAGIC + len(wrapped).to_bytes(2, "big") + wrapped
    customers = count = 0
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        cursor.execute("set transaction isolation level repeatable read")
        with SealedWriter(key, _PLACE + head, out, head) as file:
            for customer in Customer.objects.using(alias).order_by("id"):
                customers += 1
                file.write(_line({"customer": customer.id.hex, "ring": bytes(customer.wrapped_key).hex()}))
                with inside(customer.id, "key backup", alias):
                    for row in DataKey.objects.using(alias).filter(customer_id=customer.id).iterator(BATCH):
                        file.write(
                            _line({"subject": row.subject.hex, "key": bytes(row.wrapped).hex(), "id": row.id.hex})
                        )
                        count += 1
            file.write(_line({"customers": customers, "keys": count}))
    return Counted(customers, count)


def read(source: Path, alias: str = "owner") -> Counted:
    """Put the keys back that are missing. Raises CannotOpen for a file that is bent, and Mismatch for another's.

    First the whole file is read and checked; then each customer's keys go in, in one transaction. A second time
    nothing changes.
    """
    said = _checked(source)
    customers = restored = refused = 0
    stones = tombstones.read()
    group: list[dict[str, Any]] = []
    ring, owner = b"", UUID(int=0)
    for line in chain(_lines(source), [{"customer": ""}]):
        if "customer" in line:
            if ring:
                done = _put_back(owner, ring, group, set(stones.get(owner, {})), alias)
                customers, restored, refused = customers + 1, restored + done[0], refused + done[1]
            if line["customer"]:
                owner, ring, group = UUID(line["customer"]), bytes.fromhex(line["ring"]), []
        elif "subject" in line:
            group.append(line)
    if customers != said.customers:
        raise Mismatch("the copy does not say what it holds")
    return Counted(customers, restored, refused)


def _put_back(
    customer_id: UUID, stored: bytes, lines: list[dict[str, Any]], stones: set[UUID], alias: str
) -> tuple[int, int]:
    """One customer's keys; returns how many went in and how many were refused."""
    if not Customer.objects.using(alias).filter(id=customer_id).exists():
        raise Mismatch(f"the database does not have the customer {customer_id}: restore it first")
    with inside(customer_id, "key backup", alias) as here:
        copied = rings.opened(customer_id, stored)
        now = _ring_now(here, stored, copied)
        there = set(DataKey.objects.using(alias).filter(customer_id=customer_id).values_list("subject", flat=True))
        told = Erasure.objects.using(alias).filter(customer_id=customer_id)
        gone = stones | set(told.values_list("subject", flat=True))
        here.rows("select ht.hold_keys(%s)", customer_id)
        made, refused = [], 0
        for line in lines:
            subject = UUID(line["subject"])
            refused += subject in gone
            if subject not in gone and subject not in there:
                key = copied.unwrap(customer_id, subject, bytes.fromhex(line["key"]))
                wrapped = now.wrap(customer_id, subject, key)
                made.append(DataKey(id=UUID(line["id"]), customer_id=customer_id, subject=subject, wrapped=wrapped))
        DataKey.objects.using(alias).bulk_create(made, batch_size=BATCH)
        if made:
            here.record(events.KEYS_READ_BACK, hits=len(made))
    return len(made), refused


def _ring_now(here: Inside, stored: bytes, copied: rings.Ring) -> rings.Ring:
    """The customer's ring as the database has it; the copy's, where the database's does not open any more."""
    now = here.ring(locked=True)
    if not rings.opens(here.customer_id, now):
        here.put_ring(stored)
        return copied
    ring = rings.opened(here.customer_id, now)
    if ring.data_key != copied.data_key:
        raise Mismatch("the copy's customer has another key than the database's: it belongs to another installation")
    return ring


def _checked(source: Path) -> Counted:
    """Read the whole file once, before anything is changed: what its last line says it holds."""
    last: dict[str, Any] = {}
    customers = count = 0
    for last in _lines(source):
        customers += "ring" in last
        count += "subject" in last
    if (last.get("customers"), last.get("keys")) != (customers, count):
        raise keys.CannotOpen("the copy of the keys is not whole")
    return Counted(customers, count)


def _lines(source: Path) -> Iterator[dict[str, Any]]:
    with source.open("rb") as file:
        begin = file.read(len(MAGIC) + 2)
        wrapped = file.read(int.from_bytes(begin[-2:], "big"))
    head = begin + wrapped
    if not head.startswith(MAGIC):
        raise keys.CannotOpen("is no copy of keys")
    rest = b""
    for piece in SealedReader(providers.unwrap(wrapped, _PLACE), _PLACE + head, source, len(head)):
        *whole, rest = (rest + piece).split(b"\n")
        yield from (json.loads(line) for line in whole)
    if rest:
        raise keys.CannotOpen("the copy of the keys is not whole")


def _line(said: dict[str, Any]) -> bytes:
    return json.dumps(said, separators=(",", ":")).encode() + b"\n"
