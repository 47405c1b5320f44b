"""The way to the provider of SMS: GatewayAPI's REST interface over TLS. Its answers count by code, no word is kept.

One request for one SMS, and later one for whether it arrived. No redirect is followed, no more of an answer is read
than one of theirs has, and each request has an end, however slowly the other side speaks.
"""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import UUID

from django.conf import settings

from .smtp import SUITES, Bounced, Later, NoServer

PROVIDER = "GatewayAPI"
SENDER = "HereTask"  # at most eleven letters
TIMEOUT = 15  # seconds for each answer
WHOLE = 20  # seconds for all of one request
LARGEST = 64 * 1024  # bytes of an answer; theirs have a few hundred
MOST = 2**63 - 1  # what we can keep as a number of theirs
WRONG = {400, 422}  # this number or text will never go
SEND, ME = "/rest/mtsms", "/rest/me"

ARRIVED, LOST, NEVER = {"DELIVERED"}, {"EXPIRED", "DELETED", "SKIPPED"}, {"UNDELIVERABLE", "REJECTED"}


@dataclass(frozen=True, slots=True)
class Gateway:
    """The provider as HERETASK_SMS names it."""

    host: str
    port: int
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Text:
    """One SMS, ready to go; `to` is a number with its country, and no plus."""

    id: UUID
    to: str
    body: str


def gateway() -> Gateway | None:
    """The provider; None where none is set. Raises NoServer for an address without encryption or without a token."""
    url = str(settings.HERETASK_SMS)
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or not parts.username or parts.path.strip("/") or parts.query:
        raise NoServer("HERETASK_SMS is https://TOKEN@host")
    try:
        port = parts.port or 443
    except ValueError:
        raise NoServer("HERETASK_SMS is https://TOKEN@host") from None
    return Gateway(parts.hostname, port, unquote(parts.username))


def send(to: Gateway, text: Text) -> int:
    """Give one SMS to the provider, and say what it is known as there. Raises Bounced or Later."""
    status, answer = _asked(to, "POST", SEND, {
        "sender": SENDER, "message": text.body, "recipients": [{"msisdn": int(text.to)}], "userref": str(text.id),
    })  # fmt: skip
    if status in WRONG:
        raise Bounced(str(status))
    match answer:
        case {"ids": [int(known), *_]} if status == 200 and 0 < known <= MOST:
            return known
    raise _later(status)


def arrived(to: Gateway, known_as: int) -> bool | None:
    """Whether an SMS has arrived: False where it is lost, None where nobody knows yet. Raises Bounced or Later."""
    status, answer = _asked(to, "GET", f"{SEND}/{known_as:d}")
    match answer:
        case {"recipients": [{"dsnstatus": str(said)}, *_]} if status == 200:
            if said in NEVER:
                raise Bounced(said.lower())
            return True if said in ARRIVED else False if said in LOST else None
    raise _later(status)


def sign_in(to: Gateway) -> None:
    """Ask who we are there, and send nothing. Raises Later where we are not let in."""
    status, answer = _asked(to, "GET", ME)
    if status != 200 or not isinstance(answer, dict):
        raise _later(status)


def _later(status: int) -> Later:
    return Later("not let in" if status in {401, 403} else "no sense" if status == 200 else str(status))


def _asked(to: Gateway, method: str, path: str, body: dict[str, Any] | None = None) -> tuple[int, Any]:
    """Status and JSON of an answer; None for what is no JSON. Raises Later where there is none, or no end of it."""
    given = None if body is None else json.dumps(body, ensure_ascii=False).encode()
    headers = {
        "Authorization": f"Token {to.token}", "Accept": "application/json", "Connection": "close",
        "User-Agent": SENDER,
    }  # fmt: skip
    if given is not None:
        headers["Content-Type"] = "application/json"
    try:
        with _connected(to) as connection:
            connection.request(method, path, body=given, headers=headers)
            response = connection.getresponse()
            read = response.read(LARGEST + 1)
    except (ssl.SSLEOFError, ssl.SSLZeroReturnError):  # they hung up, or we did
        raise Later("no connection") from None
    except ssl.SSLError:
        raise Later("no encryption") from None
    except (OSError, HTTPException, ValueError):
        raise Later("no connection") from None
    if len(read) > LARGEST:
        raise Later("no sense")
    try:
        return response.status, json.loads(read)
    except (ValueError, RecursionError):
        return response.status, None


@contextmanager
def _connected(to: Gateway) -> Iterator[HTTPSConnection]:
    """An encrypted connection that is cut off when its time is over, whatever it waits for."""
    context = ssl.create_default_context()
    if settings.HERETASK_SMS_CA:
        context.load_verify_locations(cafile=settings.HERETASK_SMS_CA)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(SUITES)
    raw = socket.create_connection((to.host, to.port), TIMEOUT)
    wire = context.wrap_socket(raw, server_hostname=to.host, do_handshake_on_connect=False)
    over = threading.Event()
    end = threading.Timer(WHOLE, _cut, [wire, over])
    end.daemon = True
    end.start()
    try:
        wire.do_handshake()
        cipher = wire.cipher()
        if cipher is None or cipher[2] < 256:
            raise ssl.SSLError("too weak")
        connection = HTTPSConnection(to.host, to.port, timeout=TIMEOUT, context=context)
        connection.sock = wire
        connection.auto_open = 0
        yield connection
        if over.is_set():  # what was read is no whole answer
            raise OSError("no end")
    finally:
        end.cancel()
        wire.close()


def _cut(wire: ssl.SSLSocket, over: threading.Event) -> None:
    over.set()
    with suppress(OSError):
        socket.socket.shutdown(wire, socket.SHUT_RDWR)  # the socket beneath: whoever reads from it wakes with nothing
