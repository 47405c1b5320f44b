"""What a calendar program is given: when somebody is busy, and not a word of with whom, about what or where (DATA-5).

There is no session. The secret in the address finds its owner through one function of the database, which knows times
and can read no word; what is made of them here is fixed text.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

import icalendar
from django.conf import settings
from django.db import connections, transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from heretask.kernel.identity.tries import TRIES_NETWORK, reserve
from heretask.kernel.log.gate import record_at_gate
from heretask.kernel.rhythm import COPENHAGEN

from . import events


class TooOften(Exception):
    """So many asked from one network that it must wait."""


@dataclass(frozen=True, slots=True)
class Busy:
    """A time at which somebody is busy. `id` is the appointment's: random, and worth nothing without a login."""

    id: UUID
    starts_at: dt.datetime
    ends_at: dt.datetime
    timed: bool
    changed_at: dt.datetime

    @property
    def link(self) -> str:
        """Where its owner reads what it is, signed in."""
        return settings.HERETASK_ADDRESS.rstrip("/") + reverse("platform.appointment", args=[self.id])

    @property
    def uid(self) -> str:
        """What stays the same while it is moved, and says nothing."""
        return hashlib.sha256(b"calendar|" + self.id.bytes).hexdigest()[:32] + "@heretask"


def answer(secret: str, *, address: str, agent: str) -> bytes | None:
    """The calendar at the address with that secret; None where no such address lives. Raises TooOften."""
    if reserve([("calendar", address.encode(), TRIES_NETWORK)]):
        raise TooOften
    with transaction.atomic(using="gate"), connections["gate"].cursor() as cursor:
        cursor.execute("select * from ht.calendar_feed(%s)", [hashlib.sha256(secret.encode()).digest()])
        rows = cursor.fetchall()
        if not rows:
            return None
        customer, person, feed, noted, danish = rows[0][:5]
        if noted:
            record_at_gate(
                events.FEED_GIVEN, customer_id=customer, actor=person, on=("feed", feed), address=address, agent=agent
            )
    return compose((Busy(*row[5:]) for row in rows if row[5] is not None), "da" if danish else "en")


def compose(found: Iterable[Busy], language: str) -> bytes:
    """As iCalendar (RFC 5545): of each its time, one sentence that is the same for all, and a link."""
    with translation.override(language):
        calendar = icalendar.Calendar()
        calendar.add("version", "2.0")
        calendar.add("prodid", "-//HereTask//Calendar//EN")
        calendar.add("method", "PUBLISH")
        for one in found:
            event = icalendar.Event()
            event.add("uid", one.uid)
            event.add("dtstamp", one.changed_at.astimezone(dt.UTC))
            event.add("dtstart", _time(one.starts_at, timed=one.timed))
            event.add("dtend", _time(one.ends_at, timed=one.timed))
            event.add("summary", _("Appointment, see HereTask"))
            event.add("url", one.link)
            event.add("class", "PRIVATE")
            calendar.add_component(event)
        return bytes(calendar.to_ical())


def _time(at: dt.datetime, *, timed: bool) -> dt.datetime | dt.date:
    """In UTC, which every program reads alike; whole days as days."""
    return at.astimezone(dt.UTC) if timed else at.astimezone(COPENHAGEN).date()
