"""After a restore nobody who was erased is back: from the tombstones, and from a copy of the keys."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from django.test import override_settings

from heretask.kernel.identity.sessions import operator
from heretask.kernel.log.models import Event
from heretask.kernel.secrets import erasing, keybackup, keys, rings, rotating, tombstones
from heretask.kernel.secrets.files import NoRoom
from heretask.kernel.secrets.models import DataKey, Erasure
from heretask.kernel.tenancy.base import uuid7
from heretask.kernel.tenancy.models import Customer
from heretask.social.citizens import actions as citizens
from heretask.social.citizens.models import Citizen
from heretask.social.journal.models import Note
from tests import database
from tests.cast import Cast
from tests.keyring import own_keys, rotate
from tests.social.people import make_citizen

MOMENT = dt.datetime(2026, 3, 4, 5, 6, 7, 890, dt.UTC)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Iterator[Path]:
    with override_settings(HERETASK_TOMBSTONES=tmp_path / "stones"):
        yield tmp_path / "stones"


def dumped(customer: Customer) -> list[tuple[str, tuple[object, ...]]]:
    """The rows of citizens and keys, as an older copy of the database has them."""
    with database.superuser() as admin:
        return [
            (table, row)
            for table in ("social_citizens_citizen", "kernel_datakey")
            for row in admin.execute(f"select * from {table} where customer_id = %s", [customer.id]).fetchall()
        ]


def restored(rows: list[tuple[str, tuple[object, ...]]], customer: Customer) -> None:
    """Bring the older copy back, as a restore does: past every trigger, and without what happened since."""
    with database.superuser() as admin:
        admin.execute("set session_replication_role = replica")
        for table in ("kernel_erasure", "kernel_datakey", "social_citizens_citizen"):
            admin.execute(f"delete from {table} where customer_id = %s", [customer.id])
        for table, values in rows:
            admin.execute(f"insert into {table} values ({', '.join('%s' for _v in values)})", values)


def erase(cast: Cast, citizen: Citizen, name: str) -> None:
    with cast.eva.inside() as by:
        citizens.erase_citizen(citizen.id, typed=name, reason="Tiden er gået", by=by)


def names(cast: Cast) -> list[str]:
    cast.anna.customer = Customer.objects.using("owner").get(id=cast.solsikken.id)
    with cast.anna.inside() as by:
        return [row.name for row in citizens.list_citizens(by)]


def test_a_restore_from_before_the_erasure_brings_nobody_back(cast: Cast) -> None:
    ane, _bo = make_citizen(cast, "Ane Vind", cpr="010150-0000"), make_citizen(cast, "Bo Dam")
    copy = dumped(cast.solsikken)
    erase(cast, ane, "Ane Vind")
    restored(copy, cast.solsikken)
    assert names(cast) == ["Ane Vind", "Bo Dam"]  # this is what would happen
    assert tombstones.pending() == 1
    assert tombstones.replay(alias="owner") == 1
    assert tombstones.pending() == 0
    assert names(cast) == ["Bo Dam"]
    assert tombstones.replay() == 0
    with operator(cast.solsikken, "test"):
        row = Citizen.objects.get(id=ane.id)
        assert (bytes(row.name), row.cpr_hash, row.active) == (b"", None, False)
        told = erasing.erased(ane.id)
        assert told is not None
        assert (told.at, told.at) == (row.erased_at, Erasure.objects.get(subject=ane.id).at)
        assert "Erased on" in told.sentence or "Slettet" in told.sentence
    answer = cast.anna.client().get(f"/social/journal/{ane.id}/")
    assert answer.status_code == 410
    assert "genskabt" in answer.content.decode()
    with operator(cast.solsikken, "test"):
        assert Event.objects.get(action="secrets.erased_again").hits == 1


def test_a_customer_whose_contract_has_ended_is_seen_to_as_well(cast: Cast) -> None:
    ane = make_citizen(cast, "Ane Vind")
    copy = dumped(cast.solsikken)
    erase(cast, ane, "Ane Vind")
    restored(copy, cast.solsikken)
    with database.superuser() as admin:
        admin.execute("update kernel_customer set active = false where id = %s", [cast.solsikken.id])
    assert tombstones.replay() == 1
    assert tombstones.pending() == 0
    with database.superuser() as admin:
        row = admin.execute("select active from kernel_customer where id = %s", [cast.solsikken.id]).fetchone()
    assert row == (False,)


def test_tombstones_of_others_and_none_at_all_do_no_harm(folder: Path) -> None:
    assert (tombstones.replay(), tombstones.pending(), tombstones.read()) == (0, 0, {})
    tombstones.write(uuid7(), {uuid7(): MOMENT})
    assert (tombstones.replay(), tombstones.pending()) == (0, 0)


def test_a_line_is_written_once_and_a_torn_one_is_written_again(folder: Path) -> None:
    customer, one, other = uuid7(), uuid7(), uuid7()
    assert tombstones.write(customer, {one: MOMENT}) == 1
    assert tombstones.write(customer, {one: MOMENT, other: MOMENT}) == 1
    path = folder / customer.hex
    assert tombstones.read() == {customer: {one: MOMENT, other: MOMENT}}
    assert path.stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    whole = path.read_bytes()
    for cut in range(1, len(whole) // 2):
        path.write_bytes(whole[:-cut])
        assert tombstones.read() == {customer: {one: MOMENT}}
        assert tombstones.write(customer, {one: MOMENT, other: MOMENT}) == 1
        assert path.read_bytes() == whole


def test_a_changed_line_is_never_passed_over(folder: Path) -> None:
    customer = uuid7()
    tombstones.write(customer, {uuid7(): MOMENT})
    path = folder / customer.hex
    whole = path.read_bytes()
    for place in range(len(whole) - 1):
        bent = bytearray(whole)
        bent[place] ^= 1
        path.write_bytes(bytes(bent))
        with pytest.raises(tombstones.Damaged, match="line 1"):
            tombstones.read()
        with pytest.raises(tombstones.Damaged):
            tombstones.replay()


def test_a_file_that_does_not_belong_there_is_said(folder: Path) -> None:
    tombstones.write(uuid7(), {uuid7(): MOMENT})
    (folder / "lost+found").mkdir()
    assert len(tombstones.read()) == 1
    (folder / "copy of a file").write_text("")
    with pytest.raises(tombstones.Damaged, match="put it elsewhere"):
        tombstones.pending()


def test_many_processes_write_every_line_once(folder: Path) -> None:
    customer = uuid7()
    stones = {uuid7(): MOMENT for _n in range(40)}
    children = []
    for start in range(4):
        child = os.fork()
        if child == 0:
            chosen = list(stones.items())[start * 5 : start * 5 + 25]
            for subject, at in chosen:
                tombstones.write(customer, {subject: at})
            os._exit(0)
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * 4
    assert tombstones.read() == {customer: stones}
    assert (folder / customer.hex).read_bytes().count(b"\n") == 40


@pytest.fixture
def lost(cast: Cast, tmp_path: Path) -> tuple[Cast, Path, Citizen]:
    """Two citizens, a copy of the keys, and a database that came back without any key."""
    ane = make_citizen(cast, "Ane Vind")
    make_citizen(cast, "Bo Dam")
    return cast, tmp_path / "keys.copy", ane


def lose(customer: Customer) -> None:
    with database.superuser() as admin:
        admin.execute("delete from kernel_datakey where customer_id = %s", [customer.id])


def test_keys_come_back_from_their_copy_once(lost: tuple[Cast, Path, Citizen]) -> None:
    cast, copy, _ane = lost
    made = keybackup.write(copy)
    assert made.customers >= 4
    assert made.keys >= 2
    assert copy.stat().st_mode & 0o777 == 0o600
    lose(cast.solsikken)
    assert cast.anna.client().get("/social/citizens/").status_code == 500
    read = keybackup.read(copy)
    assert (read.keys, read.customers) == (2, made.customers)
    assert names(cast) == ["Ane Vind", "Bo Dam"]
    assert keybackup.read(copy).keys == 0
    assert [path.name for path in copy.parent.iterdir() if path.name.startswith("keys")] == ["keys.copy"]


def test_nobody_erased_comes_back_from_a_copy_of_the_keys(lost: tuple[Cast, Path, Citizen]) -> None:
    cast, copy, ane = lost
    keybackup.write(copy)
    rows = dumped(cast.solsikken)
    erase(cast, ane, "Ane Vind")
    restored(rows, cast.solsikken)
    lose(cast.solsikken)
    read = keybackup.read(copy)
    assert (read.keys, read.refused) == (1, 1)
    assert tombstones.pending() == 0
    with operator(cast.solsikken, "test"):
        assert not DataKey.objects.filter(subject=ane.id).exists()
        assert Note.objects.count() == 0
    assert tombstones.replay() == 1
    assert names(cast) == ["Bo Dam"]


def test_a_copy_from_before_rotations_is_wrapped_anew(lost: tuple[Cast, Path, Citizen], tmp_path: Path) -> None:
    cast, copy, _ane = lost
    with own_keys(tmp_path):
        keybackup.write(copy)
        rotate(cast.solsikken)
        rotate(what=rotating.OUTER)
        lose(cast.solsikken)
        assert keybackup.read(copy).keys == 2
        assert names(cast) == ["Ane Vind", "Bo Dam"]
        with operator(Customer.objects.using("owner").get(id=cast.solsikken.id), "test"):
            assert {rings.generation_of(bytes(row.wrapped)) for row in DataKey.objects.all()} == {2}
        rotate(what=rotating.RETIRE)
        lose(cast.solsikken)
        with pytest.raises(keys.KeyFault, match="version 1"):
            keybackup.read(copy)


def test_a_bent_cut_or_foreign_copy_changes_nothing(lost: tuple[Cast, Path, Citizen]) -> None:
    cast, copy, _ane = lost
    keybackup.write(copy)
    whole = copy.read_bytes()
    lose(cast.solsikken)
    for bent in (
        whole[:-1], whole[:100], b"", b"HTK1", b"x" + whole[1:], whole + b"x", *flipped(whole, range(0, len(whole), 101)),
    ):  # fmt: skip
        copy.write_bytes(bent)
        with pytest.raises(keys.CannotOpen):
            keybackup.read(copy)
    with operator(cast.solsikken, "test"):
        assert DataKey.objects.count() == 0
    copy.write_bytes(whole)
    with database.superuser() as admin:
        admin.execute(
            "update kernel_customer set wrapped_key = %s where id = %s",
            [keys.wrap_customer_key(cast.solsikken.id, keys.make_key()), cast.solsikken.id],
        )
    with pytest.raises(keybackup.Mismatch, match="another key"):
        keybackup.read(copy)


def flipped(whole: bytes, places: range) -> Iterator[bytes]:
    for place in places:
        bent = bytearray(whole)
        bent[place] ^= 1
        yield bytes(bent)


def test_a_ring_that_does_not_open_comes_back_with_its_keys(lost: tuple[Cast, Path, Citizen]) -> None:
    cast, copy, _ane = lost
    keybackup.write(copy)
    with database.superuser() as admin:
        admin.execute("update kernel_customer set wrapped_key = %s where id = %s", [b"\x01spoilt", cast.solsikken.id])
        admin.execute("set session_replication_role = replica")
        admin.execute("delete from kernel_datakey where customer_id = %s", [cast.solsikken.id])
    assert keybackup.read(copy).keys == 2
    assert names(cast) == ["Ane Vind", "Bo Dam"]


def test_a_full_disk_leaves_no_half_copy(lost: tuple[Cast, Path, Citizen], monkeypatch: pytest.MonkeyPatch) -> None:
    _cast, copy, _ane = lost

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(NoRoom):
        keybackup.write(copy)
    assert [path for path in copy.parent.iterdir() if "keys" in path.name] == []
    assert UUID(int=0) not in tombstones.read()
