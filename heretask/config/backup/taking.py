"""Taking a backup: dump, sealed files and keys, each sealed on its way to the target, then all of it read back."""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import os
import re
import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from psycopg import sql

from heretask import __name__ as package
from heretask.kernel.backup import keysheet, manifest, shelf
from heretask.kernel.backup.manifest import Manifest
from heretask.kernel.backup.parts import BackupKey, PartWriter, new_key
from heretask.kernel.backup.target import Refused, Target
from heretask.kernel.evidence.measuring import code_version

from . import programs
from .telling import Steps
from .verifying import check_lies_right

STEPS = ("snapshot", "dump", "files", "keys", "manifest", "read back", "clearing up")
WITHOUT_ROWS = f"public.{keysheet.DATA_KEYS}"  # the keys lie in a part of their own, for a shorter time
SEALED_FILE = re.compile(r"[0-9a-f]{32}/[0-9a-f]{32}(?:\.kept)?")
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_TABLES = """select n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
              where n.nspname in ('public', 'ht') and c.relkind = 'r' order by 1, 2"""


def take(target: Target, steps: Steps) -> Manifest:
    """Take one backup. Nothing half is ever seen under its name; raises Refused with a sentence where it failed."""
    began = dt.datetime.now(dt.UTC)
    made = Manifest(shelf.new_name(began), began.isoformat(), software=f"{package} {code_version()}")
    made.country, made.site = target.country, target.site
    made.kept_until = (began + dt.timedelta(days=target.days)).isoformat()
    made.keys_until = (began + dt.timedelta(days=target.key_days)).isoformat()
    try:
        shelf.clear_drafts(target.path)
        draft = shelf.draft(target.path, made.name)
        with _removed_unless_named(draft):
            key = new_key(made.name)
            made.key = key.wrapped.hex()
            _write(draft, made, key, steps)
            with steps.step("read back") as step:
                check_lies_right(draft, made)
                step.found = str(made.size)
            shelf.give_name(draft, made.name)
        with steps.step("clearing up") as step:
            gone = shelf.remove_old(target.path, began, days=target.days, key_days=target.key_days)
            step.found = str(sum(gone))
    except OSError as failure:
        if failure.errno in _FULL:
            raise Refused("full", f"{target.folder} is full. Nothing half was left there; the last backup stays.")
        raise Refused("target", f"{target.folder} cannot be written: {failure.strerror or type(failure).__name__}.")
    except psycopg.Error as failure:
        raise Refused("database", f"The database does not answer as it must ({type(failure).__name__}).")
    return made


@contextlib.contextmanager
def _removed_unless_named(draft: Path) -> Iterator[None]:
    try:
        yield
    finally:
        shutil.rmtree(draft, ignore_errors=True)  # a draft that became a backup has another name by now


def _write(draft: Path, made: Manifest, key: BackupKey, steps: Steps) -> None:
    with psycopg.connect(conninfo(), autocommit=True) as connection:
        with steps.step("snapshot") as step:
            snapshot = _snapshot(connection)
            made.rows, made.checkpoints = count_rows(connection), newest_checkpoints(connection)
            made.server = str(connection.info.server_version // 10000)
            step.found = str(sum(made.rows.values()))
        with steps.step("dump") as step:
            binaries = programs.binaries_for(int(made.server))
            made.tool = str(programs.major_of(binaries))
            step.found = str(_dump(draft, made, key, binaries, snapshot))
        with steps.step("files") as step:
            step.found = str(_files(draft, made, key))
        with steps.step("keys") as step, _part(draft, made, "keys", key) as out:
            step.found = str(keysheet.write(connection, out))
        connection.execute("rollback")
    with steps.step("manifest"):
        made.ended_at = dt.datetime.now(dt.UTC).isoformat()
        path = draft / manifest.FILE
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(manifest.write(made, key))
            file.flush()
            os.fsync(file.fileno())


def conninfo() -> str:
    """How this process, which has the backup's credentials and no others, connects."""
    found = settings.DATABASES["default"]
    options = {k: v for k, v in found["OPTIONS"].items() if k.startswith("ssl")}
    return psycopg.conninfo.make_conninfo(
        host=found["HOST"], port=found["PORT"], dbname=found["NAME"], user=found["USER"], password=found["PASSWORD"],
        connect_timeout=10, **options,
    )  # fmt: skip


def _snapshot(connection: psycopg.Connection[Any]) -> str:
    """Begin the one transaction whose rows are counted, dumped and written down; its name for pg_dump."""
    connection.execute("set statement_timeout = 0")
    connection.execute("set idle_in_transaction_session_timeout = 0")
    connection.execute("begin isolation level repeatable read read only")
    row = connection.execute("select pg_export_snapshot()").fetchone()
    return str(row[0]) if row else ""


def count_rows(connection: psycopg.Connection[Any]) -> dict[str, int]:
    """Rows of every table that has any of its own."""
    found = {}
    for schema, table in connection.execute(_TABLES).fetchall():
        row = connection.execute(sql.SQL("select count(*) from {}").format(sql.Identifier(schema, table))).fetchone()
        found[f"{schema}.{table}"] = int(row[0]) if row else 0
    return found


def newest_checkpoints(connection: psycopg.Connection[Any]) -> dict[str, dict[str, str | int]]:
    """Each customer's newest checkpoint of the log's tree; empty where the log has no tree yet."""
    row = connection.execute("select to_regclass('public.kernel_checkpoint') is not null").fetchone()
    if not row or not row[0]:
        return {}
    found = connection.execute(
        """select distinct on (customer_id) customer_id::text, size, encode(root, 'hex')
             from kernel_checkpoint order by customer_id, size desc"""
    )
    return {customer: {"size": size, "root": root} for customer, size, root in found.fetchall()}


@contextlib.contextmanager
def _part(draft: Path, made: Manifest, part: str, key: BackupKey) -> Iterator[PartWriter]:
    out = PartWriter(draft / part, made.name, part, key)
    try:
        yield out
        made.parts[part] = out.finish()
    finally:
        out.close()


def _dump(draft: Path, made: Manifest, key: BackupKey, binaries: Path, snapshot: str) -> int:
    arguments = (
        "--format=custom", "--compress=1", "--no-password", f"--snapshot={snapshot}",
        f"--exclude-table-data={WITHOUT_ROWS}", "--lock-wait-timeout=60000",
    )  # fmt: skip
    with (
        _part(draft, made, "dump", key) as out,
        contextlib.closing(programs.dump(binaries, conninfo(), *arguments)) as pieces,
    ):
        for piece in pieces:
            out.write(piece)
    return out.plain


def _files(draft: Path, made: Manifest, key: BackupKey) -> int:
    """The sealed files as they are; one that is removed meanwhile is left out."""
    root = Path(settings.HERETASK_HOME) / "files"
    with _part(draft, made, "files", key) as out, _archive(out) as archive:
        for path in sorted(root.glob("*/*")):
            name = str(path.relative_to(root))
            if SEALED_FILE.fullmatch(name):
                with contextlib.suppress(FileNotFoundError), path.open("rb") as file:
                    archive.addfile(archive.gettarinfo(arcname=name, fileobj=file), file)
                    made.files += 1
    return made.files


def _archive(out: Any) -> tarfile.TarFile:
    """A tar that goes straight into a part, which is all that tarfile asks of a stream."""
    return tarfile.open(mode="w|", fileobj=out)
