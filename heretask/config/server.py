"""The processes of one installation: web, sealer, worker and clock, started together and ended together."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType
from urllib.error import HTTPError
from urllib.request import urlopen

from . import certificate
from .installation import Installation

HERE = Path(__file__).parent
RESTARTS = 20  # of all but the web together, before something is wrong that restarting does not mend


def environment(installation: Installation, *, port: int) -> dict[str, str]:
    """What every process of the installation is started with."""
    chain, key = certificate.ensure(installation.path / "secrets" / "tls")
    bind = f"{os.environ.get('HERETASK_BIND', '127.0.0.1')}:{port}"
    return {
        "DJANGO_SETTINGS_MODULE": "heretask.config.settings",
        "HERETASK_CERTIFICATE": str(chain), "HERETASK_CERTIFICATE_KEY": str(key),
        **os.environ,
        "HERETASK_HOME": installation.home, "HERETASK_PORT": str(port), "HERETASK_LISTEN": bind,
        "OPENSSL_CONF": str(HERE / "openssl.cnf"), "PYTHONUNBUFFERED": "1",
    }  # fmt: skip


class Processes:
    """Web, sealer, worker and clock. Ctrl-C or SIGTERM ends all; without the web the others end too."""

    def __init__(
        self, installation: Installation, *, port: int, beside: tuple[str, ...] = ("sealer", "worker", "clock")
    ) -> None:
        self.installation, self.port = installation, port
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.commands: dict[str, tuple[list[str], dict[str, str]]] = {}
        self.stopping = False
        self.beside = beside  # what runs beside the web

    def start(self, seconds: float = 60) -> bool:
        """Start the web and, once it answers, the others, which measure it from outside; whether it did."""
        signal.signal(signal.SIGTERM, self._told)
        signal.signal(signal.SIGINT, self._told)
        base = environment(self.installation, port=self.port)
        web = {k: v for k, v in base.items() if k != "HERETASK_ROLE"}  # it never holds more than its own credentials
        self._begin("web", [sys.executable, "-m", "gunicorn", "-c", f"file:{HERE / 'gunicorn.py'}"], web)
        if not self.wait_until_ready(seconds):
            return False
        for name in self.beside:
            role = {**base, "HERETASK_ROLE": "sealer" if name == "sealer" else "worker"}
            self._begin(name, [sys.executable, "-m", "heretask.config.cli", name], role)
        return True

    def _begin(self, name: str, command: list[str], variables: dict[str, str]) -> None:
        self.commands[name] = (command, variables)
        # a session of its own: Ctrl-C reaches this process only, which ends the others in order
        self.running[name] = subprocess.Popen(command, env=variables, start_new_session=True)

    def wait_until_ready(self, seconds: float) -> bool:
        """Whether the web answers within `seconds`."""
        import ssl

        context = ssl._create_unverified_context()  # noqa: S323  (our own certificate, our own address)
        end = time.monotonic() + seconds
        while time.monotonic() < end and not self.stopping and self.running["web"].poll() is None:
            try:
                with urlopen(self._address(), timeout=2, context=context) as answer:  # noqa: S310  (https, our own)
                    return bool(answer.status == 200)
            except HTTPError:  # it answers: that it does not know this name for itself is the operator's choice
                return True
            except OSError:
                time.sleep(0.1)
        return False

    def wait(self) -> int:
        """Wait until told to stop or until one of them dies; the exit status."""
        restarts = 0
        while not self.stopping:
            for name, process in list(self.running.items()):
                if process.poll() is None or self.stopping:
                    continue
                print(f"{name} ended by itself with status {process.returncode}", file=sys.stderr)  # noqa: T201
                if name == "web" or restarts == RESTARTS:
                    self.stop()
                    return 1
                restarts += 1  # the others may give up, as when a job was taken from them; the web goes on
                self._begin(name, *self.commands[name])
            time.sleep(0.2)
        self.stop()
        return 0

    def _address(self) -> str:
        host = os.environ.get("HERETASK_BIND", "127.0.0.1")
        return f"https://{'localhost' if host in {'127.0.0.1', '0.0.0.0'} else host}:{self.port}/healthz"  # noqa: S104

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
