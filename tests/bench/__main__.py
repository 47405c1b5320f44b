"""`python -m tests.bench [--quick] [--only G2,G5] [--out folder]`: measure, print a table, leave a report."""

from __future__ import annotations

import argparse
import os
import sys
import time
from contextlib import nullcontext
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .figures import Row

PARTS = {
    "G1": "reading", "G2": "storing", "G4": "sealing", "G5": "exporting", "G6": "verifying", "G8": "searching", "G10": "asking",
    "G11": "entering", "G11B": "telling",
    "G12": "serving", "G16": "fetching", "G17": "proving", "G18": "notifying",
}  # fmt: skip
ROOT = Path(__file__).resolve().parents[2]


def main(arguments: list[str] | None = None) -> int:
    """Everything; the exit status says whether it could be measured, never whether a goal is reached."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("--quick", action="store_true", help="small and short: whether it runs, not what it says")
    parser.add_argument("--only", default=",".join(PARTS), help="which parts, divided by commas: %(default)s")
    parser.add_argument("--out", type=Path, default=ROOT / ".heretask" / "bench", help="where the report goes")
    asked = parser.parse_args(arguments)
    chosen = [part for part in PARTS if part in asked.only.upper().split(",")]
    database = _prepare()
    from . import machine, report

    started = time.time()
    database.make_clone()
    try:
        with nullcontext() if asked.quick else database.flushed():
            run = report.Run(started, machine.name(), quick=asked.quick)
            for part in chosen:
                _say(f"{part} …")
                rows: list[Row] = import_module(f"tests.bench.{PARTS[part]}").measure(quick=asked.quick)
                run.rows += rows
    finally:
        database.drop_clone()
        database.stop_if_unused()
    run.seconds = time.time() - started
    sys.stdout.write(report.table(run))
    _say(f"written: {report.write(run, asked.out)}")
    return 0


def _prepare() -> ModuleType:
    """As tests/conftest.py does: the cluster, then the settings, then Django."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "heretask.config.settings"  # the product's own, its password hash included
    os.environ["HERETASK_ROLE"] = "tests"
    from tests import database

    database.point_at_clone()
    import django

    django.setup()
    return database


def _say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")


if __name__ == "__main__":
    sys.exit(main())
