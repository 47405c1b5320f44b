"""What a calendar program is given of the wheel: which duty is due on which day, and a link. No name, no note."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from uuid import UUID

import icalendar
from django.conf import settings
from django.db import connections, transaction
from django.urls import reverse
from django.utils import translation

from heretask.kernel.identity.tries import TRIES_NETWORK, reserve
from heretask.kernel.log.gate import record_at_gate
from heretask.system.records.rules import RULES

from . import events

Due = tuple[UUID, str, dt.date, dt.datetime]


class TooOften(Exception):
    """So many asked from one network that it must wait."""


def answer(secret: str, *, address: str, agent: str) -> bytes | None:
    """The calendar at the address with that secret; None where no such address lives. Raises TooOften."""
    if reserve([("wheel", address.encode(), TRIES_NETWORK)]):
        raise TooOften
    with transaction.atomic(using="gate"), connections["gate"].cursor() as cursor:
        cursor.execute("select * from ht.wheel_feed(%s)", [hashlib.sha256(secret.encode()).digest()])
        rows = cursor.fetchall()
        if not rows:
            return None
        customer, person, feed, noted, danish = rows[0][:5]
        if noted:
            record_at_gate(
                events.FEED_GIVEN, customer_id=customer, actor=person, on=("feed", feed), address=address, agent=agent
            )
    return compose((tuple(row[5:]) for row in rows if row[5] is not None), "da" if danish else "en")


def link_of(id_: UUID) -> str:
    """Where the duty is read, signed in."""
    return settings.HERETASK_ADDRESS.rstrip("/") + reverse("system.wheel_duty", args=[id_])


def uid_of(id_: UUID) -> str:
    """What stays the same in a calendar program, and says nothing."""
    return hashlib.sha256(b"wheel|" + id_.bytes).hexdigest()[:32] + "@heretask"


def compose(found: Iterable[Due], language: str) -> bytes:
    """As iCalendar (RFC 5545): a whole day for each duty of the wheel, with its sentence and a link."""
    with translation.override(language):
        calendar = icalendar.Calendar()
        calendar.add("version", "2.0")
        calendar.add("prodid", "-//HereTask//Annual wheel//EN")
        calendar.add("method", "PUBLISH")
        for id_, key, due_on, made_at in found:
            rule = RULES.get(key)
            if rule is None or not rule.season:
                continue
            event = icalendar.Event()
            event.add("uid", uid_of(id_))
            event.add("dtstamp", made_at.astimezone(dt.UTC))
            event.add("dtstart", due_on)
            event.add("dtend", due_on + dt.timedelta(days=1))
            event.add("summary", str(rule.sentence))
            event.add("url", link_of(id_))
            event.add("class", "PRIVATE")
            calendar.add_component(event)
        return bytes(calendar.to_ical())
