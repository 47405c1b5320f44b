"""The demo's own mail server: takes every mail, and keeps it as a file that anybody may read to see what leaves."""

from __future__ import annotations

import os
import socket
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

KEPT = 200  # files


class Mailbox:
    """A server on this machine alone; its files lie in the demo's own folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.controller: Controller | None = None

    def start(self) -> str:
        """Listen, and say under which address, as HERETASK_SMTP takes it."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.controller = Controller(self, hostname="127.0.0.1", port=port)
        self.controller.start()
        return f"smtp://127.0.0.1:{port}"

    def stop(self) -> None:
        """Listen no more."""
        if self.controller is not None:
            self.controller.stop()

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  (its name)
        """Keep one mail; the oldest go."""
        kept = sorted(self.folder.glob("*.eml"))
        for old in kept[: max(0, len(kept) - KEPT + 1)]:
            old.unlink(missing_ok=True)
        number = int(kept[-1].stem) + 1 if kept else 1
        handle = os.open(self.folder / f"{number:06}.eml", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(envelope.content if isinstance(envelope.content, bytes) else b"")
        return "250 kept"
