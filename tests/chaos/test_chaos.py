"""A short run of the trials; `make chaos` is the long one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_kills_lose_nothing() -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST_", "HERETASK_", "DJANGO_"))}
    environment |= {k: v for k, v in os.environ.items() if k == "HERETASK_PG_BIN"}
    command = [
        sys.executable, "-m", "tests.chaos", "--writers", "8", "--events", "2000", "--kills", "2", "--rounds", "2",
    ]  # fmt: skip
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=240)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "sealer: written 2,000" in done.stdout
    assert "database: rounds 2" in done.stdout
