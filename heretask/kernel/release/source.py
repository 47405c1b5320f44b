"""The source archive of a commit, made by git from a clean checkout and read back."""

from __future__ import annotations

import io
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

from .running import COMMIT, COMMIT_FILE, fingerprint

LOCKED = "requirements/base.txt"
_SECONDS = 120


class CannotRelease(Exception):
    """No release can be made of this folder; the message says why, for whoever stands at the server."""


@dataclass(frozen=True, slots=True)
class Source:
    """An archive, its commit, the fingerprint of the package in it, and what it locks."""

    commit: str
    archive: bytes
    code: str
    locked: str


def made(checkout: Path, prefix: str) -> Source:
    """The archive of what is checked out there; raises CannotRelease, as where something is not committed."""
    commit = _git(checkout, "rev-parse", "HEAD").decode().strip()
    if not COMMIT.fullmatch(commit):
        raise CannotRelease("The checkout has no commit.")
    changed = _git(checkout, "status", "--porcelain", "--untracked-files=normal").decode().splitlines()
    if changed:
        raise CannotRelease(f"The checkout is not clean: {len(changed)} files are changed or not committed.")
    archive = _git(checkout, "archive", "--format=tar.gz", f"--prefix={prefix}/", commit)
    return _read_back(archive, prefix, commit)


def _read_back(archive: bytes, prefix: str, commit: str) -> Source:
    """What the archive itself holds; raises CannotRelease where it does not say that it is of the commit."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        held = {one.name.removeprefix(f"{prefix}/"): one for one in tar if one.isfile()}

        def content(name: str) -> bytes:
            file = tar.extractfile(held[name]) if name in held else None
            return file.read() if file else b""

        if content(f"heretask/{COMMIT_FILE}").decode().strip() != commit:
            raise CannotRelease("The archive does not say which commit it is of: heretask/_commit, .gitattributes.")
        locked = content(LOCKED).decode()
        if not locked:
            raise CannotRelease(f"The archive holds no {LOCKED}.")
        package = ((name.removeprefix("heretask/"), content(name)) for name in held if name.startswith("heretask/"))
        return Source(commit, archive, fingerprint(package), locked)


def _git(folder: Path, *arguments: str) -> bytes:
    try:
        asked = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, timeout=_SECONDS, check=True)
    except FileNotFoundError:
        raise CannotRelease("There is no git, or no such folder.") from None
    except (OSError, subprocess.SubprocessError):
        raise CannotRelease("This folder is no checkout of git, or git refused.") from None
    return asked.stdout
