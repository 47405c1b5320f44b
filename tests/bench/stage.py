"""What pages are measured with: citizens with journals of several lengths, and requests as the server gets them."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from io import BytesIO
from typing import Any
from uuid import UUID

from django.utils import timezone

from heretask.kernel.identity.sessions import operator
from heretask.social.journal.actions import build_note
from heretask.social.journal.models import Note, NoteKind
from tests.cast import Cast
from tests.social.people import make_citizen

TEXT = """sov roligt i nat og var veltilpas ved morgenbordet hjulpet i bad huden er fin gik en tur i haven spiste det
meste af maden ville gerne have besøg af sin søster talte om gamle dage lidt træt efter middag fik sin medicin"""
WORDS = TEXT.split()


def journal(cast: Cast, length: int) -> UUID:
    """A citizen of Anna's unit with that many signed notes, by Anna and Bo; two in a hundred are of today."""
    citizen = make_citizen(cast, "Birthe Holm", room="4", allergies="Penicillin")
    chance, now = random.Random(length), timezone.now()
    for first in range(0, length, 500):
        with operator(cast.solsikken, "bench"):
            Note.objects.bulk_create(
                build_note(
                    citizen_id=citizen.id, author_id=chance.choice([cast.anna, cast.bo]).user.id,
                    kind=chance.choice(NoteKind.values), text=" ".join(chance.choices(WORDS, k=chance.randint(15, 80))),
                    happened_at=now - dt.timedelta(hours=7 * n + 1), written_at=now - dt.timedelta(hours=7 * n),
                )
                for n in range(first, min(first + 500, length))
            )  # fmt: skip
    return citizen.id


class Browser:
    """Sends requests to the WSGI application in this process, which is what the server does after reading them."""

    def __init__(self, token: str) -> None:
        from heretask.config.wsgi import application

        self._application: Callable[..., Any] = application
        self._cookie = f"__Host-ht={token}"

    def get(self, path: str) -> tuple[int, bytes]:
        """The status and the whole answer."""
        status = 0

        def start(line: str, _headers: list[tuple[str, str]], _failure: Any = None) -> None:
            nonlocal status
            status = int(line.split(maxsplit=1)[0])

        answer = self._application(
            {
                "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": "", "SERVER_NAME": "localhost",
                "SERVER_PORT": "443", "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_HOST": "localhost",
                "REMOTE_ADDR": "127.0.0.1", "HTTP_COOKIE": self._cookie, "HTTP_USER_AGENT": "Mozilla/5.0 (bench)",
                "wsgi.url_scheme": "https", "wsgi.input": BytesIO(), "wsgi.errors": None, "wsgi.version": (1, 0),
            },
            start,
        )  # fmt: skip
        try:
            return status, b"".join(answer)
        finally:
            answer.close()
