"""Backups: nothing in the clear, nothing half, nothing outside Denmark, and only what was read back is good."""

from __future__ import annotations

import datetime as dt
import fcntl
import json
import os
import resource
import secrets
import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest
from django.db import connections

from heretask.config import cli, installation, provision
from heretask.kernel.backup import manifest, parts, shelf
from heretask.kernel.identity.sessions import operator
from heretask.kernel.log.models import Event
from heretask.system.backups.models import Backup
from tests.backups import declared, take
from tests.cast import Cast
from tests.filled import fill

ENGINE = [sys.executable, "-m", "heretask.config.cli", "backup", "run", "--json"]


def test_a_backup_is_taken_kept_and_in_the_log(cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fill(cast)
    with declared(tmp_path):
        assert cli.main(["backup", "run", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    folder = tmp_path / said["name"]
    assert [p.name for p in tmp_path.iterdir()] == [said["name"]]
    assert {p.name for p in folder.iterdir()} == {"dump", "files", "keys", "manifest"}
    assert [p.name for p in folder.iterdir() if p.stat().st_mode & 0o077] == []
    told = json.loads((folder / "manifest").read_bytes().rpartition(b"\n}\n")[0] + b"}")
    with connections["clock"].cursor() as cursor:  # any connection: the catalogue is everybody's to read
        cursor.execute("select count(*) from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace")
        assert sum(name.startswith("public.") for name in told["rows"]) == cursor.fetchone()[0]
    assert (told["country"], told["site"]) == ("DK", "Ballerup 2")
    assert dt.datetime.fromisoformat(told["kept_until"]) - dt.datetime.fromisoformat(told["began_at"]) == dt.timedelta(
        days=90
    )
    assert dt.datetime.fromisoformat(told["keys_until"]) - dt.datetime.fromisoformat(told["began_at"]) == dt.timedelta(
        days=35
    )
    with operator(provision.customer_called(provision.SUPPLIER), "test"):
        kept = Backup.objects.get(name=said["name"])
        assert Event.objects.filter(action="system.backups.taken", object_id=kept.id).count() == 1
    assert (kept.outcome, kept.country, kept.size, kept.rows) == (
        "good",
        "DK",
        said["size"],
        sum(told["rows"].values()),
    )
    assert [s["name"] for s in kept.steps][-2:] == ["read back", "clearing up"]


def test_the_dump_holds_no_keys_of_citizens(cast: Cast, tmp_path: Path) -> None:
    fill(cast)
    with declared(tmp_path):
        made = take()
    folder = tmp_path / made["name"]
    key = manifest.read(folder).secret
    dump = b"".join(parts.opened(folder / "dump", made["name"], "dump", key))
    keys = b"".join(parts.opened(folder / "keys", made["name"], "keys", key))
    with operator(cast.solsikken, "test"), connections["default"].cursor() as cursor:
        cursor.execute("select wrapped from kernel_datakey where customer_id = %s limit 1", [cast.solsikken.id])
        wrapped = bytes(cursor.fetchone()[0])
    assert wrapped.hex().encode() in keys
    assert wrapped not in dump
    assert wrapped.hex().encode() not in dump


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"country": "SE"}, "country"), ({"contract": ""}, "undeclared"), ({"target": "/nowhere/at/all"}, "folder")],
)
def test_a_target_that_may_not_be_used_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], changes: dict[str, str], code: str
) -> None:
    with declared(tmp_path, **changes):
        assert cli.main(["backup", "run", "--json"]) == 1
        assert cli.main(["backup", "target"]) == 1
    said = capsys.readouterr().out
    assert f'"code": "{code}"' in said
    assert "REFUSED" in said
    assert list(tmp_path.iterdir()) == []


def test_a_target_abroad_cannot_be_declared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["backup", "target", "--folder", str(tmp_path), "--site", "Lund", "--declared-by", "G", "--contract", "1", "--declared-on", "2026-11-01"]  # fmt: skip
    assert cli.main([*command, "--country", "SE"]) == 1
    assert "Denmark" in capsys.readouterr().err


