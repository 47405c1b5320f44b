"""Feeds for calendar programs: one way for every kind of them, from the address to what is given at it (DATA-5).

A feature declares a `Kind`. There is no session: the secret in the address finds its owner through the kind's function
of the database, which knows times and ids and can read no word; what a program reads is made of them and of fixed text.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import icalendar
from django.conf import settings
from django.db import connections, transaction
from django.db.models import Sum
from django.urls import reverse
from django.utils import timezone, translation

from heretask.kernel.access.decide import Actor, check
from heretask.kernel.access.permissions import Permission
from heretask.kernel.identity.tries import TRIES_NETWORK, reserve
from heretask.kernel.log import record
from heretask.kernel.log.gate import record_at_gate
from heretask.kernel.log.registry import Action

from .models import Feed

OF_ALL = 5  # columns that every kind's function gives first: customer, person, feed, noted, danish


class TooOften(Exception):
    """So many asked from one network that it must wait."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of feed: who may have an address of it, where that leads, and what the log says of it.

    `function` is asked in the database with the hash of a secret; `events_of` makes of its rows what a program shows.
    """

    key: str
    permission: Permission
    address: str
    function: str
    events_of: Callable[[Sequence[Sequence[Any]]], list[icalendar.Event]]
    made: Action
    ended: Action
    given: Action


def made_at(kind: Kind, *, by: Actor) -> dt.datetime | None:
    """Since when somebody has an address of that kind; None where they have none."""
    check(by, kind.permission)
    found = _of(kind, by)
    return found.made_at if found else None


def make(kind: Kind, *, by: Actor) -> str:
    """A new secret for one's address, shown once; the one before is worth nothing from then on."""
    check(by, kind.permission)
    _end(kind, by)
    secret = secrets.token_urlsafe(32)
    made = Feed.objects.create(user_id=by.person_id, kind=kind.key, token_hash=hashlib.sha256(secret.encode()).digest())
    record(kind.made, on=("feed", made.id))
    return secret


def end(kind: Kind, *, by: Actor) -> None:
    """No address any more."""
    check(by, kind.permission)
    ended = _end(kind, by)
    if ended is not None:
        record(kind.ended, on=("feed", ended))


def answer(kind: Kind, secret: str, *, address: str, agent: str) -> bytes | None:
    """The calendar at the address with that secret; None where no such address lives. Raises TooOften."""
    if reserve([("calendar", address.encode(), TRIES_NETWORK)]):
        raise TooOften
    with transaction.atomic(using="gate"), connections["gate"].cursor() as cursor:
        hashed = hashlib.sha256(secret.encode()).digest()
        cursor.execute(f"select * from ht.{kind.function}(%s)", [hashed])  # noqa: S608  (a kind's own)
        rows = cursor.fetchall()
        if not rows:
            return None
        customer, person, feed, noted, danish = rows[0][:OF_ALL]
        if noted:
            record_at_gate(
                kind.given, customer_id=customer, actor=person, on=("feed", feed), address=address, agent=agent
            )
    return compose(kind, [row[OF_ALL:] for row in rows if row[OF_ALL] is not None], "da" if danish else "en")


def compose(kind: Kind, rows: Sequence[Sequence[Any]], language: str) -> bytes:
    """As iCalendar (RFC 5545), in a language."""
    with translation.override(language):
        calendar = icalendar.Calendar()
        calendar.add("version", "2.0")
        calendar.add("prodid", f"-//HereTask//{kind.key.capitalize()}//EN")
        calendar.add("method", "PUBLISH")
        for event in kind.events_of(rows):
            calendar.add_component(event)
        return bytes(calendar.to_ical())


def event(
    prefix: str, id_: UUID, page: str, summary: str, *, starts: dt.date, ends: dt.date | None, changed_at: dt.datetime
) -> icalendar.Event:
    """One line of a calendar: when, a fixed sentence, and the page where its owner reads more, signed in."""
    made = icalendar.Event()
    made.add("uid", uid_of(prefix, id_))
    made.add("dtstamp", changed_at.astimezone(dt.UTC))
    made.add("dtstart", starts)
    if ends is not None:
        made.add("dtend", ends)
    made.add("summary", summary)
    made.add("url", link_of(page, id_))
    made.add("class", "PRIVATE")
    return made


def link_of(page: str, id_: UUID) -> str:
    """Where it is read, signed in. The id is random, and worth nothing without a login."""
    return settings.HERETASK_ADDRESS.rstrip("/") + reverse(page, args=[id_])


def uid_of(prefix: str, id_: UUID) -> str:
    """What stays the same in a calendar program, and says nothing."""
    return hashlib.sha256(prefix.encode() + b"|" + id_.bytes).hexdigest()[:32] + "@heretask"


def unfolded(calendar: bytes) -> str:
    """A calendar with its long lines whole."""
    return calendar.decode().replace("\r\n ", "")


def counted(kind: Kind) -> tuple[int, list[UUID]]:
    """How often programs were given feeds of that kind, and who has an address now, the newest first."""
    given = Feed.objects.filter(kind=kind.key).aggregate(given=Sum("given"))["given"] or 0
    living = Feed.objects.filter(kind=kind.key, ended_at=None).order_by("-made_at")
    return given, list(living.values_list("user_id", flat=True))


def _of(kind: Kind, by: Actor) -> Feed | None:
    return Feed.objects.filter(user_id=by.person_id, kind=kind.key, ended_at=None).first()


def _end(kind: Kind, by: Actor) -> UUID | None:
    found = _of(kind, by)
    if found is None:
        return None
    Feed.objects.filter(id=found.id).update(ended_at=timezone.now())
    return found.id
