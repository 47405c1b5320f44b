"""The sealer against the real database: late commits, two sealers, failure, rotation, and what the web may not do."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from django.conf import settings
from django.db import connections, transaction

from heretask.config import confine, sealer
from heretask.kernel.access.events import DENIED
from heretask.kernel.log import notes, tree
from heretask.kernel.log.merkle import Frontier, root_from_inclusion
from heretask.kernel.log.models import Event
from heretask.kernel.log.sealing import Sealer
from heretask.kernel.log.sealkeys import SealKeys
from heretask.kernel.log.storing import statement
from heretask.kernel.log.trace import make
from tests import database
from tests.cast import Cast
from tests.sealing import checkpoints_of, keys, leaves_of, seal, write


def root_of(leaves: list[tuple[int, UUID, bytes]]) -> bytes:
    frontier = Frontier()
    for _, _, leaf in leaves:
        frontier.append(leaf)
    return frontier.root()


@contextmanager
def leading(sealer: Sealer) -> Iterator[Sealer]:
    assert sealer.lead()
    sealer.begin()
    try:
        yield sealer
    finally:
        connections["sealer"].close()


def test_every_event_gets_one_place_in_its_customers_tree(cast: Cast) -> None:
    write(cast.solsikken.id, 700)
    write(cast.fyrtaarnet.id, 3)
    seal()
    for customer in (cast.solsikken, cast.fyrtaarnet):
        leaves = leaves_of(customer.id)
        with database.superuser() as admin:
            rows = admin.execute("select id, leaf from kernel_event where customer_id = %s", [customer.id]).fetchall()
        assert [place for place, _, _ in leaves] == list(range(len(leaves)))
        assert {(event, leaf) for _, event, leaf in leaves} == set(rows)
        size, root, note, public = checkpoints_of(customer.id)[-1]
        assert (size, root) == (len(leaves), root_of(leaves))
        held = notes.check_checkpoint(note, public)
        assert (held.origin, held.size, held.root) == (f"heretask/log/{customer.id}", size, root)


def test_proofs_from_the_stored_tree_lead_to_the_signed_root(cast: Cast) -> None:
    write(cast.solsikken.id, 600)
    seal()
    write(cast.solsikken.id, 100)
    seal()
    leaves = leaves_of(cast.solsikken.id)
    with cast.eva.inside():
        newest = tree.newest_checkpoint()
        assert newest is not None
        grown = tree.tree_of(newest.size)
        for place in (0, 255, 256, 599, newest.size - 1):
            proof = grown.inclusion(place)
            assert root_from_inclusion(place, newest.size, leaves[place][2], proof) == bytes(newest.root)
            assert tree.place_of(leaves[place][1]) == place


def test_a_late_commit_with_an_early_time_is_not_passed_over(cast: Cast) -> None:
    with psycopg.connect(connection_of("gate")) as slow:
        early = make(DENIED, customer_id=cast.solsikken.id, customer_key=None, actor=None, session=None)
        sql, params = statement([early], numbered=False)
        slow.execute(sql, params)  # not committed: a lower id and time than all that follows
        write(cast.solsikken.id, 5)
        seal()
        assert early.id not in {event for _, event, _ in leaves_of(cast.solsikken.id)}
        slow.commit()
    seal()
    assert [event for _, event, _ in leaves_of(cast.solsikken.id)][-1] == early.id


def test_an_event_rolled_back_gets_no_place(cast: Cast) -> None:
    seal()
    before = leaves_of(cast.solsikken.id)
    with pytest.raises(ZeroDivisionError), transaction.atomic(using="gate"):
        write(cast.solsikken.id)
        raise ZeroDivisionError
    seal()
    assert leaves_of(cast.solsikken.id) == before


def test_a_second_sealer_stands_by_and_takes_over(cast: Cast) -> None:
    first = psycopg.connect(connection_of("sealer"), autocommit=True)
    first.execute("select pg_advisory_lock(72002)")
    sealer = Sealer(keys(), sign_every=0)
    assert not sealer.lead()
    first.close()
    write(cast.solsikken.id, 4)
    deadline = threading.Event()
    while not sealer.lead():
        deadline.wait(0.05)
    sealer.begin()
    while sealer.step():
        pass
    connections["sealer"].close()
    assert checkpoints_of(cast.solsikken.id)[-1][0] == len(leaves_of(cast.solsikken.id))


def test_a_failed_step_leaves_nothing_half(cast: Cast, tmp_path: Path) -> None:
    write(cast.solsikken.id, 10)
    gone = SealKeys(tmp_path / "no-key")
    sealer = Sealer(gone, sign_every=0)
    assert sealer.lead()
    before = leaves_of(cast.solsikken.id), checkpoints_of(cast.solsikken.id)
    with pytest.raises(FileNotFoundError):
        sealer.step()
    assert (leaves_of(cast.solsikken.id), checkpoints_of(cast.solsikken.id)) == before
    gone.ensure()
    while sealer.step():  # the same sealer goes on when the key is there
        pass
    connections["sealer"].close()
    assert checkpoints_of(cast.solsikken.id)[-1][:2] == (
        len(leaves_of(cast.solsikken.id)), root_of(leaves_of(cast.solsikken.id)),
    )  # fmt: skip


def test_signing_waits_its_minute_unless_somebody_asks(cast: Cast) -> None:
    seal()
    with leading(Sealer(keys(), sign_every=3600)) as sealer:
        write(cast.solsikken.id)
        sealer.step()  # the first after it began is signed at once
        signed = len(checkpoints_of(cast.solsikken.id))
        write(cast.solsikken.id)
        sealer.step()
        assert len(checkpoints_of(cast.solsikken.id)) == signed
        with cast.eva.inside():
            tree.want_checkpoint()
        sealer.step()
        assert len(checkpoints_of(cast.solsikken.id)) == signed + 1
        assert checkpoints_of(cast.solsikken.id)[-1][0] == len(leaves_of(cast.solsikken.id))


def test_rotation_signs_with_both_keys_and_then_with_the_new_one(cast: Cast, tmp_path: Path) -> None:
    own = SealKeys(tmp_path / "key")
    own.ensure()
    with leading(Sealer(own, sign_every=0)) as sealer:
        changes: list[Callable[[], object]] = [own.keys, own.rotate, own.retire]
        for change in changes:
            change()
            write(cast.solsikken.id)
            sealer.step()
    old, both, new = (public for _, _, _, public in checkpoints_of(cast.solsikken.id)[-3:])
    assert both == [*old, *new]
    assert len(old) == len(new) == 1
    note = checkpoints_of(cast.solsikken.id)[-2][2]
    assert notes.check_checkpoint(note, old).keys == tuple(old)
    assert notes.check_checkpoint(note, new).keys == tuple(new)


@pytest.mark.parametrize("table", ["kernel_leaf", "kernel_node", "kernel_checkpoint"])
@pytest.mark.parametrize("role", ["default", "gate", "sealer"])
def test_nobody_changes_the_tree(cast: Cast, table: str, role: str) -> None:
    write(cast.solsikken.id, 300)
    seal()
    for statement_ in (f"update {table} set customer_id = customer_id", f"delete from {table}", f"truncate {table}"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), psycopg.connect(connection_of(role)) as raw:
            raw.execute(statement_)
    with pytest.raises(psycopg.errors.InsufficientPrivilege), database.superuser() as admin:
        admin.execute(f"delete from {table}")  # even past all rights the trigger stands


def test_the_sealer_reads_no_event_and_the_web_no_queue(cast: Cast) -> None:
    for role, statement_ in (
        ("sealer", "select * from kernel_event"), ("sealer", "select * from kernel_user"),
        ("sealer", "insert into ht.unsealed values (gen_random_uuid(), 1, gen_random_uuid(), '')"),
        ("default", "select * from ht.unsealed"), ("default", "delete from ht.unsealed"),
        ("default", "insert into kernel_leaf values (gen_random_uuid(), 1, gen_random_uuid(), '')"),
        ("gate", "select * from kernel_leaf"),
    ):  # fmt: skip
        with pytest.raises(psycopg.errors.InsufficientPrivilege), psycopg.connect(connection_of(role)) as raw:
            raw.execute(statement_)


def test_each_customer_sees_its_own_tree(cast: Cast) -> None:
    write(cast.fyrtaarnet.id, 3)
    seal()
    with cast.eva.inside():
        with connections["default"].cursor() as cursor:
            cursor.execute("select distinct customer_id from kernel_leaf")
            assert cursor.fetchall() == [(cast.solsikken.id,)]
        assert {row.customer_id for row in Event.objects.all()} == {cast.solsikken.id}


@pytest.mark.skipif(not confine.is_possible(), reason="this kernel has no Landlock")
def test_a_confined_process_cannot_reach_the_key(tmp_path: Path) -> None:
    secret = tmp_path / "sealer" / "key"
    secret.parent.mkdir()
    secret.write_text("a key")
    (tmp_path / "other").write_text("read me")
    (tmp_path / "link").symlink_to(secret)
    program = f"""
