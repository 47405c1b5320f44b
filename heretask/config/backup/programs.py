"""PostgreSQL's own programs: found in the version that fits a server, and run with content going through pipes only."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Callable, Generator, Iterable
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from psycopg.conninfo import conninfo_to_dict

from heretask.config.cluster import find_binaries
from heretask.kernel.backup.target import Refused

_PIECE = 256 * 1024


@cache
def major_of(binaries: Path) -> int:
    """The version of the programs in a folder."""
    asked = subprocess.run([binaries / "pg_dump", "--version"], capture_output=True, check=True, env=_environment({}))
    return int(asked.stdout.split()[2].split(b".")[0])


def binaries_for(major: int) -> Path:
    """Programs of just this version where there are any, else the oldest that are newer; raises Refused."""
    folders = [find_binaries(), *Path("/usr/lib/postgresql").glob("*/bin")]
    fit = [f for f in folders if (f / "pg_dump").exists() and (f / "pg_restore").exists() and major_of(f) >= major]
    if not fit:
        raise Refused("programs", f"There is no pg_dump of version {major} or newer here; set HERETASK_PG_BIN.")
    return min(fit, key=major_of)


def dump(binaries: Path, conninfo: str, *arguments: str) -> Generator[bytes, None, None]:
    """What pg_dump writes, piece by piece; raises Refused where it did not end well."""
    command, environment = _command(binaries / "pg_dump", conninfo)
    with subprocess.Popen(
        [*command, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
    ) as process:
        try:
            assert process.stdout is not None  # noqa: S101  (asked for above)
            said = _gather(process.stderr)
            while piece := process.stdout.read(_PIECE):
                yield piece
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        _failed("pg_dump", process.returncode, said())


def restore(binaries: Path, conninfo: str, pieces: Iterable[bytes]) -> None:
    """Give an archive to pg_restore: all of it in one transaction, or nothing."""
    command, environment = _command(binaries / "pg_restore", conninfo)
    _feed([*command, "--exit-on-error", "--single-transaction"], pieces, environment)


def listed(binaries: Path, pieces: Iterable[bytes]) -> list[str]:
    """The tables whose rows are in an archive. Every piece is read, also those that pg_restore does not wait for."""
    said = _feed([str(binaries / "pg_restore"), "--list"], pieces, _environment({}), whole=True)
    found = [line.split() for line in said.decode().splitlines() if " TABLE DATA " in line]
    return sorted(f"{words[5]}.{words[6]}" for words in found)


def _feed(command: list[str], pieces: Iterable[bytes], environment: dict[str, str], *, whole: bool = False) -> bytes:
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    ) as process:
        try:
            out, said = _gather(process.stdout), _gather(process.stderr)
            wire: Any = process.stdin
            for piece in pieces:
                if wire is not None and not _write(wire, piece):
                    wire = None
                if wire is None and not whole:
                    break
            _write(process.stdin, None)
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        _failed(Path(command[0]).name, process.returncode, said())
    return out()


def _write(wire: Any, piece: bytes | None) -> bool:
    """Give a piece on, or close where there is none more; whether the other end still listens."""
    try:
        wire.close() if piece is None else wire.write(piece)
    except BrokenPipeError:
        return False
    return True


def _gather(wire: Any) -> Callable[[], bytes]:
    """Read a pipe beside the work; what it said, once asked."""
    said: list[bytes] = []
    reading = threading.Thread(target=lambda: said.append(wire.read()), daemon=True)
    reading.start()

    def answer() -> bytes:
        reading.join()
        return b"".join(said)

    return answer


def _failed(program: str, status: int, said: bytes) -> NoReturn:
    lines = said.decode(errors="replace").splitlines()
    raise Refused("program", f"{program} ended with status {status}: {lines[0][:300] if lines else ''}")


def _command(program: Path, conninfo: str) -> tuple[list[str], dict[str, str]]:
    """The program with its connection; the password goes through the environment, which no other user can read."""
    parts = {name: str(value) for name, value in conninfo_to_dict(conninfo).items() if value is not None}
    secret = {"PGPASSWORD": parts.pop("password")} if "password" in parts else {}
    plain = " ".join(f"{name}='{value}'" for name, value in parts.items() if name != "options")
    return [str(program), f"--dbname={plain}"], _environment(secret)


def _environment(secret: dict[str, str]) -> dict[str, str]:
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": os.environ.get("HOME", "/"), **secret}
