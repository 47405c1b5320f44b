"""Who was erased, kept outside the database and outside its backups: ids and times, no personal data.

A restore brings erased keys back; `replay` destroys them again. One file per customer, a line for each subject, only
ever appended to and on the disk before it counts. The line is written after COMMIT; what a crash left out there, the
clock's `reconcile` adds from the database.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import os
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from django.conf import settings
from django.db import connections

from heretask.kernel.tenancy.models import Customer

from . import events, forgetting
from .inside import Inside, inside
from .keyfile import sync_folder
from .models import DataKey, Erasure

Stones = dict[UUID, dt.datetime]  # subject -> when it was erased


class Damaged(Exception):
    """A line of a tombstone file is not as it was written; nothing may be concluded from that file."""


def write(customer_id: UUID, stones: Stones) -> int:
    """Add those that are not in the customer's file yet; returns how many. On the disk when this returns."""
    folder = Path(settings.HERETASK_TOMBSTONES)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = _path(customer_id)
    new = not path.exists()
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        there = _whole(file, path)
        lines = [_line(subject, at) for subject, at in stones.items() if subject not in there]
        file.write(b"".join(lines))
        file.flush()
        os.fsync(file.fileno())
    if new:
        sync_folder(folder)
    return len(lines)


def read() -> dict[UUID, Stones]:
    """Every tombstone by customer; raises Damaged, also for a file in that folder that is none of ours."""
    folder = Path(settings.HERETASK_TOMBSTONES)
    paths = sorted(path for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []
    found: dict[UUID, Stones] = {}
    for path in paths:
        try:
            customer_id = UUID(hex=path.name)
        except ValueError:
            raise Damaged(f"{path.name} lies among the tombstones and is none: put it elsewhere")
        found[customer_id] = _read(path)
    return found


def reconcile(since: dt.datetime, alias: str = "clock") -> int:
    """Write down every erasure since then that a crash kept from its file; returns how many there were."""
    found: dict[UUID, Stones] = {}
    with connections[alias].cursor() as cursor:
        cursor.execute("select customer, subject, at from ht.erasures(%s)", [since])
        for customer, subject, at in cursor.fetchall():
            found.setdefault(customer, {})[subject] = at
    return sum(write(customer, stones) for customer, stones in found.items())


def replay(alias: str = "owner") -> int:
    """Erase again whoever a tombstone names and a restore has brought back; returns how many. A second time, none."""
    again = 0
    for customer_id, stones in _known(alias):
        with inside(customer_id, "tombstones", alias) as here:
            back = _brought_back(here, stones)
            if back:
                _erase_again(here, back)
                here.record(events.ERASED_AGAIN, hits=len(back))
        again += len(back)
    return again


def pending(alias: str = "owner") -> int:
    """How many of those whom a tombstone names could still be opened; must be none before anybody is let in."""
    found = 0
    for customer_id, stones in _known(alias):
        with inside(customer_id, "tombstones", alias):
            found += _keys_of(alias, customer_id, stones).count()
    return found


def _known(alias: str) -> list[tuple[UUID, Stones]]:
    """The tombstones of customers that this database has."""
    here = set(Customer.objects.using(alias).values_list("id", flat=True))
    return [(customer_id, stones) for customer_id, stones in read().items() if customer_id in here and stones]


def _brought_back(here: Inside, stones: Stones) -> Stones:
    """Those with a key again, those the database does not know to be erased, and those with words of theirs left."""
    keys = _keys_of(here.alias, here.customer_id, stones).values_list("subject", flat=True)
    told = Erasure.objects.using(here.alias).filter(customer_id=here.customer_id, subject__in=list(stones))
    known = set(told.values_list("subject", flat=True))
    left = forgetting.remembered(here.alias, here.customer_id, list(stones))
    return {subject: at for subject, at in stones.items() if subject in {*keys, *left} or subject not in known}


def _erase_again(here: Inside, stones: Stones) -> None:
    _keys_of(here.alias, here.customer_id, stones).delete()
    Erasure.objects.using(here.alias).bulk_create(
        [Erasure(customer_id=here.customer_id, subject=subject, at=at) for subject, at in stones.items()],
        ignore_conflicts=True,
    )
    forgetting.forget(here.alias, here.customer_id, stones)


def _keys_of(alias: str, customer_id: UUID, subjects: Iterable[UUID]) -> forgetting.Keys:
    return DataKey.objects.using(alias).filter(customer_id=customer_id, subject__in=list(subjects))


def _path(customer_id: UUID) -> Path:
    return Path(settings.HERETASK_TOMBSTONES) / customer_id.hex


def _line(subject: UUID, at: dt.datetime) -> bytes:
    said = f"{subject} {at.astimezone(dt.UTC).isoformat()}"
    return f"{said} {zlib.crc32(said.encode()):08x}\n".encode()


def _read(path: Path) -> Stones:
    with path.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        data = file.read()
    return _parsed(data[: data.rfind(b"\n") + 1], path)


def _whole(file: BinaryIO, path: Path) -> Stones:
    """What a file holds, open for adding to: a last line that a crash cut short is taken away."""
    data = file.read()
    end = data.rfind(b"\n") + 1
    file.truncate(end)
    file.seek(end)
    return _parsed(data[:end], path)


def _parsed(data: bytes, path: Path) -> Stones:
    stones: Stones = {}
    for number, line in enumerate(data.splitlines(), 1):
        said, _blank, check = line.rpartition(b" ")
        try:
            if zlib.crc32(said) != int(check, 16):
                raise ValueError("changed")
            subject, at = said.decode().split(" ")
            stones[UUID(subject)] = dt.datetime.fromisoformat(at)
        except ValueError:
            raise Damaged(f"line {number} of the tombstones {path.name} is not as it was written")
    return stones
