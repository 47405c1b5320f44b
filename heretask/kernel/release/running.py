"""Which commit runs, and the fingerprint of the files that do.

An archive made by git carries its commit in `heretask/_commit` (`export-subst`); a checkout has the placeholder there
and asks git. A name alone proves nothing about the files beside it, so they have a fingerprint of their own, which is
computed of the archive when a release is made and of the running files whenever somebody asks.
"""

from __future__ import annotations

import functools
import hashlib
import re
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

PACKAGE = Path(__file__).parents[2]
COMMIT_FILE = "_commit"
COMMIT = re.compile(r"[0-9a-f]{40}")
_MADE_LATER = (".mo", ".pyc")  # made from what is in the archive, by the build or by Python


@dataclass(frozen=True, slots=True)
class Running:
    """The commit, empty where nobody can tell, and the fingerprint of the package's files."""

    commit: str
    code: str


def running() -> Running:
    """What runs here. The files are read anew each time: somebody may have changed them."""
    return Running(commit(), fingerprint(_files(PACKAGE)))


@functools.cache
def commit() -> str:
    """The commit of this process, as it was when somebody first asked."""
    return commit_of(PACKAGE)


def commit_of(package: Path) -> str:
    """The commit that a package was installed from, or that its own checkout is at; empty elsewhere."""
    try:
        written = (package / COMMIT_FILE).read_text().strip()
    except OSError:
        return ""
    if COMMIT.fullmatch(written):
        return written
    top = _git(package, "rev-parse", "--show-toplevel")  # a package inside another project's checkout is not of it
    found = _git(package, "rev-parse", "HEAD") if top and Path(top) == package.resolve().parent else ""
    return found if COMMIT.fullmatch(found) else ""


def fingerprint(files: Iterable[tuple[str, bytes]]) -> str:
    """SHA-256 over names and contents of a package's files, in any order; what is made later does not count."""
    hashed: Mapping[str, bytes] = {name: hashlib.sha256(content).digest() for name, content in files if _counts(name)}
    whole = hashlib.sha256()
    for name in sorted(hashed):
        whole.update(name.encode() + b"\0" + hashed[name])
    return whole.hexdigest()


def _counts(name: str) -> bool:
    return name != COMMIT_FILE and not name.endswith(_MADE_LATER) and "__pycache__" not in name.split("/")


def _files(package: Path) -> Iterable[tuple[str, bytes]]:
    for path in package.rglob("*"):
        name = path.relative_to(package).as_posix()
        if _counts(name) and path.is_file():
            yield name, path.read_bytes()


def _git(folder: Path, *arguments: str) -> str:
    try:
        asked = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, timeout=5, check=True)
    except (OSError, subprocess.SubprocessError):
        return ""
    return asked.stdout.decode().strip()
