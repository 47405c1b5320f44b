"""The way to the mail server: encrypted, or on this machine. No word of the server's is kept: it repeats addresses."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP as POLICY
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit
from uuid import UUID

from django.conf import settings
from django.utils import timezone

TIMEOUT = 15  # seconds for each answer of the server
PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
HERE = {"localhost", "127.0.0.1", "::1"}
SUITES = (  # of TLS 1.2; those of 1.3 are told apart after the handshake
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305"
)


class NoServer(ValueError):
    """The setting names no mail server that may be used; the message is for the operator."""


class Later(Exception):
    """It did not go now, and may later; the message is a short code."""


class Bounced(Exception):
    """The server refused this recipient or letter for good; the message is its code."""


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server as HERETASK_SMTP names it."""

    scheme: str
    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)


def server() -> Server | None:
    """The mail server; None where none is set. Raises NoServer for one that would be reached without encryption."""
    url = str(settings.HERETASK_SMTP)
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname:
        raise NoServer("HERETASK_SMTP is smtps://, smtp+starttls:// or, on this machine, smtp://")
    if parts.scheme == "smtp" and parts.hostname not in HERE:
        raise NoServer("HERETASK_SMTP names another machine without encryption; use smtps:// or smtp+starttls://")
    return Server(
        parts.scheme, parts.hostname, parts.port or PORTS[parts.scheme], unquote(parts.username or ""),
        unquote(parts.password or ""),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Envelope:
    """One mail, ready to go."""

    id: UUID
    to: str
    subject: str
    body: str
    language: str


@contextmanager
def connected(to: Server) -> Iterator[smtplib.SMTP]:
    """A conversation with the server; raises Later where there is none."""
    try:
        client = _open(to)
    except smtplib.SMTPAuthenticationError:
        raise Later("not let in") from None
    except smtplib.SMTPResponseException as answer:
        raise Later(str(answer.smtp_code)) from None
    except ssl.SSLError:
        raise Later("no encryption") from None
    except (OSError, smtplib.SMTPException):
        raise Later("no connection") from None
    try:
        yield client
    finally:
        with suppress(OSError, smtplib.SMTPException):
            client.quit()


def _open(to: Server) -> smtplib.SMTP:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(SUITES)
    if to.scheme == "smtps":
        client: smtplib.SMTP = smtplib.SMTP_SSL(to.host, to.port, timeout=TIMEOUT, context=context)
    else:
        client = smtplib.SMTP(to.host, to.port, timeout=TIMEOUT)
    try:
        if to.scheme == "smtp+starttls":
            client.starttls(context=context)
        if to.scheme != "smtp" and _bits(client) < 256:
            raise ssl.SSLError("too weak")
        if to.user:
            client.login(to.user, to.password)
    except BaseException:
        client.close()
        raise
    return client


def _bits(client: smtplib.SMTP) -> int:
    cipher = client.sock.cipher() if isinstance(client.sock, ssl.SSLSocket) else None
    return cipher[2] if cipher else 0


def send(client: smtplib.SMTP, mail: Envelope) -> None:
    """Give one mail to the server; raises Bounced or Later."""
    try:
        client.send_message(_message(mail), from_addr=settings.HERETASK_MAIL_FROM, to_addrs=[mail.to])
    except smtplib.SMTPRecipientsRefused as refused:
        raise _answer(next(iter(refused.recipients.values()))[0]) from None
    except smtplib.SMTPSenderRefused as refused:
        raise Later(f"sender {refused.smtp_code}") from None
    except smtplib.SMTPResponseException as refused:
        raise _answer(refused.smtp_code) from None
    except (OSError, smtplib.SMTPException):
        raise Later("no connection") from None


def _answer(code: int) -> Exception:
    return Bounced(str(code)) if code >= 500 else Later(str(code))


def _message(mail: Envelope) -> EmailMessage:
    made = EmailMessage(policy=POLICY)
    made["From"] = f"HereTask <{settings.HERETASK_MAIL_FROM}>"
    made["To"] = mail.to
    made["Subject"] = mail.subject
    made["Date"] = format_datetime(timezone.now())
    made["Message-ID"] = f"<{mail.id}@{settings.HERETASK_MAIL_FROM.rpartition('@')[2]}>"  # the same at every try
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(mail.body)
    made["Content-Language"] = mail.language
    return made
