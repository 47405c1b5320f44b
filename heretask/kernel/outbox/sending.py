"""The job that sends what waits: claimed in one short transaction, sent outside of any, noted in another.

Where it is killed between, a claim runs out and the letter goes once more, with the same id: a notice may come twice,
and is never lost. Of SMS the provider is asked later whether they arrived: nobody is let in from outside to tell us.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
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

from . import events, guard, posting, sms, smtp
from .addresses import CONFIRM
from .letters import LETTERS
from .models import MailAddress, MailState, OutgoingMail, PhoneNumber, Way
from .telephones import CODE

logger = logging.getLogger("heretask.outbox")
TASK = "outbox.send"
BATCH = 20
SILENT = {"no connection", "no encryption", "not let in"}  # whoever else is asked there gets the same answer
CLAIM = dt.timedelta(minutes=10)  # longer than a batch can take: twenty answers, each in a quarter of a minute
WAITS = tuple(dt.timedelta(minutes=m) for m in (1, 5, 15, 60, 240, 720))
ASKS = tuple(dt.timedelta(minutes=m) for m in (1, 5, 30, 240, 1440, 4320))  # when to ask whether an SMS arrived
KEPT_DAYS = 90
Ready = smtp.Envelope | sms.Text


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one try."""

    id: UUID
    state: MailState
    reason: str = ""
    known_as: int | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What the provider said of an SMS that it took: `arrived` is None where nobody knows yet."""

    id: UUID
    arrived: bool | None
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """An SMS that the provider took, to ask about."""

    id: UUID
    known_as: int


@queue.task(TASK)
def send(_job: UUID) -> None:
    """Send what is due at this customer, and ask what became of SMS."""
    here, mails, texts = ticket(), smtp.server(), sms.gateway()
    if mails is not None:
        _send(here, Way.MAIL, lambda batch: deliver(mails, [one for one in batch if isinstance(one, smtp.Envelope)]))
    if texts is not None:
        _send(here, Way.SMS, lambda batch: text(texts, [one for one in batch if isinstance(one, sms.Text)]))
        _ask(here, texts)


def _send(here: Ticket, way: Way, through: Callable[[Sequence[Ready]], list[Outcome]]) -> None:
    batch = _claimed(here, way)
    while batch:
        outcomes = through(batch)
        with here.enter():
            note(outcomes)
        batch = _claimed(here, way)


def _claimed(here: Ticket, way: Way) -> list[Ready]:
    with here.enter():
        return claim([way])


def _ask(here: Ticket, texts: sms.Gateway) -> None:
    with here.enter():
        batch = to_ask()
    while batch:
        reports = ask(texts, batch)
        with here.enter():
            note_reports(reports)
            batch = to_ask()


def claim(ways: Collection[Way] = tuple(Way)) -> list[Ready]:
    """Take some of what is due, each looked at by the guard; what may not go or is not wanted any more is ended."""
    now = timezone.now()
    due = (
        OutgoingMail.objects.select_for_update(skip_locked=True)
        .filter(
            Q(claimed_until=None) | Q(claimed_until__lt=now),
            state=MailState.WAITING,
            next_try_at__lte=now,
            way__in=ways,
        )
        .order_by("next_try_at", "id")[:BATCH]
    )
    found = list(due)
    users = User.objects.in_bulk({mail.user_id for mail in found})
    places = _places(set(users), {mail.way for mail in found})
    ready = []
    for mail in found:
        envelope = _ready(mail, users[mail.user_id], places.get((mail.user_id, mail.way)))
        if envelope is not None:
            mail.claimed_until, mail.tries = now + CLAIM, mail.tries + 1
            ready.append(envelope)
        mail.save()
    return ready


@dataclass(frozen=True, slots=True)
class _Place:
    """Where somebody wants it now; `proven` for what goes to an address that is theirs for sure."""

    to: str
    proven: bool


def _places(users: Collection[UUID], ways: Collection[str]) -> Mapping[tuple[UUID, str], _Place]:
    """Addresses and telephones that count, opened; telephones only where the customer lets SMS go."""
    found: dict[tuple[UUID, str], _Place] = {}
    if Way.MAIL in ways:
        for address in MailAddress.objects.filter(user_id__in=users, bounced_at=None):
            found[address.user_id, Way.MAIL] = _Place(open_text(address, "address"), bool(address.confirmed_at))
    if Way.SMS in ways and posting.goes_by_sms():
        for number in PhoneNumber.objects.filter(user_id__in=users, bounced_at=None):
            found[number.user_id, Way.SMS] = _Place(open_text(number, "number"), bool(number.proven_at))
    return found


def _ready(mail: OutgoingMail, user: User, place: _Place | None) -> Ready | None:
    """The letter as it would leave, or None where it ends here."""
    to = open_text(mail, "address")
    letter = LETTERS.get(mail.letter)
    if (
        letter is None
        or not user.active
        or place is None
        or place.to != to
        or not (place.proven or mail.letter in {CONFIRM.key, CODE.key})
        or not letter.still(mail.user_id, mail.parameters)
    ):
        _end(mail, MailState.DROPPED, "not wanted")
        return None
    finished = letter.finished(mail.parameters, user.language, mail.way)
    seal(mail, text=finished.text)
    try:
        guard.check(finished)
    except guard.Stopped as stopped:
        _end(mail, MailState.REFUSED, str(stopped))
        record(events.REFUSED, on=("user", mail.user_id), outcome="refused")
        return None
    if mail.way == Way.SMS:
        return sms.Text(mail.id, to, finished.body)
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


def text(to: sms.Gateway, batch: Sequence[sms.Text]) -> list[Outcome]:
    """Send some SMS, each with a request of its own. Where nobody answers, the rest of them wait as well."""
    done: dict[UUID, Outcome] = {}
    why = ""
    for one in batch:
        try:
            done[one.id] = Outcome(one.id, MailState.SENT, known_as=sms.send(to, one))
        except smtp.Bounced as bounced:
            done[one.id] = Outcome(one.id, MailState.BOUNCED, str(bounced))
        except smtp.Later as later:
            why = str(later)
            done[one.id] = Outcome(one.id, MailState.WAITING, why)
            if why in SILENT:
                break
    return [done.get(one.id, Outcome(one.id, MailState.WAITING, why)) for one in batch]


def to_ask() -> list[Sent]:
    """Some SMS of which it is time to ask whether they arrived; the next time is set before anybody is asked."""
    now = timezone.now()
    due = OutgoingMail.objects.select_for_update(skip_locked=True).filter(ask_at__lte=now).order_by("ask_at")[:BATCH]
    found = []
    for mail in due:
        mail.asked += 1
        mail.ask_at = now + ASKS[mail.asked] if mail.asked < len(ASKS) else None
        mail.save(update_fields=["asked", "ask_at"])
        if mail.known_as is not None:
            found.append(Sent(mail.id, mail.known_as))
    return found


def ask(to: sms.Gateway, batch: Sequence[Sent]) -> list[Report]:
    """Ask what became of some SMS; nothing of those of which there is no answer now."""
    reports = []
    for one in batch:
        try:
            reports.append(Report(one.id, sms.arrived(to, one.known_as)))
        except smtp.Bounced as bounced:
            reports.append(Report(one.id, None, str(bounced)))
        except smtp.Later as later:
            if str(later) in SILENT:
                break
    return reports


def note_reports(reports: Sequence[Report]) -> None:
    """Write down which SMS arrived, which were lost, and which telephones there are not."""
    rows = OutgoingMail.objects.select_for_update().in_bulk([report.id for report in reports])
    for report in reports:
        mail = rows[report.id]
        if mail.state != MailState.SENT or not (report.refused or report.arrived is not None):
            continue
        mail.ask_at = None
        if report.arrived:
            mail.arrived_at = timezone.now()
        elif report.refused:
            _end(mail, MailState.BOUNCED, report.refused)
        else:
            _end(mail, MailState.FAILED, "lost")
        mail.save()
        if not report.arrived:
            _tell(mail)


def note(outcomes: Sequence[Outcome]) -> None:
    """Write down what became of each: sent, given up, refused by the server, or to be tried again."""
    now = timezone.now()
    rows = OutgoingMail.objects.select_for_update().in_bulk([o.id for o in outcomes])
    for outcome in outcomes:
        mail = rows[outcome.id]
        mail.claimed_until = None
        if outcome.state is not MailState.WAITING:
            _end(mail, outcome.state, outcome.reason)
            if outcome.known_as is not None:
                mail.known_as, mail.ask_at = outcome.known_as, now + ASKS[0]
        elif mail.tries > len(WAITS):
            _end(mail, MailState.FAILED, outcome.reason)
        else:
            mail.reason, mail.next_try_at = outcome.reason, now + WAITS[mail.tries - 1]
        mail.save()
        _tell(mail)


def _end(mail: OutgoingMail, state: MailState, reason: str) -> None:
    mail.state, mail.reason, mail.ended_at, mail.claimed_until = state, reason[:40], timezone.now(), None
    if mail.letter == CODE.key:
        mail.parameters = {"code": "0"}  # it stays sealed in what was sent, and nowhere else


_EVENTS = {
    (Way.MAIL, MailState.SENT): events.SENT, (Way.SMS, MailState.SENT): events.SMS_SENT,
    (Way.MAIL, MailState.FAILED): events.FAILED, (Way.SMS, MailState.FAILED): events.SMS_FAILED,
    (Way.MAIL, MailState.BOUNCED): events.BOUNCED, (Way.SMS, MailState.BOUNCED): events.SMS_BOUNCED,
}  # fmt: skip


def _tell(mail: OutgoingMail) -> None:
    """The event of a mail that has ended; a bounce stands at the address, where its owner sees it."""
    action = _EVENTS.get((Way(mail.way), MailState(mail.state)))
    if action is not None:
        record(action, on=("user", mail.user_id), outcome=mail.reason or "done")
        said = " ".join(filter(None, (mail.state, mail.reason)))
        logger.info("%s ended as %s", "a mail" if mail.way == Way.MAIL else "an SMS", said)
    if mail.state == MailState.BOUNCED and mail.way == Way.SMS:
        for number in PhoneNumber.objects.select_for_update().filter(user_id=mail.user_id):
            if open_text(number, "number") == open_text(mail, "address"):
                number.bounced_at, number.bounce = mail.ended_at, mail.reason
                number.save(update_fields=["bounced_at", "bounce"])
    elif mail.state == MailState.BOUNCED:
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
    return _of_those_who_left(MailAddress, most)


@cleans("outbox.number")
def _clean_numbers(most: int) -> int:
    """Their telephone numbers."""
    return _of_those_who_left(PhoneNumber, most)


def _of_those_who_left(model: type[MailAddress] | type[PhoneNumber], most: int) -> int:
    closed = timezone.now() - dt.timedelta(days=30)
    left = model._default_manager.filter(user__active=False, user__deactivated_at__lt=closed)
    gone, _by_model = model._default_manager.filter(id__in=list(left.values_list("id", flat=True)[:most])).delete()
    return gone
