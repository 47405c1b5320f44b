"""Keys are replaced while the web works, whatever breaks off in the middle; what the old ones wrapped opens no more."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from django.conf import settings
from django.db import DatabaseError, IntegrityError, OperationalError, connections

from heretask.config import cli
from heretask.kernel.identity.sessions import operator
from heretask.kernel.log.models import Event
from heretask.kernel.log.queries import variables_of
from heretask.kernel.secrets import keys, providers, rings, rotating
from heretask.kernel.secrets.inside import inside
from heretask.kernel.secrets.models import DataKey, Rotation
from heretask.kernel.secrets.opening import make_data_key
from heretask.kernel.tenancy.base import uuid7
from heretask.kernel.tenancy.models import Customer
from heretask.social.citizens import actions as citizens
from heretask.social.citizens.models import Citizen
from tests import database
from tests.cast import Cast, supplier
from tests.filled import fill
from tests.keyring import begin, killed_at, own_keys, rotate
from tests.social.people import make_citizen

pytestmark = pytest.mark.usefixtures("fresh_database")


@pytest.fixture(autouse=True)
def key_file(tmp_path: Path) -> Iterator[Path]:
    with own_keys(tmp_path) as file:
        yield file


def fresh(customer: Customer) -> Customer:
    return Customer.objects.using("owner").get(id=customer.id)


def ring_of(customer: Customer) -> bytes:
    return bytes(fresh(customer).wrapped_key)


def wrapped_keys(customer: Customer) -> dict[UUID, bytes]:
    with operator(fresh(customer), "test"):
        return {row.subject: bytes(row.wrapped) for row in DataKey.objects.all()}


def read_all(cast: Cast) -> list[str]:
    """Every name in Nord, opened as Anna's session does it."""
    cast.anna.customer = fresh(cast.solsikken)
    with cast.anna.inside() as by:
        return sorted(row.name for row in citizens.list_citizens(by))


def put_back(table: str, column: str, value: bytes, where: str, *params: object) -> None:
    """As a thief with an old dump would: past every trigger."""
    with database.superuser() as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute(f"update {table} set {column} = %s where {where}", [value, *params])


def test_a_rotation_wraps_keys_and_touches_no_row(cast: Cast) -> None:
    fill(cast)
    before, keys_before, ring = rows_of(cast), wrapped_keys(cast.solsikken), ring_of(cast.solsikken)
    data_key = keys.unwrap_customer_key(cast.solsikken.id, ring)
    others = ring_of(cast.fyrtaarnet)
    rotate(cast.solsikken)
    after = wrapped_keys(cast.solsikken)
    assert before == rows_of(cast)
    assert ring_of(cast.fyrtaarnet) == others
    assert keys_before.keys() == after.keys()
    assert keys_before
    assert not set(keys_before.values()) & set(after.values())
    assert {rings.generation_of(one) for one in after.values()} == {2}
    parts = rings.parts_of(ring_of(cast.solsikken))
    assert (parts.generation, parts.before) == (2, b"")
    assert keys.unwrap_customer_key(cast.solsikken.id, ring_of(cast.solsikken)) == data_key
    assert read_all(cast) == ["Birthe Holm"]


def rows_of(cast: Cast) -> list[tuple[object, ...]]:
    """Every row that is sealed, and which transaction wrote it."""
    with database.superuser() as admin:
        return [
            row
            for table in ("social_citizens_citizen", "social_journal_note", "platform_drafts_draft", "kernel_user")
            for row in admin.execute(f"select id, xmin from {table} where customer_id = %s order by id", [cast.solsikken.id]).fetchall()
        ]  # fmt: skip


def test_what_the_old_wrapping_key_wrapped_opens_no_more(cast: Cast) -> None:
    citizen = make_citizen(cast, "Ane Vind")
    old = wrapped_keys(cast.solsikken)[citizen.id]
    rotate(cast.solsikken)
    assert read_all(cast) == ["Ane Vind"]
    new = wrapped_keys(cast.solsikken)[citizen.id]
    put_back("kernel_datakey", "wrapped", old, "subject = %s", citizen.id)
    with pytest.raises(keys.CannotOpen, match="gone"):
        read_all(cast)
    with database.superuser() as admin, pytest.raises(psycopg.Error) as refused:
        admin.execute("update kernel_datakey set wrapped = %s where subject = %s", [old, citizen.id])
    assert refused.value.sqlstate == "40001"
    put_back("kernel_datakey", "wrapped", new, "subject = %s", citizen.id)  # a drill tries rows of every customer
    assert read_all(cast) == ["Ane Vind"]