import os, subprocess, sys
from pathlib import Path
from heretask.config import confine
assert confine.keep_out_of(Path({str(secret.parent)!r}))
assert Path({str(tmp_path / "other")!r}).read_text() == "read me"
for way in ({str(secret)!r}, {str(tmp_path / "link")!r}, "/proc/self/root" + {str(secret)!r}):
    for mode in ("r", "a"):
        try:
            open(way, mode)
        except PermissionError:
            continue
        sys.exit(way + " was opened")
assert subprocess.run(["cat", {str(secret)!r}], capture_output=True).returncode, "a child read it"
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env={**os.environ}, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not confine.is_possible(), reason="this kernel has no Landlock")
def test_the_web_itself_cannot_read_the_key() -> None:
    keys()
    program = """
import sys
import heretask.config.wsgi
from django.conf import settings
try:
    settings.HERETASK_SEAL_KEY_FILE.read_text()
except PermissionError:
    sys.exit(7)
"""
    assert subprocess.run([sys.executable, "-c", program], env={**os.environ}, check=False).returncode == 7


def connection_of(alias: str) -> str:
    chosen = settings.DATABASES[alias]
    return psycopg.conninfo.make_conninfo(
        host=chosen["HOST"],
        port=chosen["PORT"],
        dbname=chosen["NAME"],
        user=chosen["USER"],
        password=chosen["PASSWORD"],
    )


