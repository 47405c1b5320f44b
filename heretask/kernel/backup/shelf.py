"""The backups on a target: a folder each, which gets its name only when everything in it is written and on the disk."""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
from pathlib import Path

NAME = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{6}")
DRAFT = re.compile(r"\.(\d{8}T\d{6}Z-[0-9a-f]{6})\.part")


def new_name(at: dt.datetime) -> str:
    """A name that sorts by time and never comes twice."""
    return f"{at.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}-{os.urandom(3).hex()}"


def taken_at(name: str) -> dt.datetime:
    """When the backup of that name was begun."""
    return dt.datetime.strptime(name[:16], "%Y%m%dT%H%M%SZ").replace(tzinfo=dt.UTC)


def names(target: Path) -> list[str]:
    """What lies on the target, the newest first."""
    return sorted((p.name for p in target.iterdir() if NAME.fullmatch(p.name) and p.is_dir()), reverse=True)


def draft(target: Path, name: str) -> Path:
    """Where a backup is written before it has its name."""
    made = target / f".{name}.part"
    made.mkdir(mode=0o700)
    return made


def give_name(written: Path, name: str) -> Path:
    """Turn a draft into a backup, for good."""
    _sync(written)
    final = written.with_name(name)
    written.rename(final)
    _sync(final.parent)
    return final


def clear_drafts(target: Path) -> None:
    """Remove what a run that was killed has left; only one run works at a time."""
    for path in target.iterdir():
        if DRAFT.fullmatch(path.name):
            shutil.rmtree(path)


def remove_old(target: Path, now: dt.datetime, *, days: int, key_days: int) -> tuple[int, int]:
    """Remove backups older than `days` and the keys of those older than `key_days`; the newest backup stays whole."""
    dumps = keys = 0
    for name in names(target)[1:]:
        age = now - taken_at(name)
        if age > dt.timedelta(days=days):
            shutil.rmtree(target / name)
            dumps += 1
        elif age > dt.timedelta(days=key_days) and (target / name / "keys").exists():
            (target / name / "keys").unlink()
            keys += 1
    return dumps, keys


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
