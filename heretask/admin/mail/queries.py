"""Counting what went out. Nothing is opened: neither an address nor a text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count
from django.utils import timezone

from heretask.kernel.identity.people import names_of
from heretask.kernel.outbox.models import MailAddress, MailState, OutgoingMail, PhoneNumber, Way
from heretask.kernel.outbox.posting import goes_by_sms

__all__ = ["Seen", "Telephone", "Wrong", "goes_by_sms", "outbox"]

DAYS = 30
SHOWN = 50
TELEPHONES = 500  # a house has sixty people
WRONG = (MailState.FAILED, MailState.BOUNCED, MailState.REFUSED)


@dataclass(frozen=True, slots=True)
class Wrong:
    """A mail or SMS that did not arrive: whose, since when, and the server's code."""

    name: str
    way: str
    letter: str
    state: str
    reason: str
    tries: int
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Telephone:
    """Who can be told by SMS, and whether it works; the number stays closed."""

    name: str
    proven: bool
    refused: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """The outbox as its administrators see it."""

    counts: dict[str, int]
    texted: int
    arrived: int
    wrong: list[Wrong]
    waiting: list[Wrong]
    bounced: list[str]
    telephones: list[Telephone]
    goes_by_sms: bool


def outbox() -> Seen:
    """Counts of 30 days by state, the newest that went wrong, what is tried again, and whose address is refused."""
    since = timezone.now() - dt.timedelta(days=DAYS)
    rows = OutgoingMail.objects.filter(made_at__gte=since)
    counts = dict(rows.order_by().values_list("state").annotate(n=Count("id")))
    wrong = list(rows.filter(state__in=WRONG).order_by("-made_at")[:SHOWN])
    waiting = list(OutgoingMail.objects.filter(state=MailState.WAITING, tries__gt=0).order_by("made_at")[:SHOWN])
    bounced = list(MailAddress.objects.exclude(bounced_at=None).values_list("user_id", flat=True)[:SHOWN])
    numbers = list(PhoneNumber.objects.filter(user__active=True).defer("number", "code")[:TELEPHONES])
    names = names_of({*(m.user_id for m in (*wrong, *waiting)), *bounced, *(n.user_id for n in numbers)})
    by_sms = rows.filter(way=Way.SMS, state=MailState.SENT).aggregate(sent=Count("id"), arrived=Count("arrived_at"))
    telephones = [Telephone(names.get(n.user_id, ""), bool(n.proven_at), bool(n.bounced_at)) for n in numbers]
    return Seen(
        counts, by_sms["sent"], by_sms["arrived"], [_told(m, names) for m in wrong], [_told(m, names) for m in waiting],
        sorted(names.get(user, "") for user in bounced), sorted(telephones, key=lambda one: one.name.casefold()),
        goes_by_sms(),
    )  # fmt: skip


def _told(mail: OutgoingMail, names: Mapping[UUID, str]) -> Wrong:
    return Wrong(
        names.get(mail.user_id, ""), mail.way, mail.letter, mail.state, mail.reason, mail.tries,
        mail.ended_at or mail.next_try_at,
    )  # fmt: skip
