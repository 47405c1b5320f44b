"""The process that takes backups and drills: it alone has their credentials. Who starts it keeps what it says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .target import PGBACKREST

ROLE = "backup"
Told = Callable[[str, int, int], None]


def may_run(kind: str) -> bool:
    """Whether this account can take a backup of this kind: pgBackRest only as the owner of the data folder."""
    data = os.environ.get("HERETASK_PG_DATA", "")
    return kind != PGBACKREST or os.geteuid() == 0 or (Path(data).exists() and Path(data).stat().st_uid == os.geteuid())


def run(what: str, *arguments: str, told: Told) -> dict[str, Any]:
    """Run `heretask backup …` apart from this process; `told` hears each step, the answer is its result.

    One that ends without a result answers with what it can: that it ended.
    """
    command = [sys.executable, "-m", "heretask.config.cli", "backup", what, *arguments, "--json"]
    environment = {**os.environ, "HERETASK_ROLE": ROLE, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    result: dict[str, Any] | None = None
    with subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None  # noqa: S101  (asked for above)
        try:
            for line in process.stdout:
                said: dict[str, Any] = json.loads(line)
                if "result" in said:
                    result = said["result"]
                else:
                    told(said["step"], said["done"], said["of"])
        except BaseException:
            process.terminate()
            raise
    return result or {"outcome": "failed", "code": "ended", "why": f"it ended with status {process.returncode}"}
