"""The demo's own provider of SMS: speaks the real one's interface over TLS, and keeps every SMS as a file to read."""

from __future__ import annotations

import json
import os
import ssl
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from typing import Any, cast

from heretask.config import certificate

TOKEN = "demo"  # noqa: S105  (it opens nothing but this)
KEPT = 200  # files
LONGEST = 10_000  # bytes of a question


class Telephones:
    """A provider on this machine alone; `folder` holds its certificate and the SMS."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.states: dict[int, str] = {}  # what became of each SMS, by what it is known as
        self.numbers = count(1)
        self.server: _Server | None = None

    def start(self) -> tuple[str, str]:
        """Listen, and say under which address and behind which certificate, as HERETASK_SMS and _SMS_CA take it."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        chain, key = certificate.ensure(self.folder / "certificate")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(chain, key)
        self.server = _Server(("127.0.0.1", 0), self, context)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return f"https://{TOKEN}@localhost:{self.server.server_port}", str(chain)

    def stop(self) -> None:
        """Listen no more."""
        if self.server is not None:
            self.server.shutdown()
            self.server.server_close()

    def answer(self, handler: _Handler, question: Any) -> None:
        """Answer one request as the real one does."""
        if handler.headers.get("Authorization") != f"Token {TOKEN}":
            handler.say(401, {"code": "0x0214", "message": "Unauthorized"})
        elif handler.command == "GET" and handler.path == "/rest/me":
            handler.say(200, {"credit": 100.0, "currency": "DKK", "id": 1})
        elif handler.command == "GET" and handler.path.startswith("/rest/mtsms/"):
            state = self.states.get(int(handler.path.rpartition("/")[2]))
            found = {"recipients": [{"dsnstatus": state}]} if state else {"message": "Not found"}
            handler.say(200 if state else 404, found)
        elif handler.command == "POST" and handler.path == "/rest/mtsms":
            self._take(handler, question)
        else:
            handler.say(404, {"message": "Not found"})

    def _take(self, handler: _Handler, question: Any) -> None:
        match question:
            case {
                "sender": str(sender),
                "message": str(message),
                "recipients": [{"msisdn": int(number)}],
                "userref": str(reference),
            } if 0 < len(sender) <= 11 and message:
                known_as = next(self.numbers)
                self.states[known_as] = "DELIVERED"
                self.keep(str(number), sender, message, reference)
                handler.say(200, {"ids": [known_as], "usage": {"countries": {"DK": 1}, "currency": "DKK"}})
            case _:
                handler.say(422, {"code": "0x0208", "message": "Invalid"})

    def keep(self, number: str, sender: str, message: str, _reference: str) -> None:
        """Keep one SMS as a file; the oldest go."""
        kept = sorted(self.folder.glob("*.txt"))
        for old in kept[: max(0, len(kept) - KEPT + 1)]:
            old.unlink(missing_ok=True)
        at = int(kept[-1].stem) + 1 if kept else 1
        handle = os.open(self.folder / f"{at:06}.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(f"From: {sender}\nTo: +{number}\n\n{message}\n")


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], telephones: Telephones, context: ssl.SSLContext) -> None:
        super().__init__(address, _Handler)
        self.telephones = telephones
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is nothing to tell of."""


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        """One question, with a body."""
        given = self.rfile.read(min(int(self.headers.get("Content-Length", 0)), LONGEST))
        question = None
        with suppress(ValueError):
            question = json.loads(given)
        cast("_Server", self.server).telephones.answer(self, question)

    def do_GET(self) -> None:
        """One question without."""
        cast("_Server", self.server).telephones.answer(self, None)

    def say(self, status: int, said: Any) -> None:
        """Answer with JSON."""
        self.send(status, json.dumps(said).encode())

    def send(self, status: int, body: bytes, **headers: str) -> None:
        """Answer with bytes."""
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  (its name)
        """Nothing: what is said here has numbers in it."""
