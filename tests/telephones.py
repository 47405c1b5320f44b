"""A real provider of SMS on this machine, which keeps what it is given, and answers badly where a test asks it to."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from heretask.demo import texting
from tests import database

Answer = Callable[[Any], None]


@dataclass
class Text:
    """An SMS as the provider got it."""

    to: str
    sender: str
    body: str
    reference: str


class Telephones(texting.Telephones):
    """The demo's provider; SMS lie in `texts`, by what they are known as less one."""

    def __init__(self) -> None:
        super().__init__(database.HOME / "telephones" / database.WORKER)
        self.texts: list[Text] = []
        self.asked: list[tuple[str, str]] = []
        self.badly: Answer | None = None
        self.let_go = threading.Event()

    def listen(self) -> None:
        """Start, and let the settings name it, here and in processes that are started."""
        url, chain = self.start()
        os.environ["HERETASK_SMS"] = settings.HERETASK_SMS = url
        os.environ["HERETASK_SMS_CA"] = settings.HERETASK_SMS_CA = chain

    def keep(self, number: str, sender: str, message: str, reference: str) -> None:
        """Remember one SMS."""
        self.texts.append(Text(number, sender, message, reference))

    def answer(self, handler: Any, question: Any) -> None:
        """As the demo's, or as the test has it."""
        self.asked.append((handler.command, handler.path))
        if self.badly is not None:
            self.badly(handler)
        else:
            super().answer(handler, question)

    @contextmanager
    def answering(self, badly: Answer) -> Iterator[None]:
        """Every answer is this one."""
        self.let_go.clear()
        self.badly = badly
        try:
            yield
        finally:
            self.badly = None
            self.let_go.set()

    def to(self, number: str) -> list[Text]:
        """What one telephone got."""
        return [one for one in self.texts if one.to == number]

    def arrives(self, state: str) -> None:
        """What the provider says from now on of the newest SMS."""
        self.states[max(self.states)] = state

    def hang(self, _handler: Any) -> None:
        """Say nothing until the test is over."""
        self.let_go.wait(20)

    def flood(self, handler: Any) -> None:
        """An answer that goes on until nobody listens."""
        handler.send_response(200)
        handler.end_headers()
        while not self.let_go.is_set():
            handler.wfile.write(b'{"ids": [7]}' + b" " * 10_000)

    def drip(self, handler: Any) -> None:
        """Begin an answer, and go on so slowly that it never ends."""
        handler.wfile.write(b"HTTP/1.0 200 OK\r\n")
        while not self.let_go.wait(0.05):
            handler.wfile.write(b"X")
            handler.wfile.flush()


TELEPHONES = Telephones()


def status(code: int, body: bytes = b"{}", **headers: str) -> Answer:
    """An answer with that status."""
    return lambda handler: handler.send(code, body, **headers)
