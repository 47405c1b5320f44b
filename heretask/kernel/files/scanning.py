"""Asking ClamAV, where an installation names one, over clamd's socket: what cannot be asked is not taken."""

from __future__ import annotations

import logging
import socket
import struct

from django.conf import settings
from django.utils.translation import gettext as _

from .policies import Refused

logger = logging.getLogger("heretask.files")
SECONDS = 20
_PIECE = 64 * 1024


def scan(data: bytes) -> None:
    """Raise Refused where ClamAV knows the content, or where it is set and does not answer; nothing where it is not."""
    place = str(settings.HERETASK_CLAMAV)
    if not place:
        return
    try:
        answer = _asked(place, data)
    except OSError as failure:
        logger.error("the scanner for malware does not answer: %s", type(failure).__name__)
        raise Refused(
            _("Files cannot be checked for malware right now, so none is taken. Try again in a while.")
        ) from None
    if answer == b"stream: OK":
        return
    if answer.endswith(b" FOUND"):
        raise Refused(_("The scanner for malware knows this file as harmful. It was not kept."))
    logger.error("the scanner for malware could not look at a file")
    raise Refused(_("Files cannot be checked for malware right now, so none is taken. Try again in a while."))


def _asked(place: str, data: bytes) -> bytes:
    with _connected(place) as line:
        line.settimeout(SECONDS)
        line.sendall(b"zINSTREAM\0")
        for at in range(0, len(data), _PIECE):
            piece = data[at : at + _PIECE]
            line.sendall(struct.pack("!I", len(piece)) + piece)
        line.sendall(struct.pack("!I", 0))
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < 4096:
            more = line.recv(4096)
            if not more:
                break
            answer += more
    return answer.strip(b"\0\n ")


def _connected(place: str) -> socket.socket:
    """A connection to a socket's path, or to `host:port`."""
    if place.startswith("/"):
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(SECONDS)
        try:
            line.connect(place)
        except OSError:
            line.close()
            raise
        return line
    host, _colon, port = place.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=SECONDS)
