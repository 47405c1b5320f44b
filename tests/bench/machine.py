"""On which machine a figure was taken: without it a ratio says little."""

from __future__ import annotations

import os
import platform
from pathlib import Path

from tests import database


def name() -> dict[str, str]:
    """Processor, cores, memory, Python and PostgreSQL."""
    with database.superuser() as admin:
        row = admin.execute("select current_setting('server_version'), current_setting('fsync')").fetchone()
    assert row is not None
    return {
        "processor": _first("/proc/cpuinfo", "model name") or platform.processor() or platform.machine(),
        "cores": str(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()),
        "memory": _gibibytes(_first("/proc/meminfo", "MemTotal")),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "postgresql": str(row[0]),
        "flushes": "on" if row[1] == "on" else "off",
        "load_before": " ".join(f"{value:.2f}" for value in os.getloadavg()),
    }


def _first(path: str, key: str) -> str:
    file = Path(path)
    for line in file.read_text().splitlines() if file.exists() else ():
        if line.startswith(key):
            return line.split(":", 1)[1].strip()
    return ""


def _gibibytes(kibibytes: str) -> str:
    return f"{int(kibibytes.split(maxsplit=1)[0]) / 1024 / 1024:.0f} GiB" if kibibytes else "unknown"
