"""What measurements share: the period, the log's and the gate's rows of the customer that is being measured."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from heretask.kernel.identity.models import Credential, Session
from heretask.kernel.log.models import Event
from heretask.kernel.log.trace import detail_place, trace
from heretask.kernel.secrets.keys import open_bytes
from heretask.kernel.tenancy.base import current

PERIOD = dt.timedelta(days=30)


def since() -> dt.datetime:
    """Where the period of a measurement begins."""
    return timezone.now() - PERIOD


def microseconds(moment: dt.datetime) -> int:
    """A moment as the log writes it."""
    return int(moment.timestamp() * 1_000_000)


def moment(microseconds_since_1970: int) -> dt.datetime:
    """A moment of the log as a moment."""
    return dt.datetime.fromtimestamp(microseconds_since_1970 / 1_000_000, tz=dt.UTC)


def events_since(start: dt.datetime) -> QuerySet[Event]:
    """Events of this customer; the policy alone keeps the others out."""
    return Event.objects.filter(at__gte=microseconds(start))


def plain_detail(event: Event) -> bytes | None:
    """The opened variables of an event, as they were hashed."""
    if event.detail is None:
        return None
    return open_bytes(trace().customer_key, bytes(event.detail), detail_place(current().customer_id, event.id))


def detail_of(event: Event) -> dict[str, Any]:
    """The opened variables of an event."""
    found: dict[str, Any] = json.loads(plain_detail(event) or b"{}")
    return found


def person_sessions() -> QuerySet[Session]:
    """Sessions of people at this customer in the period. The gate sees all customers; the filter keeps apart."""
    return Session.objects.filter(customer_id=current().customer_id, kind="person", made_at__gte=since())


def credentials() -> QuerySet[Credential]:
    """The credentials of this customer's users."""
    return Credential.objects.filter(customer_id=current().customer_id)