def legacy(customer: Customer) -> bytes:
    """Make a customer as the first releases made it: one key, wrapped without a head. Returns its key."""
    data_key = keys.unwrap_customer_key(customer.id, ring_of(customer))
    outermost = providers.by_code(1)
    body = outermost.wrap(1, data_key, b"customer:" + customer.id.bytes)
    put_back("kernel_customer", "wrapped_key", body, "id = %s", customer.id)
    customer.wrapped_key = body
    return data_key


def test_a_customer_of_the_first_releases_is_parted_by_its_first_rotation(cast: Cast) -> None:
    data_key = legacy(cast.solsikken)
    make_citizen(cast, "Ane Vind")
    assert {rings.generation_of(one) for one in wrapped_keys(cast.solsikken).values()} == {0}
    assert read_all(cast) == ["Ane Vind"]
    rotate(what=rotating.OUTER)  # may come first: the customer stays as it is, under the newer version
    assert rings.versions_of(ring_of(cast.solsikken)) == {providers.newest()}
    assert read_all(cast) == ["Ane Vind"]
    rotate(cast.solsikken)
    ring = rings.opened(cast.solsikken.id, ring_of(cast.solsikken))
    assert ring.data_key == data_key != ring.wrapping
    assert {rings.generation_of(one) for one in wrapped_keys(cast.solsikken).values()} == {1}
    assert read_all(cast) == ["Ane Vind"]


def test_broken_off_at_any_statement_it_goes_on_and_every_key_opens(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotating, "BATCH", 2)
    names = ["Ane", "Bo", "Cai"]
    for name in names:
        make_citizen(cast, name)
    step, kills = 1, 0
    while True:
        wanted = rings.parts_of(ring_of(cast.solsikken)).generation + 1
        begun = begin(rotating.CUSTOMERS, cast.solsikken)
        died = killed_at(lambda: rotating.run(begun), step)  # noqa: B023  (forked at once)
        assert read_all(cast) == names, f"killed before statement {step}"
        left = rotating.unfinished()
        assert died or left is None  # killed after the last COMMIT it has come to its end all the same
        if left is not None:
            rotating.run(left)
        parts = rings.parts_of(ring_of(cast.solsikken))
        assert (parts.generation, parts.before) == (wanted, b""), f"killed before statement {step}"
        assert {rings.generation_of(one) for one in wrapped_keys(cast.solsikken).values()} == {wanted}
        if not died:
            break
        step, kills = step + 1, kills + 1
    assert kills > 30
    assert read_all(cast) == names


def test_the_outermost_rotation_broken_off_at_any_statement_goes_on(cast: Cast) -> None:
    make_citizen(cast, "Ane")
    step, kills = 1, 0
    while True:
        begun = begin(rotating.OUTER)
        died = killed_at(lambda: rotating.run(begun), step)  # noqa: B023  (forked at once)
        assert read_all(cast) == ["Ane"], f"killed before statement {step}"
        left = rotating.unfinished()
        if left is not None:
            rotating.run(left)
        assert rotating.needed_versions() == {providers.newest()} == {tuple(begun.targets["version"])}
        if not died:
            break
        step, kills = step * 2, kills + 1  # every customer is wrapped anew each time
    assert kills > 2


