"""The job that sends what waits: claimed in one short transaction, sent outside of any, noted in another.

Where it is killed between, a claim runs out and the mail goes once more, with the same Message-ID: a notice may come
twice, and is never lost.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from smtplib import SMTP
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from heretask.kernel.identity.models import User
from heretask.kernel.jobs import queue
from heretask.kernel.jobs.worker import Ticket, ticket
from heretask.kernel.log import record
from heretask.kernel.retention.cleaning import cleans, remove_older
from heretask.kernel.secrets.opening import open_text, seal

from . import events, guard, smtp
from .addresses import CONFIRM
from .letters import LETTERS
from .models import MailAddress, MailState, OutgoingMail

logger = logging.getLogger("heretask.outbox")
TASK = "outbox.send"
BATCH = 20
CLAIM = dt.timedelta(minutes=10)  # longer than a batch can take: twenty answers, each in a quarter of a minute
WAITS = tuple(dt.timedelta(minutes=m) for m in (1, 5, 15, 60, 240, 720))
KEPT_DAYS = 90


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one try."""

    id: UUID
    state: MailState
    reason: str = ""


@queue.task(TASK)
def send(_job: UUID) -> None:
    """Send what is due at this customer."""
    here, to = ticket(), smtp.server()
    if to is None:
        return
    batch = _claimed(here)
    while batch:
        outcomes = deliver(to, batch)
        with here.enter():
            note(outcomes)
        batch = _claimed(here)


def _claimed(here: Ticket) -> list[smtp.Envelope]:
    with here.enter():
        return claim()


def claim() -> list[smtp.Envelope]:
    """Take some of what is due, each looked at by the guard; what may not go or is not wanted any more is ended."""
    now = timezone.now()
    due = (
        OutgoingMail.objects.select_for_update(skip_locked=True)
        .filter(Q(claimed_until=None) | Q(claimed_until__lt=now), state=MailState.WAITING, next_try_at__lte=now)
        .order_by("next_try_at", "id")[:BATCH]
    )
    found = list(due)
    users = User.objects.in_bulk({mail.user_id for mail in found})
    addresses = {a.user_id: a for a in MailAddress.objects.filter(user_id__in=users)}
    ready = []
    for mail in found:
        envelope = _ready(mail, users[mail.user_id], addresses.get(mail.user_id))
        if envelope is not None:
            mail.claimed_until, mail.tries = now + CLAIM, mail.tries + 1
            ready.append(envelope)
        mail.save()
    return ready


def _ready(mail: OutgoingMail, user: User, address: MailAddress | None) -> smtp.Envelope | None:
    """The mail as it would leave, or None where it ends here."""
    to = open_text(mail, "address")
    wanted = address is not None and (address.confirmed_at or mail.letter == CONFIRM.key) and not address.bounced_at
    letter = LETTERS.get(mail.letter)
    if (
        letter is None
        or not user.active
        or not wanted
        or address is None
        or open_text(address, "address") != to
        or not letter.still(mail.user_id, mail.parameters)
    ):
        _end(mail, MailState.DROPPED, "not wanted")
        return None
    finished = letter.finished(mail.parameters, user.language)
    seal(mail, text=finished.text)
    try:
        guard.check(finished)
    except guard.Stopped as stopped:
        _end(mail, MailState.REFUSED, str(stopped))
        record(events.REFUSED, on=("user", mail.user_id), outcome="refused")
        return None
    return smtp.Envelope(mail.id, to, finished.subject, finished.body, user.language)


def deliver(to: smtp.Server, batch: Sequence[smtp.Envelope]) -> list[Outcome]:
    """Send a batch in one conversation. Outside of any transaction: a server may take its time."""
    done: dict[UUID, Outcome] = {}
    why = "no connection"
    try:
        with smtp.connected(to) as client:
            for mail in batch:
                done[mail.id] = _try(client, mail)
    except smtp.Later as later:
        why = str(later)
    return [done.get(mail.id, Outcome(mail.id, MailState.WAITING, why)) for mail in batch]


def _try(client: SMTP, mail: smtp.Envelope) -> Outcome:
    try:
        smtp.send(client, mail)
    except smtp.Bounced as bounced:
        return Outcome(mail.id, MailState.BOUNCED, str(bounced))
    except smtp.Later as later:
        return Outcome(mail.id, MailState.WAITING, str(later))
    return Outcome(mail.id, MailState.SENT)


def note(outcomes: Sequence[Outcome]) -> None:
    """Write down what became of each: sent, given up, refused by the server, or to be tried again."""
    now = timezone.now()
    rows = OutgoingMail.objects.select_for_update().in_bulk([o.id for o in outcomes])
    for outcome in outcomes:
        mail = rows[outcome.id]
        mail.claimed_until = None
        if outcome.state is not MailState.WAITING:
            _end(mail, outcome.state, outcome.reason)
        elif mail.tries > len(WAITS):
            _end(mail, MailState.FAILED, outcome.reason)
        else:
            mail.reason, mail.next_try_at = outcome.reason, now + WAITS[mail.tries - 1]
        mail.save()
        _tell(mail)


def _end(mail: OutgoingMail, state: MailState, reason: str) -> None:
    mail.state, mail.reason, mail.ended_at, mail.claimed_until = state, reason[:40], timezone.now(), None


_EVENTS = {MailState.SENT: events.SENT, MailState.FAILED: events.FAILED, MailState.BOUNCED: events.BOUNCED}


def _tell(mail: OutgoingMail) -> None:
    """The event of a mail that has ended; a bounce stands at the address, where its owner sees it."""
    action = _EVENTS.get(MailState(mail.state))
    if action is not None:
        record(action, on=("user", mail.user_id), outcome=mail.reason or "done")
        logger.info("a mail ended as %s", " ".join(filter(None, (mail.state, mail.reason))))
    if mail.state == MailState.BOUNCED:
        for address in MailAddress.objects.select_for_update().filter(user_id=mail.user_id):
            if open_text(address, "address") == open_text(mail, "address"):
                address.bounced_at, address.bounce = mail.ended_at, mail.reason
                address.save(update_fields=["bounced_at", "bounce"])


@cleans("outbox.mail")
def _clean(most: int) -> int:
    """What was sent goes after 90 days."""
    return remove_older(OutgoingMail, KEPT_DAYS, most)


@cleans("outbox.address")
def _clean_addresses(most: int) -> int:
    """The addresses of those whose login was closed 30 days ago."""
    closed = timezone.now() - dt.timedelta(days=30)
    left = MailAddress.objects.filter(user__active=False, user__deactivated_at__lt=closed)
    gone, _by_model = MailAddress.objects.filter(id__in=list(left.values_list("id", flat=True)[:most])).delete()
    return gone
