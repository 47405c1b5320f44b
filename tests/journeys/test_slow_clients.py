"""Connections that say nothing, or half a sentence, keep nobody else from being answered (OWASP: slow HTTP attacks)."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

MANY = 20  # more than the threads of this server
BOUND = 60  # seconds: a bound for waiting on a busy machine, not a measurement


def trusting() -> ssl.SSLContext:
    return ssl._create_unverified_context()  # noqa: S323  (the tests' own certificate)


def opened(address: str, *, shaken: bool, said: bytes = b"") -> socket.socket:
    """A connection to the server that has done this much and waits."""
    place = urlsplit(address)
    plain = socket.create_connection((str(place.hostname), int(place.port or 0)), timeout=BOUND)
    client = trusting().wrap_socket(plain, server_hostname=place.hostname) if shaken else plain
    if said:
        client.sendall(said)
    return client


def answered(address: str) -> int:
    with urlopen(address + "/healthz", timeout=BOUND, context=trusting()) as answer:  # noqa: S310  (https, our own)
        return int(answer.status)


@pytest.fixture
def crowd(address: str) -> Iterator[ExitStack]:
    assert answered(address) == 200
    with ExitStack() as stack:
        yield stack


@pytest.mark.parametrize("shaken", [False, True], ids=["without a handshake", "after the handshake"])
def test_who_says_nothing_holds_no_thread(address: str, crowd: ExitStack, shaken: bool) -> None:
    for _ in range(MANY):
        crowd.enter_context(opened(address, shaken=shaken))
    assert answered(address) == 200


def test_half_a_head_is_not_waited_for_long(address: str, crowd: ExitStack) -> None:
    half = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
    clients = [crowd.enter_context(opened(address, shaken=True, said=half)) for _ in range(MANY)]
    assert answered(address) == 200
    try:
        end = clients[0].recv(1000)
    except (ConnectionResetError, ssl.SSLError):
        end = b""
    assert not end.startswith(b"HTTP/1.1 200")


def test_a_head_in_two_pieces_is_answered(address: str) -> None:
    with opened(address, shaken=True, said=b"GET /healthz HTTP/1.1\r\nHost: loc") as client:
        client.sendall(b"alhost\r\nConnection: close\r\n\r\n")
        assert client.recv(1000).startswith(b"HTTP/1.1 200")
