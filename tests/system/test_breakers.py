"""Every measured promise is made untrue from outside, turns red by it and by nothing else, and back when it is mended.

A check that no breaker can turn red does not count.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from heretask.kernel.evidence.measuring import MEASURES, State
from heretask.kernel.identity.sessions import begin, operator, touch
from heretask.kernel.log.models import Event
from heretask.kernel.log.queries import newest_export
from heretask.kernel.secrets.files import place_of
from tests import database
from tests.backups import Shelf, declared, take
from tests.cast import Cast, supplier
from tests.sealing import seal
from tests.system.servers import ended_certificate, serving
from tests.system.world import World, at_address, make_world, sign_in, sql

Breaker = Callable[[World], AbstractContextManager[None]]
BREAKERS: dict[str, list[tuple[Breaker, frozenset[str]]]] = {}


def breaker(promise: str, *also: str) -> Callable[[Callable[[World], Iterator[None]]], Breaker]:
    """Declare a way to break a promise; leaving the block mends it. `also` are promises that the same act breaks."""

    def declare(function: Callable[[World], Iterator[None]]) -> Breaker:
        made = contextmanager(function)
        BREAKERS.setdefault(promise, []).append((made, frozenset(also)))
        return made

    return declare


@contextmanager
def changed(table: str, where: str, values: list[Any], **columns: Any) -> Iterator[None]:
    """Rows changed by the superuser, and put back as they were. A value `=expression` is SQL."""
    with database.superuser() as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute(f"create temp table kept as select * from {table} where {where}", values)
        count = admin.execute("select count(*) from kept").fetchone()
        assert count is not None
        assert count[0], "nothing to break"
        sets = ", ".join(
            f"{name} = {v[1:] if isinstance(v, str) and v.startswith('=') else '%s'}" for name, v in columns.items()
        )
        given = [v for v in columns.values() if not (isinstance(v, str) and v.startswith("="))]
        admin.execute(f"update {table} set {sets} where {where}", [*given, *values])
        try:
            yield
        finally:
            back = ", ".join(f"{name} = kept.{name}" for name in columns)
            admin.execute(f"update {table} t set {back} from kept where t.id = kept.id")


@contextmanager
def gone(table: str, where: str, values: list[Any]) -> Iterator[None]:
    """Rows deleted by the superuser, past the triggers that forbid it, and put back."""
    with database.superuser() as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute(f"create temp table kept as select * from {table} where {where}", values)
        assert admin.execute(f"delete from {table} where {where}", values).rowcount, "nothing to break"
        try:
            yield
        finally:
            admin.execute(f"insert into {table} select * from kept")


@contextmanager
def replaced(function: str, old: str, new: str) -> Iterator[None]:
    """A function of the database with one piece of it exchanged."""
    with database.superuser() as admin:
        row = admin.execute("select pg_get_functiondef(%s::regproc)", [function]).fetchone()
        assert row is not None
        before = str(row[0])
        assert old in before
        admin.execute(before.replace(old, new))
        try:
            yield
        finally:
            admin.execute(before)


@breaker("ORG-1")
def a_role_nobody_knows(_world: World) -> Iterator[None]:
    sql("create role visitor login superuser")
    try:
        yield
    finally:
        sql("drop role visitor")


@breaker("ORG-1")
def a_table_without_its_wall(_world: World) -> Iterator[None]:
    sql("alter table kernel_unit no force row level security")
    try:
        yield
    finally:
        sql("alter table kernel_unit force row level security")


@breaker("ORG-3")
def somebody_acts_after_their_login_was_closed(world: World) -> Iterator[None]:
    with changed(
        "kernel_user", "id = %s", [world.cast.clara.user.id], deactivated_at="=deactivated_at - interval '1 hour'"
    ):
        yield


@breaker("PROT-1")
def a_carer_opened_after_their_role_had_ended(world: World) -> Iterator[None]:
    with changed(
        "kernel_assignment", "user_id = %s", [world.cast.anna.user.id],
        made_at="=made_at - interval '2 days'", ended_at="=made_at - interval '1 day'",
    ):  # fmt: skip
        yield


@breaker("REMOTE-2")
def a_session_from_nowhere(world: World) -> Iterator[None]:
    with changed("kernel_session", "id = %s", [world.session], address="", agent=""):
        yield


@breaker("REMOTE-3")
def something_in_front_lets_browsers_keep_pages(_world: World) -> Iterator[None]:
    with serving(app="tests.system.servers:keeping") as address, at_address(address):
        yield


@breaker("DATA-1")
def the_server_goes_along_with_128_bits(_world: World) -> Iterator[None]:
    with serving(narrowed=False) as address, at_address(address):
        yield


@breaker("DATA-1")
def the_certificate_has_ended(_world: World) -> Iterator[None]:
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(chain=ended_certificate(Path(folder))) as address,
        at_address(address),
    ):
        yield


@breaker("DATA-2")
def an_account_without_a_password(world: World) -> Iterator[None]:
    with changed("kernel_credential", "user_id = %s", [world.cast.bo.user.id], password=""):
        yield


@breaker("DATA-2", "LOGIN-3")
def two_names_that_are_one(world: World) -> Iterator[None]:
    bo = world.cast.bo.user.id
    with changed("kernel_user", "id = %s", [bo], user_name="ANNA"):
        yield


@breaker("DATA-3")
def a_session_went_on_after_400_seconds(world: World) -> Iterator[None]:
    with changed("kernel_session", "id = %s", [world.session], longest_gap=400):
        yield


@breaker("DATA-3")
def the_database_no_longer_ends_idle_sessions(_world: World) -> Iterator[None]:
    with replaced("ht.touch", "gap >= s.idle_limit or", "false or"):
        yield


@breaker("ACCESS-1")
def a_right_that_nobody_gave(world: World) -> Iterator[None]:
    anna = world.cast.anna.user.id
    sql(
        "insert into kernel_assignment (id, customer_id, user_id, role) "
        "select gen_random_uuid(), customer_id, id, 'administrator' from kernel_user where id = %s", anna,
    )  # fmt: skip
    try:
        yield
    finally:
        sql("delete from kernel_assignment where user_id = %s and role = 'administrator'", anna)


@breaker("LOGIN-1")
def a_start_password_that_lives_for_weeks(world: World) -> Iterator[None]:
    with changed(
        "kernel_credential", "user_id = %s", [world.starter.user.id], start_until="=now() + interval '20 days'"
    ):
        yield


@breaker("LOGIN-2")
def a_password_set_by_somebody_else(world: World) -> Iterator[None]:
    with changed("kernel_credential", "user_id = %s", [world.cast.bo.user.id], set_at="=now()"):
        yield


@breaker("LOGIN-3")
def a_name_changed_past_the_administrators_page(world: World) -> Iterator[None]:
    with changed("kernel_user", "id = %s", [world.cast.bo.user.id], user_name="bodil"):
        yield


@breaker("LOGIN-4")
def a_password_under_a_weaker_rule(world: World) -> Iterator[None]:
    with changed("kernel_credential", "user_id = %s", [world.cast.bo.user.id], rule=0):
        yield


@breaker("LOGIN-4")
def a_password_that_is_not_argon2id(world: World) -> Iterator[None]:
    with changed("kernel_credential", "user_id = %s", [world.cast.bo.user.id], password="pbkdf2_sha256$1$a$b"):
        yield


@breaker("LOGIN-5")
def the_floor_of_the_idle_limit_is_taken_away(_world: World) -> Iterator[None]:
    with database.superuser() as admin:
        where = "conname = 'customer_idle_floor'"
        row = admin.execute(f"select pg_get_constraintdef(oid) from pg_constraint where {where}").fetchone()
        assert row is not None
        admin.execute("alter table kernel_customer drop constraint customer_idle_floor")
        try:
            yield
        finally:
            admin.execute(f"alter table kernel_customer add constraint customer_idle_floor {row[0]}")


@breaker("LOG-1", "LOG-3")
def a_search_is_taken_out_of_the_log(world: World) -> Iterator[None]:
    where = "customer_id = %s and action = 'social.citizens.searched'"
    with gone("kernel_event", where, [world.cast.solsikken.id]):
        yield


@breaker("LOG-1")
def the_log_forgets_searches_at_once(_world: World) -> Iterator[None]:
    with forgetting("new.object_kind = 'search'"):
        yield


@breaker("LOG-2", "LOG-3")
def a_session_without_its_start(world: World) -> Iterator[None]:
    with gone("kernel_event", "action = 'identity.signed_in' and object_id = %s", [world.session]):
        yield


@breaker("LOG-2")
def the_clock_has_stopped(world: World) -> Iterator[None]:
    with changed("kernel_session", "id = %s", [world.session], last_act="=last_act - interval '2 hours'"):
        yield


@breaker("LOG-3")
def the_log_forgets_openings_at_once(_world: World) -> Iterator[None]:
    with forgetting("new.citizen is not null"):
        yield


@breaker("LOG-3")
def the_sealer_stands_still(world: World) -> Iterator[None]:
    seal()
    world.sealer_works = False
    sql(
        "insert into ht.unsealed values (%s, 1, gen_random_uuid(), %s, now() - interval '2 minutes')",
        world.cast.solsikken.id, bytes(32),
    )  # fmt: skip
    try:
        yield
    finally:
        sql("delete from ht.unsealed where since < now() - interval '2 minutes' and at = 1")
        world.sealer_works = True


@breaker("LOG-3")
def an_entry_is_taken_out_of_the_log(world: World) -> Iterator[None]:
    seal()
    newest = "(select event from kernel_leaf where customer_id = %s order by place desc offset 3 limit 1)"
    customer = world.cast.solsikken.id
    with gone("kernel_event", f"customer_id = %s and id = {newest}", [customer, customer]):
        yield


@breaker("LOG-3", "LOG-4")
def the_tree_is_bent(world: World) -> Iterator[None]:
    seal()
    customer = world.cast.solsikken.id
    with database.superuser() as admin:
        row = admin.execute("select leaf from kernel_leaf where customer_id = %s and place = 2", [customer]).fetchone()
    assert row is not None
    bend = "update kernel_{} set leaf = %s where customer_id = %s and {}"
    where = "id = (select event from kernel_leaf where customer_id = %s and place = 2)"
    for leaf in (bytes(32), row[0]):  # in both tables, so that only the signed root can tell
        sql(bend.format("event", where), leaf, customer, customer)
        sql(bend.format("leaf", "place = 2"), leaf, customer)
        if leaf != row[0]:
            yield


@breaker("LOG-4")
def an_entry_is_rewritten(world: World) -> Iterator[None]:
    where = "customer_id = %s and action = 'social.citizen.opened'"
    with changed("kernel_event", where, [world.cast.solsikken.id], address="192.0.2.99"):
        yield


@breaker("LOG-4")
def a_file_taken_out_is_changed(world: World) -> Iterator[None]:
    with operator(world.cast.solsikken, "test"):
        made = newest_export()
    assert made is not None
    path = place_of(world.cast.solsikken.id, made.file)
    before = path.read_bytes()
    path.write_bytes(before[:-1] + bytes([before[-1] ^ 1]))
    try:
        yield
    finally:
        path.write_bytes(before)


@contextmanager
def forgetting(when: str) -> Iterator[None]:
    """A trigger that removes an entry as soon as it is stored: the page is shown, the log knows nothing."""
    sql(
        "create function public.forget() returns trigger language plpgsql security definer "
        "set session_replication_role = replica set search_path = public, pg_temp as "
        "$$ begin delete from kernel_event where id = new.id; return null; end $$"
    )
    sql("revoke execute on function public.forget() from public")
    sql(
        f"create trigger forget after insert on kernel_event for each row when ({when}) "
        "execute function public.forget()"
    )
    try:
        yield
    finally:
        sql("drop trigger forget on kernel_event")
        sql("drop function public.forget()")


@breaker("OPS-1")
def the_newest_backup_is_gone_from_its_target(world: World) -> Iterator[None]:
    aside = world.shelf.backup.with_name("aside")
    world.shelf.backup.rename(aside)
    try:
        yield
    finally:
        aside.rename(world.shelf.backup)


@breaker("OPS-2")
def the_target_lies_in_sweden(world: World) -> Iterator[None]:
    with declared(world.shelf.target.path, country="SE"):
        yield


@breaker("OPS-3")
def drills_are_no_longer_run(_world: World) -> Iterator[None]:
    with changed("system_backups_drill", "outcome = 'pass'", [], ended_at="=ended_at - interval '32 days'"):
        yield


def of_staff(field: str, *, days: int) -> AbstractContextManager[None]:
    """A date of everybody on the register, so many days earlier; 0: taken away."""
    where = "customer_id = %s and field = %s and plain <> ''"
    plain = f"=(plain::date - {days})::text" if days else ""
    return changed("system_records_value", where, [supplier().id, field], plain=plain)


@breaker("STAFF-1")
def checks_are_taken_out_of_the_register(_world: World) -> Iterator[None]:
    with of_staff("cleared_on", days=0):
        yield


@breaker("STAFF-1")
def somebody_got_in_past_the_gate(_world: World) -> Iterator[None]:
    own, person = supplier().id, uuid4()
    sql(
        "insert into kernel_session (id, kind, customer_id, user_id, ends_at, idle_limit, longest_gap, purpose, end_reason, "
        "address, agent) values (gen_random_uuid(), 'person', %s, %s, now(), 300, 0, '', '', '', '')", own, person,
    )  # fmt: skip
    try:
        yield
    finally:
        sql("delete from kernel_session where user_id = %s", person)


@breaker("STAFF-2")
def a_year_went_by_without_a_check(_world: World) -> Iterator[None]:
    with (
        of_staff("cleared_on", days=280),
        of_staff("hired_on", days=200),
    ):
        yield


@breaker("STAFF-3")
def trainings_were_a_year_ago(_world: World) -> Iterator[None]:
    trainings = "duty_id in (select id from system_records_duty where rule = 'staff.training')"
    with changed("system_records_closing", trainings, [], done_on="=done_on - 300"):
        yield


@breaker("STAFF-4")
def somebody_was_employed_on_the_first_day(_world: World) -> Iterator[None]:
    with of_staff("employed_on", days=60):
        yield


@breaker("STAFF-5")
def somebody_else_hires(world: World) -> Iterator[None]:
    person = world.cast.anna.user.id
    with changed("system_records_entry", "customer_id = %s and register = 'staff'", [supplier().id], done_by=person):
        yield


@breaker("STAFF-6")
def nobody_was_asked_for_more_than_a_year(_world: World) -> Iterator[None]:
    with of_staff("hired_on", days=280):
        yield


@breaker("CONF-1")
def signatures_are_taken_away(_world: World) -> Iterator[None]:
    with gone("system_records_signature", "customer_id = %s and how = 'signed'", [supplier().id]):
        yield


@breaker("CONF-1")
def a_new_version_is_published_and_nobody_signs_it(_world: World) -> Iterator[None]:
    own = supplier().id
    sql(
        "insert into system_records_version (id, customer_id, document_id, number, text, digest, review_on, done_at) "
        "select gen_random_uuid(), %s, id, 999, '', '', current_date, now() - interval '16 days' "
        "from system_records_document where customer_id = %s and key = 'confidentiality'", own, own,
    )  # fmt: skip
    try:
        yield
    finally:
        sql("delete from system_records_version where customer_id = %s and number = 999", own)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    with declared(tmp_path_factory.mktemp("target")) as target:
        made = take()
        assert made["outcome"] == "good", made
        yield Shelf(target, made["name"], made)


@pytest.fixture(scope="module")
def good() -> Iterator[str]:
    with serving() as address:
        yield address


@pytest.fixture
def world(cast: Cast, good: str, shelf: Shelf) -> Iterator[World]:
    with at_address(good):
        yield make_world(cast, good, shelf)


def test_every_measured_promise_has_a_breaker() -> None:
    assert set(BREAKERS) == set(MEASURES)
    assert len(MEASURES) >= 16


ALL = [pytest.param(p, b, a, id=f"{p}-{b.__name__}") for p, found in sorted(BREAKERS.items()) for b, a in found]


@pytest.mark.parametrize(("promise", "broken", "also"), ALL)
def test_it_turns_red_alone_and_back(world: World, promise: str, broken: Breaker, also: frozenset[str]) -> None:
    before = world.states()
    assert before == dict.fromkeys(MEASURES, str(State.HOLDS))
    with broken(world):
        during = world.states()
    assert {id_: state for id_, state in during.items() if state != State.HOLDS} == dict.fromkeys(
        {promise, *also}, State.BROKEN
    )
    assert world.states() == before, world.samples  # which says what was still found


def test_what_cannot_be_measured_never_holds(world: World) -> None:
    with at_address("https://localhost:1"):
        assert world.result("DATA-1").state == State.UNKNOWN
        assert world.result("REMOTE-3").state == State.UNKNOWN


def test_a_session_that_begins_with_a_start_password_is_found(world: World) -> None:
    _token, _id = begin(
        "person", customer_id=world.cast.solsikken.id, user_id=world.starter.user.id, address="192.0.2.7", agent="t"
    )
    assert world.result("LOGIN-2").state == State.BROKEN


def test_a_session_replaced_by_another_sign_in_has_its_end_in_the_log(world: World) -> None:
    member = world.cast.bo
    at = touch(sign_in(member), acted=True)
    with transaction.atomic(using="gate"):
        begin(
            "person",
            customer_id=world.cast.solsikken.id,
            user_id=member.user.id,
            ends=at,
            address="192.0.2.7",
            agent="t",
        )
    with operator(world.cast.solsikken, "test"):
        assert Event.objects.filter(action="identity.session.ended", object_id=at.id, outcome="replaced").count() == 1
    assert world.result("LOG-2").sample["no_end"] == 0
