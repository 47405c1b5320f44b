"""Whether a backup lies on the target as it was written: sizes, hashes, every sealed chunk, the archive's own list."""

from __future__ import annotations

import tarfile
from pathlib import Path
from typing import Any

from heretask.kernel.backup import keysheet, manifest
from heretask.kernel.backup.manifest import Manifest
from heretask.kernel.backup.parts import PARTS, Readable, lies_as_written, opened
from heretask.kernel.backup.target import Refused
from heretask.kernel.secrets.keys import CannotOpen

from . import programs


class Bent(Exception):
    """The backup is not as it was written; the text says which part."""


class CannotVerify(Exception):
    """It could not be found out: what is needed for it is missing."""


def manifest_of(backup: Path) -> Manifest:
    """The manifest of a backup. Raises Bent, or CannotVerify where the right key is not here."""
    try:
        return manifest.read(backup)
    except manifest.OtherKey:
        raise CannotVerify("it was made under another key than the one that is here")
    except (manifest.NotAuthentic, OSError, ValueError, KeyError, TypeError):
        raise Bent("the manifest is not as it was written")


def check_lies_right(backup: Path, made: Manifest) -> None:
    """Read all of it back from the target. Raises Bent at the first part that is not as it was written."""
    if set(made.parts) != set(PARTS):
        raise Bent("a part is missing")
    for part, expected in made.parts.items():
        if part == "keys" and made.keys_expired and not (backup / part).exists():
            continue
        if not lies_as_written(backup / part, expected):
            raise Bent(f"{part} is not as it was written")
    try:
        _check_opens(backup, made)
    except (CannotOpen, tarfile.TarError, Refused) as wrong:
        raise Bent(f"what lies there cannot be read: {type(wrong).__name__}")


def _check_opens(backup: Path, made: Manifest) -> None:
    tables = programs.listed(
        programs.binaries_for(int(made.tool)), opened(backup / "dump", made.name, "dump", made.secret)
    )
    if tables != sorted(set(made.rows) - {f"public.{keysheet.DATA_KEYS}"}):
        raise Bent("the dump does not list the tables that were counted")
    source: Any = Readable(
        opened(backup / "files", made.name, "files", made.secret)
    )  # all that tarfile asks of a stream
    with tarfile.open(mode="r|", fileobj=source) as archive:
        if sum(1 for _one in archive) != made.files:
            raise Bent("the number of files is another")
    if (backup / "keys").exists():
        for _piece in opened(backup / "keys", made.name, "keys", made.secret):
            pass
