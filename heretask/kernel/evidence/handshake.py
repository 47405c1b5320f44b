"""Looking at our own address from outside: what it agrees to, and that it refuses what is weaker.

The hello that must be refused is sent byte by byte: a library that would itself refuse to offer a weak suite cannot
tell whether the server does. Nothing is decrypted here; the answer's first bytes say whether it was accepted.
"""

from __future__ import annotations

import datetime as dt
import http.client
import os
import socket
import ssl
from dataclasses import dataclass
from urllib.parse import urlsplit

from cryptography import x509

SECONDS = 5
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})

TLS_1_0, TLS_1_1, TLS_1_2, TLS_1_3 = 0x0301, 0x0302, 0x0303, 0x0304
_OLD = (0xC014, 0xC00A, 0xC013, 0xC009, 0x0035, 0x002F, 0x000A)
WEAK: tuple[tuple[str, int, tuple[int, ...]], ...] = (
    ("TLS 1.0", TLS_1_0, _OLD),
    ("TLS 1.1", TLS_1_1, _OLD),
    (
        "TLS 1.2, 128 bit",
        TLS_1_2,
        (0xC02F, 0xC02B, 0x009C, 0x009E, 0xC027, 0xC023, 0xC013, 0xC009, 0x002F, 0x003C, 0x0067),
    ),
    ("TLS 1.2, no AEAD", TLS_1_2, (0xC014, 0xC00A, 0xC028, 0xC024, 0x0035, 0x003D, 0x0039, 0x006B, 0x000A)),
    ("TLS 1.3, 128 bit", TLS_1_3, (0x1301, 0x1304, 0x1305)),
)


@dataclass(frozen=True, slots=True)
class Agreed:
    """What a browser of today gets."""

    version: str
    suite: str
    bits: int
    days_left: int
    hsts: bool

    @property
    def strong(self) -> bool:
        """Whether it is what DATA-1 promises."""
        aead = "GCM" in self.suite or "POLY1305" in self.suite
        return self.version in {"TLSv1.2", "TLSv1.3"} and self.bits == 256 and aead


def where(address: str) -> tuple[str, int]:
    """Host and port of `https://…`."""
    parts = urlsplit(address)
    return parts.hostname or "localhost", parts.port or 443


def context_for(host: str) -> ssl.SSLContext:
    """How we look: as a browser does; on this very machine the certificate may be one of our own making."""
    context = ssl.create_default_context()
    if host in _LOCAL:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def look(address: str) -> Agreed:
    """Shake hands with `address` and ask it for /healthz. Raises OSError where nobody answers."""
    host, port = where(address)
    asking = http.client.HTTPSConnection(host, port, timeout=SECONDS, context=context_for(host))
    try:
        asking.connect()
        secured = asking.sock
        assert isinstance(secured, ssl.SSLSocket)  # noqa: S101  (what HTTPSConnection makes)
        suite = secured.cipher() or ("", "", 0)
        shown = secured.getpeercert(binary_form=True) or b""
        ends = x509.load_der_x509_certificate(shown).not_valid_after_utc
        version = secured.version() or ""
        asking.request("GET", "/healthz")
        hsts = bool(asking.getresponse().getheader("Strict-Transport-Security"))
    finally:
        asking.close()
    return Agreed(version, suite[0], suite[2] or 0, (ends - dt.datetime.now(dt.UTC)).days, hsts)


def accepted(address: str) -> list[str]:
    """Which of the weak offers `address` goes along with: none of them, if all is well."""
    return [name for name, version, suites in WEAK if _accepts(*where(address), version, suites)]


def _accepts(host: str, port: int, version: int, suites: tuple[int, ...]) -> bool:
    """Whether the answer to such a hello is a ServerHello (handshake record, message 2) instead of an alert."""
    with socket.create_connection((host, port), timeout=SECONDS) as wire:
        wire.sendall(hello(host, version, suites))
        answer = b""
        try:
            while len(answer) < 6:
                piece = wire.recv(6 - len(answer))
                if not piece:
                    return False
                answer += piece
        except ConnectionResetError:
            return False
    return answer[0] == 0x16 and answer[5] == 0x02


def hello(host: str, version: int, suites: tuple[int, ...]) -> bytes:
    """A ClientHello (RFC 8446, 4.1.2; RFC 5246, 7.4.1.2) that offers exactly `suites`."""
    groups = _vector(2, b"".join(_two(g) for g in (0x001D, 0x0017, 0x0018)))
    signatures = (0x0403, 0x0503, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0201, 0x0203)
    extensions = _extension(10, groups) + _extension(11, b"\x01\x00")
    if not host.replace(".", "").isdigit() and ":" not in host:
        extensions += _extension(0, _vector(2, b"\x00" + _vector(2, host.encode("idna"))))
    if version >= TLS_1_2:
        extensions += _extension(13, _vector(2, b"".join(_two(s) for s in signatures)))
    if version == TLS_1_3:
        extensions += _extension(43, _vector(1, _two(TLS_1_3)))
        extensions += _extension(51, _vector(2, _two(0x001D) + _vector(2, os.urandom(32))))
    body = _two(min(version, TLS_1_2)) + os.urandom(32) + _vector(1, os.urandom(32))
    body += _vector(2, b"".join(_two(s) for s in suites)) + b"\x01\x00" + _vector(2, extensions)
    return b"\x16" + _two(TLS_1_0) + _vector(2, b"\x01" + len(body).to_bytes(3, "big") + body)


def _two(number: int) -> bytes:
    return number.to_bytes(2, "big")


def _vector(width: int, data: bytes) -> bytes:
    return len(data).to_bytes(width, "big") + data


def _extension(kind: int, data: bytes) -> bytes:
    return _two(kind) + _vector(2, data)
