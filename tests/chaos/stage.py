"""An installation of its own in a folder that goes again: its own PostgreSQL, migrated, with a small customer."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from heretask.config import cluster, installation

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def scratch() -> Iterator[cluster.Cluster]:
    """Make it, point the settings at it and set Django up; to be entered once in a process, before anything else."""
    home = Path(tempfile.mkdtemp(prefix="heretask-chaos-"))
    home.chmod(0o755)  # PostgreSQL's own user must get through, where this runs as root
    os.environ |= {
        "HERETASK_HOME": str(home), "HERETASK_ROLE": "tests", "DJANGO_SETTINGS_MODULE": "tests.settings",
        "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    base = cluster.Cluster(home)
    try:
        base.start()
        chosen = installation.load()
        chosen.host = str(base.socket)
        chosen.save()
        cluster.prepare(base.conninfo(), chosen.database, chosen.passwords)
        command = [sys.executable, "-m", "heretask.config.cli", "migrate"]
        subprocess.run(command, env={**os.environ, "HERETASK_ROLE": "operator"}, cwd=ROOT, check=True)
        import django

        django.setup()
        yield base
    finally:
        base.stop()
        shutil.rmtree(home, ignore_errors=True)
        if base.files != home / "postgres":
            shutil.rmtree(base.files, ignore_errors=True)


class Sealers:
    """Some sealers of the product, each a process; the one that works can be killed, and another is started for it."""

    def __init__(self, count: int) -> None:
        self.running = [self._start() for _ in range(count)]
        self.killed = 0

    @staticmethod
    def _start() -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "heretask.config.cli", "sealer"]
        return subprocess.Popen(command, env={**os.environ, "HERETASK_ROLE": "sealer"}, cwd=ROOT)

    def kill_leader(self) -> None:
        """SIGKILL to the one that has worked longest, which is the leader, and a new one at the end of the line."""
        leader = self.running.pop(0)
        leader.send_signal(signal.SIGKILL)
        leader.wait()
        self.killed += 1
        self.running.append(self._start())

    def end(self) -> None:
        """End all."""
        for one in self.running:
            one.terminate()
        for one in self.running:
            one.wait(30)


def kill_database(base: cluster.Cluster) -> None:
    """SIGKILL to PostgreSQL and all its processes at once, then start it again; recovery is its own matter."""
    parent = int((base.data / "postmaster.pid").read_text().splitlines()[0])
    children = [int(pid) for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]
    for pid in [parent, *children]:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    for pid in [parent, *children]:
        cluster.wait_until_gone(pid)
    begun = time.monotonic()
    while not base.running() and time.monotonic() - begun < 60:
        with suppress(cluster.NoPostgres):  # the last one's memory may take a moment to go
            base.start()
