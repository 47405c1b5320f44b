"""The physical kind, for real: a PostgreSQL of the distribution, its WAL archived, copied and verified by pgBackRest."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import psycopg
import pytest

from heretask.config.cluster import Cluster
from heretask.kernel.backup import process
from tests.backups import DECLARED

BINARIES = Path("/usr/lib/postgresql/15/bin")
pytestmark = pytest.mark.skipif(
    not BINARIES.exists() or shutil.which("pgbackrest") is None or os.geteuid() != 0,
    reason="needs root, and the packages postgresql-15 and pgbackrest",
)


@pytest.fixture
def archiving(tmp_path: Path) -> Iterator[Cluster]:
    """A cluster whose WAL goes to pgBackRest, and the environment that names it."""
    root = Path("/var/lib/heretask-tests") / f"{os.getpid()}"
    root.mkdir(parents=True, mode=0o755)
    config = root / "pgbackrest.conf"
    command = f"pgbackrest --config={config} --stanza=heretask archive-push %p"
    base = Cluster(root, binaries=BINARIES, settings=f"archive_mode = on\narchive_command = '{command}'\n")
    target = root / "repository"
    target.mkdir(mode=0o750)
    assert base.account is not None
    os.chown(target, base.account.pw_uid, base.account.pw_gid)
    try:
        base.start()
        secret = root / "pgpass"
        secret.write_text(f"*:*:*:*:{base.password}\n")
        os.chown(secret, base.account.pw_uid, base.account.pw_gid)
        secret.chmod(0o600)
        named = {
            "HERETASK_PG_DATA": str(base.data), "HERETASK_PG_SOCKET": str(base.socket), "HERETASK_PG_PORT": "5432",
            "HERETASK_PG_SUPERUSER": "ht_super", "HERETASK_PGBACKREST_CONF": str(config), "PGPASSFILE": str(secret),
        }  # fmt: skip
        with patch.dict(os.environ, {**named, **DECLARED}):
            yield base
    finally:
        base.destroy()
        shutil.rmtree(root)


def declare(folder: Path) -> None:
    command = [sys.executable, "-m", "heretask.config.cli", "backup", "target", "--kind", "pgbackrest", "--folder", str(folder),
               "--country", "DK", "--site", "Ballerup 2", "--declared-by", "G", "--contract", "1", "--declared-on", "2026-11-01"]  # fmt: skip
    subprocess.run(
        command, check=True, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "HERETASK_ROLE": "operator"}
    )


def take() -> dict[str, Any]:
    return process.run("run", "--kind", "pgbackrest", told=lambda _step, _done, _of: None)


def test_a_physical_copy_is_encrypted_verified_and_found_bent(archiving: Cluster, tmp_path: Path) -> None:
    repository = archiving.root / "repository"
    word = b"Zq7f3e91ab"
    with psycopg.connect(archiving.conninfo(), autocommit=True) as connection:
        connection.execute("create table said (text text)")
        connection.execute("insert into said values (%s)", [word.decode()])
    home = tmp_path / "home"
    (home / "secrets").mkdir(parents=True)
    key = home / "secrets" / "key"
    key.write_text("ab" * 32)
    key.chmod(0o600)
    with patch.dict(os.environ, {"HERETASK_HOME": str(home), "HERETASK_KEY_FILE": str(key)}):
        declare(repository)
        first = take()
        assert first["outcome"] == "good", first
        assert first["name"].endswith("F")
        assert first["size"] > 1_000_000
        assert (repository / "backup" / "heretask" / first["name"]).is_dir()
        whole = [path for path in repository.rglob("*") if path.is_file()]
        assert [path for path in whole if word in path.read_bytes()] == []
        bent = max(
            (p for p in (repository / "backup" / "heretask" / first["name"]).rglob("*") if p.is_file()),
            key=lambda p: p.stat().st_size,
        )
        content = bent.read_bytes()
        bent.write_bytes(content[:5000] + bytes([content[5000] ^ 1]) + content[5001:])
        second = take()
        assert (second["outcome"], second["code"]) == ("failed", "read back"), second
        assert next(step["found"] for step in second["steps"] if step["name"] == "backup").endswith("I")