def test_readers_and_writers_go_on_meanwhile(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rotating, "BATCH", 3)
    for number in range(20):
        make_citizen(cast, f"Borger {number}")
    stop, failures, reads, made = threading.Event(), list[str](), list[int](), list[str]()

    def until_stopped(act: object) -> None:
        try:
            while not stop.is_set():
                act()  # type: ignore[operator]
        except Exception as failure:  # noqa: BLE001  (whatever it is, it must not happen)
            failures.append(repr(failure))
        finally:
            connections.close_all()

    def read() -> None:
        with cast.anna.inside() as by:  # with the ring that this process saw first
            reads.append(len(citizens.list_citizens(by)))

    def write() -> None:
        made.append(f"Ny {len(made)}")
        make_citizen(cast, made[-1])

    with ThreadPoolExecutor(3) as threads:
        for act in (read, read, write):
            threads.submit(until_stopped, act)
        try:
            for _time in range(6):
                rotate(cast.solsikken)
        finally:
            stop.set()
    assert failures == []
    assert len(reads) > 6
    assert len(made) > 3
    assert reads == sorted(reads) or min(reads) >= 20
    generation = rings.parts_of(ring_of(cast.solsikken)).generation
    assert generation == 7
    assert {rings.generation_of(one) for one in wrapped_keys(cast.solsikken).values()} == {generation}
    assert len(read_all(cast)) == 20 + len(made)


def test_it_waits_for_whoever_makes_keys_and_never_makes_them_queue(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotating, "PATIENCE", 0.2)
    begun = begin(rotating.CUSTOMERS, cast.solsikken)

    def apart() -> str:
        try:
            rotating.run(begun)
        except rotating.Refused as refused:
            return str(refused)
        finally:
            connections.close_all()
        return ""

    with operator(cast.solsikken, "test"), ThreadPoolExecutor(1) as thread:
        subject = uuid7()
        kept = make_data_key(subject)
        assert "read in" in thread.submit(apart).result()
        kept.save(force_insert=True)  # its wrapping key is still the newest one
    rotating.run(begun)
    assert rings.generation_of(wrapped_keys(cast.solsikken)[subject]) == 2


def test_two_different_people_of_management_are_needed(cast: Cast) -> None:
    for asked, approved in (("nina", "nina"), ("nina", "pia"), ("nobody", "otto"), ("nina", "eva"), ("nina", "")):
        with pytest.raises(rotating.Refused):
            rotating.begin(rotating.CUSTOMERS, customer=cast.solsikken, asked_by=asked, approved_by=approved, why="x")
    own = supplier()
    with operator(own, "test"):
        assert Rotation.objects.count() == 0
    made = rotate(cast.solsikken)
    with operator(own, "test"), pytest.raises(IntegrityError):
        Rotation.objects.filter(id=made.id).update(approved_by=made.asked_by)
    with operator(own, "test"):
        begun, done = Event.objects.filter(object_id=made.id).order_by("at")
        assert [begun.action, done.action] == ["secrets.rotation_begun", "secrets.rotation_done"]
        said = variables_of(begun)
    assert (said["asked by"], said["approved by"], said["why"]) == ("nina", "otto", "for the tests")
    with operator(fresh(cast.solsikken), "test"):
        told = variables_of(Event.objects.get(action="secrets.key_replaced"))
    assert told == {"asked by": "nina", "approved by": "otto"}


def test_one_rotation_at_a_time(cast: Cast) -> None:
    begun = begin(rotating.CUSTOMERS, cast.solsikken)
    with pytest.raises(rotating.Refused, match="not finished"):
        begin(rotating.OUTER)
    with database.superuser() as other:
        other.execute("select pg_advisory_lock(hashtextextended('heretask keys', 0))")
        with pytest.raises(rotating.Refused, match="Another process"):
            rotating.run(begun)
        other.execute("select pg_advisory_unlock_all()")
    rotating.run(begun)


def test_a_new_outermost_key_wraps_all_and_the_old_one_can_be_destroyed(cast: Cast, key_file: Path) -> None:
    make_citizen(cast, "Ane Vind")
    old = ring_of(cast.solsikken)
    assert rings.versions_of(old) == {(1, 1)}
    rotate(what=rotating.OUTER)
    new = ring_of(cast.solsikken)
    assert rotating.needed_versions() == {(1, 2)}
    assert read_all(cast) == ["Ane Vind"]
    assert rings.opened(cast.solsikken.id, old)  # whoever still holds it goes on
    with operator(cast.solsikken, "test"):  # with the ring from before
        assert Citizen.objects.count() == 1
    rotate(what=rotating.RETIRE)
    assert list(json.loads(key_file.read_text())["keys"]) == ["2"]
    with pytest.raises(keys.KeyFault, match="version 1"):
        rings.opened(cast.solsikken.id, old)  # not from any memory either
    put_back("kernel_customer", "wrapped_key", old, "id = %s", cast.solsikken.id)
    assert cast.anna.client().get("/social/citizens/").status_code == 500
    with pytest.raises(rotating.Refused, match="still needed"):
        begin(rotating.RETIRE)
    put_back("kernel_customer", "wrapped_key", new, "id = %s", cast.solsikken.id)
    assert read_all(cast) == ["Ane Vind"]


