"""Real backups for the tests: taken by the process that takes them, into a folder of the test's own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from heretask.config.backup import drill as drilling
from heretask.config.backup.telling import Steps
from heretask.kernel.backup import process
from heretask.kernel.backup.target import Target

DECLARED = {
    "HERETASK_BACKUP_COUNTRY": "DK", "HERETASK_BACKUP_SITE": "Ballerup 2", "HERETASK_BACKUP_DECLARED_BY": "Grethe Vang",
    "HERETASK_BACKUP_CONTRACT": "2026-114", "HERETASK_BACKUP_DECLARED_ON": "2026-11-01",
}  # fmt: skip


@contextmanager
def declared(folder: Path, **changes: str) -> Iterator[Target]:
    """A target, as the environment of this process and of those it starts declares it."""
    given = {"HERETASK_BACKUP_TARGET": str(folder), **DECLARED}
    given |= {f"HERETASK_BACKUP_{name.upper()}": value for name, value in changes.items()}
    with patch.dict(os.environ, given):
        yield Target("dump", str(folder), "DK", "Ballerup 2", "Grethe Vang", "2026-114", "2026-11-01")


def take(**changes: str) -> dict[str, Any]:
    """Take a backup apart, as jobs and the operator do."""
    with patch.dict(os.environ, changes):
        return process.run("run", told=lambda _step, _done, _of: None)


@dataclass(frozen=True, slots=True)
class Shelf:
    """A target with one good backup, and a way to bend a copy of it."""

    target: Target
    name: str
    made: dict[str, Any] = field(default_factory=dict)  # what the run said of itself

    @property
    def backup(self) -> Path:
        """The good backup."""
        return self.target.path / self.name

    @contextmanager
    def bent(self, folder: Path) -> Iterator[tuple[Target, Path]]:
        """A target of its own with a copy of the backup, to be bent."""
        shutil.copytree(self.target.path, folder)
        try:
            yield (
                Target("dump", str(folder), "DK", "Ballerup 2", "Grethe Vang", "2026-114", "2026-11-01"),
                folder / self.name,
            )
        finally:
            shutil.rmtree(folder)


def drilled(target: Target) -> drilling.Drilled:
    """A drill in this process."""
    return drilling.drill(target, Steps(drilling.STEPS))
