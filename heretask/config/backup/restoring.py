"""Putting a backup into an empty database: for a drill's scratch cluster and after a disaster, by the same steps."""

from __future__ import annotations

import os
import tarfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from heretask.config import cluster
from heretask.kernel.backup import keysheet
from heretask.kernel.backup.manifest import Manifest
from heretask.kernel.backup.parts import Readable, opened
from heretask.kernel.backup.target import Refused

from . import programs
from .taking import SEALED_FILE
from .telling import Steps
from .verifying import Bent, CannotVerify

STEPS = ("restore", "files", "keys")


@dataclass(frozen=True, slots=True)
class Into:
    """Where a backup is restored to: how its superuser connects, the database and its roles' passwords, the files."""

    conninfo: str
    database: str
    passwords: dict[str, str]
    files: Path

    def connect(self) -> psycopg.Connection[Any]:
        """The superuser in the restored database."""
        made = psycopg.connect(self.conninfo, dbname=self.database, autocommit=True)
        made.execute("set statement_timeout = 0")
        return made


def check_is_empty(into: Into) -> None:
    """Raise Refused where there is anything that a restored backup would cover."""
    with psycopg.connect(into.conninfo, autocommit=True) as connection:
        there = connection.execute("select 1 from pg_database where datname = %s", [into.database]).fetchone()
    if there:
        with into.connect() as connection:
            row = connection.execute(
                """select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace
                    where n.nspname in ('public', 'ht') and c.relkind in ('r', 'p', 'v')"""
            ).fetchone()
        if row and row[0]:
            raise Refused("not empty", f"The database {into.database} is not empty. A backup goes into an empty one.")
    if into.files.is_dir() and any(into.files.iterdir()):
        raise Refused("not empty", f"{into.files} holds files already. A backup goes into an empty installation.")


def restore(backup: Path, made: Manifest, into: Into, steps: Steps) -> None:
    """Roles, rows, files and keys. The rules of the database come with the rows; the last grants are made anew."""
    with steps.step("restore") as step:
        check_is_empty(into)
        cluster.prepare_roles(into.conninfo, into.database, into.passwords)
        binaries = programs.binaries_for(max(int(made.tool), _server_of(into)))
        conninfo = psycopg.conninfo.make_conninfo(into.conninfo, dbname=into.database)
        with closing(opened(backup / "dump", made.name, "dump", made.secret)) as pieces:
            programs.restore(binaries, conninfo, pieces)
        cluster.prepare_database(into.conninfo, into.database)
        with into.connect() as connection:
            connection.execute("analyze")  # a dump has no statistics, and without them whole tables are read for a row
        step.found = str(sum(made.rows.values()))
    with steps.step("files") as step:
        step.found = str(_files(backup, made, into.files))
    with steps.step("keys") as step:
        if not (backup / "keys").exists():
            raise CannotVerify("its keys have been removed; they are kept for a shorter time than the dump")
        with into.connect() as connection, closing(opened(backup / "keys", made.name, "keys", made.secret)) as pieces:
            step.found = str(keysheet.read(connection, Readable(pieces)))


def _server_of(into: Into) -> int:
    with psycopg.connect(into.conninfo) as connection:
        return connection.info.server_version // 10000


def _files(backup: Path, made: Manifest, root: Path) -> int:
    """Unpack the sealed files, under names of our own form only."""
    count = 0
    source: Any = Readable(
        opened(backup / "files", made.name, "files", made.secret)
    )  # all that tarfile asks of a stream
    with tarfile.open(mode="r|", fileobj=source) as archive:
        for one in archive:
            content = archive.extractfile(one)
            if not SEALED_FILE.fullmatch(one.name) or content is None:
                raise Bent("a file in the backup has a name that we would not give")
            path = root / one.name
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                while piece := content.read(1024 * 1024):
                    file.write(piece)
            os.utime(path, (one.mtime, one.mtime))
            count += 1
    return count


def replay_tombstones(alias: str = "owner") -> int:
    """Destroy once more the keys of erased citizens, whom the backup has brought back; how many there were.

    Tombstones lie outside database and backups. Run where Django knows the restored database.
    """
    from heretask.kernel.secrets import tombstones  # only once Django is set up for that database

    return tombstones.replay(alias=alias)
