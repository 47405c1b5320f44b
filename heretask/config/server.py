"""The processes of one installation: web, worker and clock, started together and ended together."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType
from urllib.request import Request, urlopen

from . import certificate
from .installation import Installation

HERE = Path(__file__).parent


def environment(installation: Installation, *, port: int) -> dict[str, str]:
    """What every process of the installation is started with."""
    chain, key = certificate.ensure(installation.path / "secrets" / "tls")
    bind = os.environ.get("HERETASK_BIND", f"127.0.0.1:{port}")
    return {
        "DJANGO_SETTINGS_MODULE": "heretask.config.settings",
        "HERETASK_CERTIFICATE": str(chain), "HERETASK_CERTIFICATE_KEY": str(key),
        **os.environ,
        "HERETASK_HOME": installation.home, "HERETASK_PORT": str(port), "HERETASK_BIND": bind,
        "OPENSSL_CONF": str(HERE / "openssl.cnf"), "PYTHONUNBUFFERED": "1",
    }  # fmt: skip


class Processes:
    """Web, worker and clock. Ctrl-C or SIGTERM ends all; a process that dies ends the others."""

    def __init__(self, installation: Installation, *, port: int) -> None:
        self.installation, self.port = installation, port
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.stopping = False

    def start(self, seconds: float = 60) -> bool:
        """Start the web and, once it answers, worker and clock, which measure it from outside; whether it did."""
        signal.signal(signal.SIGTERM, self._told)
        signal.signal(signal.SIGINT, self._told)
        base = environment(self.installation, port=self.port)
        web = {k: v for k, v in base.items() if k != "HERETASK_ROLE"}  # it never holds more than its own credentials
        others = {**base, "HERETASK_ROLE": "worker"}
        self._begin("web", [sys.executable, "-m", "gunicorn", "-c", f"file:{HERE / 'gunicorn.py'}"], web)
        if not self.wait_until_ready(seconds):
            return False
        for name in ("worker", "clock"):
            self._begin(name, [sys.executable, "-m", "heretask.config.cli", name], others)
        return True

    def _begin(self, name: str, command: list[str], variables: dict[str, str]) -> None:
        # a session of its own: Ctrl-C reaches this process only, which ends the others in order
        self.running[name] = subprocess.Popen(command, env=variables, start_new_session=True)

    def wait_until_ready(self, seconds: float) -> bool:
        """Whether the web answers within `seconds`."""
        import ssl

        context = ssl._create_unverified_context()  # noqa: S323  (our own certificate, our own address)
        end = time.monotonic() + seconds
        while time.monotonic() < end and not self.stopping and self.running["web"].poll() is None:
            try:
                with urlopen(Request(f"https://localhost:{self.port}/healthz"), timeout=2, context=context) as answer:
                    return bool(answer.status == 200)
            except OSError:
                time.sleep(0.1)
        return False

    def wait(self) -> int:
        """Wait until told to stop or until one of them dies; the exit status."""
        while not self.stopping:
            for name, process in self.running.items():
                if process.poll() is not None:
                    print(f"{name} ended by itself with status {process.returncode}", file=sys.stderr)  # noqa: T201
                    self.stop()
                    return 1
            time.sleep(0.2)
        self.stop()
        return 0

    def _told(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def stop(self) -> None:
        """End all, politely first."""
        self.stopping = True
        for process in self.running.values():
            if process.poll() is None:
                process.terminate()
        end = time.monotonic() + 12
        for process in self.running.values():
            try:
                process.wait(max(0.1, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
