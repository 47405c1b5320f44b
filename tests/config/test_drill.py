"""The drill finds what is planted: in the files on the target, in the keys, and in what was restored from them."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest
from django.test import override_settings

from heretask.config import cli
from heretask.config.backup import drill as drilling
from heretask.config.backup.in_copy import CHECKS
from heretask.config.backup.restoring import restore
from heretask.config.backup.scratch import Copy, clear_left_over, scratch
from heretask.config.backup.taking import count_rows
from heretask.config.backup.telling import Step, Steps
from heretask.config.backup.verifying import manifest_of
from heretask.kernel.backup import manifest, parts
from heretask.kernel.backup.manifest import Manifest
from heretask.kernel.log.merkle import Frontier
from tests.backups import Shelf, declared, drilled, take
from tests.cast import Cast, make_cast
from tests.filled import fill

FLIPS = 55  # in each of the four files
Bend = Callable[[Path, Path], None]


@pytest.fixture(scope="module")
def people() -> Cast:
    made = make_cast()
    fill(made)
    return made


@pytest.fixture(scope="module")
def good(people: Cast, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    folder = tmp_path_factory.mktemp("target")
    with declared(folder) as target:
        take()
        newest = take()
        assert newest["outcome"] == "good", newest
        yield Shelf(target, newest["name"])


@pytest.fixture(scope="module")
def told(good: Shelf) -> Manifest:
    return manifest_of(good.backup)


@pytest.fixture(scope="module")
def copy(good: Shelf, told: Manifest) -> Iterator[Copy]:
    with scratch(int(told.server)) as made:
        restore(good.backup, told, made.into, Steps(drilling.STEPS))
        yield made


def flips() -> Iterator[tuple[str, int]]:
    """A file of the backup, and which of its bytes: the first and last ones, and some drawn."""
    rng = random.Random(2026)
    for part in ("dump", "files", "keys", "manifest"):
        yield from ((part, at) for at in (0, 5, 12, 44, -1, -20))
        yield from ((part, rng.randrange(10**9)) for _n in range(FLIPS - 6))


def test_every_flipped_byte_is_found(good: Shelf, tmp_path: Path) -> None:
    found = 0
    with good.bent(tmp_path / "bent") as (target, backup):
        for part, at in flips():
            whole = (backup / part).read_bytes()
            place = at % len(whole)
            (backup / part).write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
            made = drilled(target)
            assert made.outcome == "fail", (part, place, made.why)
            found += 1
            (backup / part).write_bytes(whole)
    assert found == 4 * FLIPS >= 200


def without(part: str) -> Bend:
    return lambda backup, _older: (backup / part).unlink()


def cut(part: str, length: int) -> Bend:
    return lambda backup, _older: (backup / part).write_bytes((backup / part).read_bytes()[:length])  # type: ignore[return-value]


def swapped(part: str) -> Bend:
    return lambda backup, older: shutil.copy(older / part, backup / part)  # type: ignore[return-value]


def signed_anew(**changes: object) -> Bend:
    """By somebody who holds the key: only restoring finds it."""

    def bend(backup: Path, _older: Path) -> None:
        told = manifest.read(backup)
        for name, value in changes.items():
            setattr(told, name, value)
        (backup / "manifest").write_bytes(manifest.write(told, told.secret))

    return bend


def appended(backup: Path, _older: Path) -> None:
    with (backup / "dump").open("ab") as file:
        file.write(b"\x00")


def renamed(backup: Path, older: Path) -> None:
    shutil.rmtree(backup)
    older.rename(backup)


BENT: dict[str, Bend] = {
    **{f"no {part}": without(part) for part in (*parts.PARTS, "manifest")},
    **{f"{part} cut to {length}": cut(part, length) for part in (*parts.PARTS, "manifest") for length in (0, 11, 44, 200)},
    **{f"{part} of an older backup": swapped(part) for part in (*parts.PARTS, "manifest")},
    "appended": appended,
    "an older backup under the newest name": renamed,
    "a manifest without its keys": signed_anew(parts={}),
    "a manifest with other tables": signed_anew(rows={"public.kernel_unit": 1}),
    "a manifest with more files": signed_anew(files=10**6),
}  # fmt: skip


@pytest.mark.parametrize("name", BENT)
def test_what_is_bent_is_found(good: Shelf, tmp_path: Path, name: str) -> None:
    with good.bent(tmp_path / "bent") as (target, backup):
        older = next(p for p in target.path.iterdir() if p.name != backup.name)
        BENT[name](backup, older)
        made = drilled(target)
        assert made.outcome == "fail", made.why


def test_what_keeps_it_from_being_found_out_is_could_not_verify(good: Shelf, tmp_path: Path) -> None:
    with declared(tmp_path) as empty:
        assert drilled(empty).outcome == "unverified"
        assert "no backup" in drilled(empty).why
    with declared(tmp_path / "gone") as missing:
        assert drilled(missing).outcome == "unverified"
    other = tmp_path / "key"
    for write, why in ((lambda: None, "not here"), (lambda: other.write_text("ab" * 32), "another key")):
        write()
        if other.exists():
            other.chmod(0o600)
        with override_settings(HERETASK_KEY_FILE=other):
            made = drilled(good.target)
        assert made.outcome == "unverified"
        assert why in made.why


def test_expired_keys_can_be_verified_up_to_the_keys(good: Shelf, tmp_path: Path) -> None:
    with good.bent(tmp_path / "bent") as (target, backup):
        signed_anew(keys_until="2020-01-01T00:00:00+00:00")(backup, backup)
        (backup / "keys").unlink()
        made = drilled(target)
    assert made.outcome == "unverified"
    assert made.steps[-1].name == "keys"


def ask(copy: Copy, name: str) -> Step:
    steps = Steps(drilling.STEPS)
    drilling.ask_inside(copy, steps, name)
    return steps.done[0]


IN_ROWS = {
    "a row gone": "delete from kernel_unit where id = (select id from kernel_unit limit 1)",
    "a row too many": "insert into kernel_unit (id, customer_id, name, kind, active) select gen_random_uuid(), customer_id, 'Ny', kind, active from kernel_unit limit 1",
    "an event gone": "delete from kernel_event where id = (select id from kernel_event limit 1)",
    "a key gone": "delete from kernel_datakey where id = (select id from kernel_datakey limit 1)",
    "a table gone": "drop table platform_drafts_draft",
    "a table too many": "create table public.extra (id integer)",
}  # fmt: skip
IN_COPY = {
    "row-level security off": ("rules", "alter table kernel_unit disable row level security"),
    "the log may be changed": ("rules", "grant update on kernel_event to heretask_app"),
    "customers' keys swapped": ("samples", "update kernel_customer a set wrapped_key = b.wrapped_key from kernel_customer b where a.kind = 'provider' and b.kind = 'supplier'"),
    "sealed names changed": ("samples", "update kernel_user set name = set_byte(name, 20, get_byte(name, 20) # 1)"),
    "the gate cannot write": ("sign-in", "revoke insert on kernel_event from heretask_gate"),
}  # fmt: skip


def test_the_copy_is_as_it_must_be(copy: Copy, told: Manifest) -> None:
    assert drilling._rows(copy, told)[0] == "ok"
    steps = Steps(drilling.STEPS)
    drilling.ask_inside(copy, steps)
    assert {s.name: s.state for s in steps.done} == dict.fromkeys(CHECKS, "ok"), steps.done
    assert int(next(s.found for s in steps.done if s.name == "samples")) > 10


@pytest.mark.parametrize("name", IN_ROWS)
def test_a_copy_with_other_rows_is_found(copy: Copy, told: Manifest, name: str) -> None:
    """What a sign-in of the check before has left is in the copy too: only the planted table may turn up anew."""
    with copy.into.connect() as connection:
        before = drilling._rows(copy, told)[1].split(", ")
        connection.execute("set session_replication_role = replica")
        with connection.transaction(force_rollback=True):
            connection.execute(IN_ROWS[name])
            found = count_rows(connection)
    wrong = {t for t in found.keys() | told.rows.keys() if found.get(t) != told.rows.get(t)}
    assert wrong - set(before)


@pytest.mark.parametrize("name", IN_COPY)
def test_a_copy_that_is_not_as_it_must_be_is_found(copy: Copy, name: str) -> None:
    check, plant = IN_COPY[name]
    with copy.into.connect() as connection:
        for table in ("kernel_customer", "kernel_user"):
            connection.execute(f"create temp table kept_{table} as select * from {table}")
        connection.execute("set session_replication_role = replica")
        connection.execute(plant)
        try:
            assert ask(copy, check).state == "fail"
        finally:
            connection.execute("alter table kernel_unit enable row level security")
            connection.execute("revoke update on kernel_event from heretask_app")
            connection.execute("grant insert on kernel_event to heretask_gate")
            connection.execute(
                "update kernel_customer c set wrapped_key = k.wrapped_key from kept_kernel_customer k where c.id = k.id"
            )
            connection.execute("update kernel_user u set name = k.name from kept_kernel_user k where u.id = k.id")


def test_a_log_that_is_not_what_was_noted_is_found(copy: Copy, people: Cast) -> None:
    customer = people.solsikken.id
    leaves = [hashlib.sha256(bytes([n])).digest() for n in range(11)]
    tree = Frontier()
    for leaf in leaves[:9]:
        tree.append(leaf)
    noted = Manifest("n", "", checkpoints={str(customer): {"size": 9, "root": tree.root().hex()}})
    with copy.into.connect() as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute("delete from kernel_leaf where customer_id = %s", [customer])
        for place, leaf in enumerate(leaves):
            connection.execute(
                "insert into kernel_leaf (customer_id, place, event, leaf) values (%s, %s, %s, %s)",
                [customer, place, UUID(int=place), leaf],
            )
        assert drilling._log(copy, noted) == ("ok", "1")
        for plant in (
            "update kernel_leaf set leaf = set_byte(leaf, 3, get_byte(leaf, 3) # 1) where customer_id = '{}' and place = 4",
            "update kernel_leaf set place = 100 - place where customer_id = '{}' and place in (2, 98)",
            "delete from kernel_leaf where customer_id = '{}' and place > 7",
        ):
            connection.execute(plant.format(customer).encode())
            assert drilling._log(copy, noted)[0] == "fail"
        connection.execute("delete from kernel_leaf where customer_id = %s", [customer])


def test_a_whole_drill_passes_and_leaves_nothing(good: Shelf, capsys: pytest.CaptureFixture[str]) -> None:
    before = set(Path(tempfile.gettempdir()).glob("heretask-drill-*"))
    assert cli.main(["backup", "drill", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["outcome"], said["name"]) == ("pass", good.name)
    assert [s["name"] for s in said["steps"]] == list(drilling.STEPS)
    assert {s["state"] for s in said["steps"]} == {"ok"}
    assert set(Path(tempfile.gettempdir()).glob("heretask-drill-*")) <= before


def test_a_drill_that_is_stopped_leaves_nothing(good: Shelf) -> None:
    environment = {**os.environ, "HERETASK_ROLE": "backup", "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", "heretask.config.cli", "backup", "drill", "--json"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if json.loads(line).get("step") == "restore":
                process.send_signal(signal.SIGTERM)
                break
        process.wait(30)
    assert process.returncode == 143
    assert list(Path(tempfile.gettempdir()).glob(f"heretask-drill-{process.pid}-*")) == []
    with closing(os.scandir("/proc")) as running:
        for one in running:
            if one.name.isdigit():
                try:
                    assert (
                        f"heretask-drill-{process.pid}-".encode() not in Path("/proc", one.name, "cmdline").read_bytes()
                    )
                except (FileNotFoundError, ProcessLookupError):
                    continue


def test_what_a_killed_drill_has_left_is_cleared_by_the_next() -> None:
    gone = subprocess.Popen(["/bin/true"])
    gone.wait()
    left = Path(tempfile.gettempdir()) / f"heretask-drill-{gone.pid}-x"
    mine = Path(tempfile.gettempdir()) / f"heretask-drill-{os.getpid()}-x"
    for folder in (left, mine):
        (folder / "secrets").mkdir(parents=True)
    clear_left_over()
    assert not left.exists()
    assert mine.exists()
    shutil.rmtree(mine)
