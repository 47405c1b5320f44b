"""A scratch cluster for a drill: a PostgreSQL of its own in a temporary folder, gone afterwards whatever happens."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from heretask.config.cluster import Cluster
from heretask.config.installation import Installation

from . import programs
from .restoring import Into

# what is lost with it is a copy
QUICK = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\nmax_wal_size = '2GB'\nautovacuum = off\n"
_NAME = re.compile(r"heretask-drill-(\d+)-")


@dataclass(frozen=True, slots=True)
class Copy:
    """The copy: an installation of its own, with passwords that nobody else has."""

    root: Path
    into: Into


@contextmanager
def scratch(major: int) -> Iterator[Copy]:
    """An empty database in a fresh cluster of that version of PostgreSQL, or the next there is."""
    clear_left_over()
    root = Path(tempfile.mkdtemp(prefix=f"heretask-drill-{os.getpid()}-"))
    running = Cluster(root, binaries=programs.binaries_for(major), settings=QUICK)
    try:
        running.start()
        made = Installation(home=str(root), host=str(running.socket), database="copy")
        made.save(key=False)
        yield Copy(root, Into(running.conninfo(), made.database, made.passwords, root / "files"))
    finally:
        running.destroy()
        shutil.rmtree(root, ignore_errors=True)


def clear_left_over() -> None:
    """Remove what drills have left that were killed."""
    for root in Path(tempfile.gettempdir()).glob("heretask-drill-*"):
        named = _NAME.match(root.name)
        if named and not Path(f"/proc/{named[1]}").exists() and root.stat().st_uid == os.geteuid():
            Cluster(root).destroy()
            shutil.rmtree(root, ignore_errors=True)
