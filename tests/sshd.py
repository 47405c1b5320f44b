"""A real sshd on loopback, for one test: a port, a configuration and keys of its own; stopped with it."""

from __future__ import annotations

import datetime as dt
import getpass
import os
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from ops.sshd import found

GOOD = {
    "PasswordAuthentication": "no", "KbdInteractiveAuthentication": "no", "PermitRootLogin": "no",
    "PermitEmptyPasswords": "no", "PubkeyAuthentication": "yes",
}  # fmt: skip
HOST = "testhost"


def sshd() -> str:
    """The program; as root it wants a folder that only a started service has."""
    program = found()
    if program is None:
        pytest.fail("OpenSSH's server is missing: make test installs it, or says how to")
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    return program


def configuration(folder: Path, port: int = 22, **settings: str) -> Path:
    """A configuration with a host key of its own; what is not given is good."""
    host = folder / "host"
    if not host.exists():
        _keygen(host)
    lines = {
        "Port": str(port), "ListenAddress": "127.0.0.1", "HostKey": str(host), "PidFile": str(folder / "pid"),
        "AuthorizedKeysFile": str(folder / "key.pub"), "StrictModes": "no", **GOOD, **settings,
    }  # fmt: skip
    made = folder / "sshd_config"
    made.write_text("".join(f"{name} {value}\n" for name, value in lines.items()))
    return made


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs: its log as rsyslog would write it, and the account and key that get in."""

    folder: Path
    port: int
    account: str

    @property
    def log(self) -> Path:
        """The log file."""
        return self.folder / "auth.log"

    @property
    def fingerprint(self) -> str:
        """Of the key that gets in."""
        told = subprocess.run(
            ["ssh-keygen", "-lf", str(self.folder / "key.pub")], check=True, capture_output=True, text=True
        )
        return told.stdout.split()[1]

    def visit(self, command: str = "true") -> None:
        """Sign in, run something, leave; the log has told of it."""
        before = self.log.read_text().count("Disconnected from user")
        subprocess.run(
            ["ssh", "-F", "none", "-p", str(self.port), "-i", str(self.folder / "key"), "-o", "BatchMode=yes",
             "-o", "StrictHostKeyChecking=no", "-o", f"UserKnownHostsFile={self.folder / 'known'}",
             f"{self.account}@127.0.0.1", command],
            check=True, capture_output=True, timeout=30,
        )  # fmt: skip
        _until(lambda: self.log.read_text().count("Disconnected from user") > before)


@contextmanager
def running(folder: Path) -> Iterator[Server]:
    """The server. Its lines get the stamp, the machine and the process that syslog gives them."""
    _keygen(folder / "key")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    made = Server(folder, port, getpass.getuser())
    # the tests sign in as whoever runs them, which may be root; no password is known to anybody
    given = configuration(folder, port, UsePAM="no", PermitRootLogin="prohibit-password")
    process = subprocess.Popen(
        [sshd(), "-D", "-e", "-f", str(given)], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    made.log.touch()
    pump = threading.Thread(target=_stamp, args=(process, made.log), daemon=True)
    pump.start()
    try:
        _until(lambda: "Server listening" in made.log.read_text())
        yield made
    finally:
        process.terminate()
        process.wait(timeout=10)
        pump.join(timeout=10)


def _stamp(process: subprocess.Popen[str], log: Path) -> None:
    assert process.stderr is not None
    with log.open("a") as file:
        for line in process.stderr:
            at = dt.datetime.now(dt.UTC).isoformat(timespec="microseconds")
            file.write(f"{at} {HOST} sshd[{process.pid}]: {line.strip()}\n")
            file.flush()


def _keygen(path: Path) -> None:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(path)], check=True, timeout=30)


def _until(ready: object, seconds: float = 20) -> None:
    assert callable(ready)
    end = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)