def test_a_full_target_keeps_nothing_half_and_the_next_run_works(tmp_path: Path) -> None:
    (tmp_path / ".20260101T000000Z-abcdef.part").mkdir()  # of a run that was killed

    def full() -> None:  # the kernel itself stops writing after 64 KB
        resource.setrlimit(resource.RLIMIT_FSIZE, (64 * 1024, 64 * 1024))

    with declared(tmp_path):
        environment = {**os.environ, "HERETASK_ROLE": "backup", "PYTHONPATH": os.pathsep.join(sys.path)}
        run = subprocess.run(ENGINE, env=environment, capture_output=True, preexec_fn=full, check=False)
        result = json.loads(run.stdout.splitlines()[-1])["result"]
        assert (run.returncode, result["outcome"], result["code"]) == (1, "failed", "full")
        assert "is full" in result["why"]
        assert list(tmp_path.iterdir()) == []
        assert take()["outcome"] == "good"
    assert len(shelf.names(tmp_path)) == 1


def test_a_database_that_does_not_answer_is_said(tmp_path: Path) -> None:
    with declared(tmp_path):
        result = take(HERETASK_DATABASE="host=/nowhere dbname=heretask")
    assert (result["outcome"], result["code"]) == ("failed", "database")
    assert list(tmp_path.iterdir()) == []


def test_the_process_that_takes_backups_holds_no_other_credentials() -> None:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "heretask.config.settings", "HERETASK_ROLE": "backup"}
    said = subprocess.run(
        [sys.executable, "-c", "from django.conf import settings; print(sorted(settings.INSTALLATION.passwords), {d['USER'] for d in settings.DATABASES.values()})"],
        env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert said.stdout.strip() == "['heretask_backup'] {'heretask_backup'}"


def test_old_backups_go_and_their_keys_before_them(tmp_path: Path) -> None:
    now = dt.datetime.now(dt.UTC)
    for days in (0, 20, 36, 89, 91, 200):
        folder = tmp_path / shelf.new_name(now - dt.timedelta(days=days))
        folder.mkdir()
        (folder / "dump").touch()
        (folder / "keys").touch()
    assert shelf.remove_old(tmp_path, now, days=90, key_days=35) == (2, 2)
    left = {(now - shelf.taken_at(name)).days: (tmp_path / name / "keys").exists() for name in shelf.names(tmp_path)}
    assert left == {0: True, 20: True, 36: False, 89: False}


def test_the_newest_backup_stays_whole_however_old(tmp_path: Path) -> None:
    now = dt.datetime.now(dt.UTC)
    folder = tmp_path / shelf.new_name(now - dt.timedelta(days=500))
    folder.mkdir()
    (folder / "keys").touch()
    assert shelf.remove_old(tmp_path, now, days=90, key_days=35) == (0, 0)
    assert (folder / "keys").exists()


def test_memory_does_not_grow_with_the_dump(tmp_path: Path) -> None:
    piece = secrets.token_bytes(256 * 1024)
    tracemalloc.start()
    try:
        key = parts.new_key("n")
        out = parts.PartWriter(tmp_path / "dump", "n", "dump", key)
        for _n in range(128):
            out.write(piece)
        written = out.finish()
        assert (
            sum(len(plain) for plain in parts.opened(tmp_path / "dump", "n", "dump", key))
            == out.plain
            == 32 * 1024 * 1024
        )
        assert parts.lies_as_written(tmp_path / "dump", written)
        assert tracemalloc.get_traced_memory()[1] < 6 * 1024 * 1024
    finally:
        tracemalloc.stop()


def test_one_run_at_a_time_of_one_database(tmp_path: Path) -> None:
    here = installation.load()
    with declared(tmp_path), (here.path / "secrets" / f".backup-{here.database}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        refused = take()
        assert (refused["outcome"], refused["code"]) == ("failed", "running")
        assert list(tmp_path.iterdir()) == []
        fcntl.flock(lock, fcntl.LOCK_UN)
        assert take()["outcome"] == "good"
