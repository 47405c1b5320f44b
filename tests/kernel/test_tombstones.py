"""After a restore nobody who was erased is back: from the tombstones, and from a copy of the keys."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings

from heretask.kernel.identity.sessions import operator
from heretask.kernel.log.models import Event
from heretask.kernel.secrets import erasing, tombstones
from heretask.kernel.secrets.models import Erasure
from heretask.kernel.tenancy.base import uuid7
from heretask.kernel.tenancy.models import Customer
from heretask.social.citizens import actions as citizens
from heretask.social.citizens.models import Citizen
from tests import database
from tests.cast import Cast
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
