"""A real mail server on this machine, which keeps what it is given; and the look through all of it when a run has ended."""

from __future__ import annotations

import os
import re
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from typing import Any
from uuid import UUID

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.db import connections

from heretask.config import provision
from heretask.kernel.identity.people import all_ids, names_of
from heretask.kernel.identity.sessions import operator
from heretask.kernel.log import record
from heretask.kernel.outbox.letters import LETTERS
from heretask.kernel.secrets.keys import CannotOpen
from heretask.kernel.secrets.opening import load_keys, open_text
from heretask.kernel.secrets.words import words_of
from heretask.kernel.tenancy.models import Customer
from heretask.social.citizens.models import Citizen
from heretask.social.journal import events as journal
from heretask.social.journal.models import Note
from tests import database
from tests.telephones import Text

_IDS = re.compile(r"https://\S+|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{64}")
_CPR = re.compile(r"(?<!\d)\d\d[ .]?\d\d[ .]?\d\d[ -]{0,3}\d{4}(?!\d)")


@dataclass
class Letter:
    """A mail as the server got it."""

    to: str
    subject: str
    body: str
    headers: dict[str, str]
    raw: bytes

    @property
    def text(self) -> str:
        """Everything but to whom it is: no name and no number may stand in any header either."""
        rest = "\n".join(f"{name}: {value}" for name, value in self.headers.items() if name.lower() != "to")
        return f"{rest}\n{self.body}"


@dataclass
class Mailbox:
    """The server. Addresses decide how it answers: gone… is refused for good, full… for now, spam… after the text."""

    letters: list[Letter] = field(default_factory=list)
    controller: Any = None
    full: set[str] = field(default_factory=set)

    def start(self) -> None:
        """Listen on a port of its own, and let the settings name it, here and in processes that are started."""
        self.controller = Controller(self, hostname="127.0.0.1", port=_free())
        self.controller.start()
        os.environ["HERETASK_SMTP"] = settings.HERETASK_SMTP = f"smtp://127.0.0.1:{self.controller.port}"

    def stop(self) -> None:
        """Listen no more."""
        self.controller.stop()

    async def handle_RCPT(  # noqa: N802  (aiosmtpd's name)
        self, _server: SMTP, _session: Session, envelope: Envelope, to: str, _options: list[str]
    ) -> str:
        """Whether it takes this recipient."""
        if to.startswith("gone"):
            return f"550 5.1.1 {to} is unknown here"  # as servers do: the address is in their answer
        if to.startswith("full") or to in self.full:
            return "451 4.2.2 try again"
        envelope.rcpt_tos.append(to)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  (aiosmtpd's name)
        """Keep it."""
        if envelope.rcpt_tos[0].startswith("spam"):
            return "554 5.7.1 refused"
        raw = envelope.content or b""
        assert isinstance(raw, bytes)
        mail = message_from_bytes(raw, policy=default)
        body = mail.get_content()
        self.letters.append(
            Letter(envelope.rcpt_tos[0], str(mail["Subject"]), body, {k: str(v) for k, v in mail.items()}, raw)
        )
        return "250 OK"

    def to(self, address: str) -> list[Letter]:
        """What one address got."""
        return [one for one in self.letters if one.to == address]


MAILBOX = Mailbox()


def _free() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def secure(context: ssl.SSLContext, *, at_once: bool) -> Controller:
    """A second server that speaks encrypted: at once, or when it is asked to."""
    more: dict[str, Any] = {"ssl_context": context} if at_once else {"tls_context": context, "require_starttls": True}
    return Controller(MAILBOX, hostname="127.0.0.1", port=_free(), server_hostname="localhost", **more)


def post() -> None:
    """Have what is due sent now, mails and SMS, through clock and queue."""
    from tests.work import work

    with database.superuser() as admin:
        admin.execute("delete from kernel_job where task = 'outbox.send' and ended_at is not null")
    with connections["clock"].cursor() as cursor:
        cursor.execute("select ht.tick_mail()")
    work(sealed=False)


def look_through(box: Mailbox, texts_sent: Sequence[Text] = ()) -> list[str]:
    """What in the mails and SMS of this run must not have left: a name, a CPR number, a note's or a message's words."""
    read = [*(one.text for one in box.letters), *(f"{one.sender}\n{one.body}" for one in texts_sent)]
    if not read:
        return []
    names, texts = _known()
    ours = {w for one in LETTERS.values() for language in ("da", "en") for w in _fixed(one.key, language)}
    found = []
    for whole in read:
        left = _IDS.sub(" ", whole)
        if _CPR.search(left):
            found.append("a CPR number")
        found += [f"a name of {len(word)} letters" for word in (set(words_of(left)) & names) - ours]
        found += [f"a text of {len(text)} letters" for text in texts if text in whole]
    return found


def _fixed(key: str, language: str) -> set[str]:
    from django.utils import translation

    with translation.override(language):
        return set(words_of(f"{LETTERS[key].subject} {LETTERS[key].body} {LETTERS[key].sms} HereTask"))


def _known() -> tuple[set[str], set[str]]:
    """Every word of a name and every text of those customers from whom a mail went."""
    with database.superuser() as admin:
        rows = admin.execute("select distinct customer_id from kernel_outgoingmail where state <> 'waiting'").fetchall()
    names: set[str] = set()
    texts: set[str] = set()
    for customer_id in [UUID(str(row[0])) for row in rows]:
        customer = Customer.objects.using("owner").get(id=customer_id)
        with operator(customer, "mail"):
            assert provision.operator_of(customer).kind == "operator"
            names |= {word for name in names_of(all_ids()).values() for word in words_of(name) if len(word) > 2}
            citizens = list(Citizen.objects.filter(erased_at=None))
            load_keys(c.id for c in citizens)
            opened = set()
            for citizen in citizens:
                try:
                    names |= {word for word in words_of(open_text(citizen, "name")) if len(word) > 2}
                    opened.add(citizen.id)
                except CannotOpen:
                    continue
            texts |= {open_text(note, "text") for note in Note.objects.filter(citizen_id__in=opened)}
            record(journal.TODAY_SEEN, opened=opened)
    return names, {text for text in texts if len(text) > 5}