def test_a_version_is_never_used_twice(cast: Cast) -> None:
    rotate(what=rotating.OUTER)
    rotate(what=rotating.OUTER)
    rotate(what=rotating.RETIRE)
    providers.by_code(1).retire({3})  # the file was emptied by hand: a number given once stays given
    with pytest.raises(keys.KeyFault, match="rotate --outer"):
        providers.newest()
    with inside(supplier().id, "test"):
        assert rotating._targets(rotating.OUTER, None) == {"version": [1, 4]}


def test_the_commands_say_how_it_stands(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    people = ["--asked-by", "nina@heretask", "--approved-by", "otto", "--why", "yearly"]
    slug = cast.solsikken.slug
    make_citizen(cast, "Ane Vind")
    assert cli.main(["keys", "rotate", "--customer", slug, "--json", *people]) == 0
    assert json.loads(capsys.readouterr().out)["targets"] == {str(cast.solsikken.id): 2}
    assert cli.main(["keys", "rotate", "--outer", *people]) == 0
    assert "approved by otto" in capsys.readouterr().out
    assert cli.main(["keys", "status", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["provider"], told["newest"], told["fault"]) == ("file", "file 2", "")
    assert told["superfluous"] == ["file 1"]
    own = next(one for one in told["customers"] if one["customer"] == slug)
    assert own == {
        "customer": slug, "generation": 2, "turning": False, "outermost": ["file 2"], "opens": True, "citizens_keys": 1,
        "to_wrap": 0,
    }  # fmt: skip
    assert cli.main(["keys", "retire", *people]) == 1
    assert "backups" in capsys.readouterr().err.casefold()
    assert cli.main(["keys", "retire", "--backups-are-gone", *people]) == 0
    assert cli.main(["keys", "status"]) == 0
    assert "file 1" not in capsys.readouterr().out
    assert cli.main(["keys", "rotate", "--customer", "nowhere", *people]) == 1
    assert cli.main(["keys", "rotate", "--outer", "--customer", slug, *people]) == 1
    assert cli.main(["keys", "rotate", *people[:2], "--approved-by", "nina", "--why", "x"]) == 1
    assert "Two people" in capsys.readouterr().err


def test_a_broken_off_command_goes_on_by_itself(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    people = ["--asked-by", "nina", "--approved-by", "otto", "--why", "yearly"]
    make_citizen(cast, "Ane Vind")
    begun = begin(rotating.CUSTOMERS, cast.solsikken)
    assert killed_at(lambda: rotating.run(begun), 25)
    assert cli.main(["keys", "status"]) == 0
    assert "NOT FINISHED" in capsys.readouterr().out
    assert cli.main(["keys", "rotate", "--outer", *people]) == 1
    assert "broken off" in capsys.readouterr().err
    assert cli.main(["keys", "rotate", "--json", *people]) == 0
    assert json.loads(capsys.readouterr().out)["resumed"] is True
    assert read_all(cast) == ["Ane Vind"]


def test_the_database_refuses_a_key_under_an_older_wrapping_key(cast: Cast) -> None:
    with operator(cast.solsikken, "test"):
        made = make_data_key(uuid7())
    rotate(cast.solsikken)
    with pytest.raises((OperationalError, DatabaseError)) as refused, operator(fresh(cast.solsikken), "test"):
        made.save(force_insert=True)
    assert getattr(refused.value.__cause__, "sqlstate", "") == "40001"


def test_unknown_names_keep_their_hash_whatever_is_rotated(cast: Cast) -> None:
    before = keys.keyed_hash("unknown name", "nobody@nowhere")
    rotate(what=rotating.OUTER)
    rotate(supplier())
    keys._installation_key.cache_clear()
    assert keys.keyed_hash("unknown name", "nobody@nowhere") == before
    assert settings.HERETASK_KEY_PROVIDER == "file"