def test_a_step_that_takes_too_long_is_tried_with_fewer_events(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a machine so busy that no more than 50 events get their places within the time of a statement."""
    seal()
    write(cast.solsikken.id, 300)
    monkeypatch.setattr(sealer, "FEWEST", 10)
    stop = threading.Event()

    def work() -> None:
        try:
            sealer.seal_on(stop, os.getppid(), keys(), batch=200)
        finally:
            connections.close_all()

    with database.superuser() as admin:
        admin.execute(
            "create function public.too_slow() returns trigger language plpgsql as $$ begin "
            "if (select count(*) from added) > 50 then raise exception 'too slow' using errcode = '57014'; end if; "
            "return null; end $$"
        )
        admin.execute(
            "create trigger too_slow after insert on kernel_leaf referencing new table as added "
            "for each statement execute function public.too_slow()"
        )
        thread = threading.Thread(target=work)
        thread.start()
        try:
            until = time.monotonic() + 120
            while admin.execute("select count(*) from ht.unsealed").fetchone() != (0,):
                assert time.monotonic() < until, "the same step is tried for ever"
                time.sleep(0.2)
        finally:
            stop.set()
            thread.join()
            admin.execute("drop trigger too_slow on kernel_leaf")
            admin.execute("drop function public.too_slow()")
