"""Counting what went out. Nothing is opened: neither an address nor a text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count
from django.utils import timezone

from heretask.kernel.identity.people import names_of
from heretask.kernel.outbox.models import MailAddress, MailState, OutgoingMail

DAYS = 30
SHOWN = 50
WRONG = (MailState.FAILED, MailState.BOUNCED, MailState.REFUSED)


@dataclass(frozen=True, slots=True)
class Wrong:
    """A mail that did not arrive: whose, since when, and the server's code."""

    name: str
    letter: str
    state: str
    reason: str
    tries: int
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Seen:
    """The outbox as its administrators see it."""

    counts: dict[str, int]
    wrong: list[Wrong]
    waiting: list[Wrong]
    bounced: list[str]


def outbox() -> Seen:
    """Counts of 30 days by state, the newest that went wrong, what is tried again, and whose address is refused."""
    since = timezone.now() - dt.timedelta(days=DAYS)
    rows = OutgoingMail.objects.filter(made_at__gte=since)
    counts = dict(rows.order_by().values_list("state").annotate(n=Count("id")))
    wrong = list(rows.filter(state__in=WRONG).order_by("-made_at")[:SHOWN])
    waiting = list(OutgoingMail.objects.filter(state=MailState.WAITING, tries__gt=0).order_by("made_at")[:SHOWN])
    bounced = list(MailAddress.objects.exclude(bounced_at=None).values_list("user_id", flat=True)[:SHOWN])
    names = names_of({*(m.user_id for m in (*wrong, *waiting)), *bounced})
    return Seen(
        counts, [_told(m, names) for m in wrong], [_told(m, names) for m in waiting],
        sorted(names.get(user, "") for user in bounced),
    )  # fmt: skip


def _told(mail: OutgoingMail, names: Mapping[UUID, str]) -> Wrong:
    return Wrong(
        names.get(mail.user_id, ""), mail.letter, mail.state, mail.reason, mail.tries,
        mail.ended_at or mail.next_try_at,
    )  # fmt: skip
