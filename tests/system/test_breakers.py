"""Every measured promise is made untrue from outside, turns red by it and by nothing else, and back when it is mended.

A check that no breaker can turn red does not count.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.utils import timezone

from heretask.kernel.approvals import asking
from heretask.kernel.evidence.measuring import MEASURES, State
from heretask.kernel.grants.events import WATCHED
from heretask.kernel.identity.sessions import begin, operator, touch
from heretask.kernel.log import record
from heretask.kernel.log.models import Event
from heretask.kernel.log.queries import newest_export
from heretask.kernel.outbox.addresses import CONFIRM
from heretask.kernel.outbox.models import MailState, OutgoingMail
from heretask.kernel.release.running import commit
from heretask.kernel.secrets.files import place_of
from heretask.kernel.secrets.opening import seal as seal_row
from heretask.kernel.tenancy.base import uuid7
from tests import database
from tests.backups import Shelf, declared, take
from tests.cast import Cast, supplier
from tests.machines import PASSWD, SSHD
from tests.management import two_managers
from tests.sealing import seal
from tests.system.servers import ended_certificate, serving
from tests.system.world import (
    World,
    at_address,
    checked,
    in_management,
    make_world,
    sign_in,
    sign_in_line,
    sign_out_line,
    sql,
    taken_in,
)

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
def without(table: str, constraint: str) -> Iterator[None]:
    """A table without one of its constraints, which comes back as it was."""
    with database.superuser() as admin:
        row = admin.execute(
            "select pg_get_constraintdef(oid) from pg_constraint where conname = %s", [constraint]
        ).fetchone()
        assert row is not None
        admin.execute(f"alter table {table} drop constraint {constraint}")
        try:
            yield
        finally:
            admin.execute(f"alter table {table} add constraint {constraint} {row[0]}")


@contextmanager
def asked_for() -> Iterator[UUID]:
    """A request of Grethe's that nobody has answered."""
    with two_managers() as two:
        with two.grethe.inside():
            asked = asking.ask(asking.ROTATE, {"slug": ""}, "A request for the breakers").id
        yield asked


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


@breaker("ORG-1")
def a_third_manager(_world: World) -> Iterator[None]:
    with two_managers() as two, changed("kernel_assignment", "user_id = %s", [two.finn.user.id], role="management"):
        yield


@breaker("ORG-1")
def a_request_is_changed_after_it_was_asked_for(_world: World) -> Iterator[None]:
    with asked_for() as asked, changed("kernel_approval", "id = %s", [asked], request="=request || ' '"):
        yield


@breaker("ORG-1")
def a_request_is_approved_by_who_asked(_world: World) -> Iterator[None]:
    itself = {"approved_by_id": "=asked_by_id", "approved_at": "=asked_at"}
    with (
        asked_for() as asked,
        without("kernel_approval", "approval_two_people"),
        changed("kernel_approval", "id = %s", [asked], **itself),
    ):
        yield


@breaker("ORG-1")
def a_request_is_carried_out_without_its_approval(_world: World) -> Iterator[None]:
    done = {"used_by_id": "=asked_by_id", "used_at": "=asked_at"}
    with (
        asked_for() as asked,
        without("kernel_approval", "approval_used_rightly"),
        changed("kernel_approval", "id = %s", [asked], **done),
    ):
        yield


@breaker("ORG-3")
def somebody_acts_while_suspended(world: World) -> Iterator[None]:
    """Anna has acted since; as if the suspension had been written past the function that closes the login."""
    row = uuid7()
    with database.superuser() as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute(
            """insert into kernel_suspension (id, customer_id, "user", words, was_open, by, at)
               values (%s, %s, %s, '', true, gen_random_uuid(), now() - interval '1 hour')""",
            [row, world.cast.solsikken.id, world.cast.anna.user.id],
        )
        try:
            yield
        finally:
            admin.execute("delete from kernel_suspension where id = %s", [row])


@breaker("ORG-3")
def somebody_acts_after_their_login_was_closed(world: World) -> Iterator[None]:
    with changed(
        "kernel_user", "id = %s", [world.cast.clara.user.id], deactivated_at="=deactivated_at - interval '1 hour'"
    ):
        yield


@breaker("ORG-2")
def somebody_is_inside_under_no_grant(world: World) -> Iterator[None]:
    own = uuid4()
    with database.superuser() as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute(
            """insert into kernel_session (id, kind, customer_id, user_id, ends_at, purpose, idle_limit, longest_gap, end_reason, address, agent)
               values (%s, 'grant', %s, gen_random_uuid(), now() + interval '1 hour', '', 300, 0, '', '', '')""",
            [own, world.cast.solsikken.id],
        )
    try:
        yield
    finally:
        sql("delete from kernel_session where id = %s", own)


@breaker("ACCESS-3")
def somebody_looked_under_no_grant(world: World) -> Iterator[None]:
    """What was seen stays in the log; the grant that would cover it comes afterwards, and mends it."""
    actor, grant = uuid4(), uuid4()
    with operator(world.cast.solsikken, "test") as here:
        here.actor, here.grant = actor, grant
        record(WATCHED, hits=0)
    yield
    given_a_grant(world, grant, actor, "structure")


def given_a_grant(world: World, grant: UUID, who: UUID, scope: str) -> None:
    """A grant that runs for another 51 minutes, written past the functions that hold its rules."""
    sql(
        "insert into kernel_grant (id, customer_id, asked_user, asked_name, scope, citizens, purpose, case_number, minutes,"
        " asked_at, answer_until, approved_by, approved_at, starts, ends_at, broken_glass, judgement) "
        "values (%s, %s, %s, 'finn@heretask', %s, '{}', '', 'SAG-1', 60, now() - interval '10 minutes',"
        " now() + interval '50 minutes', gen_random_uuid(), now() - interval '9 minutes', now() - interval '9 minutes',"
        " now() + interval '51 minutes', false, '')", grant, world.cast.solsikken.id, who, scope,
    )  # fmt: skip


@breaker("PROT-1", "ORG-3")  # a role that was taken back and still gave access breaks both
def a_carer_opened_after_their_role_had_ended(world: World) -> Iterator[None]:
    with changed(
        "kernel_assignment", "user_id = %s", [world.cast.anna.user.id],
        made_at="=made_at - interval '2 days'", ended_at="=made_at - interval '1 day'",
    ):  # fmt: skip
        yield


@breaker("PROT-1")
def somebody_sealed_was_opened_by_the_whole_unit(world: World) -> Iterator[None]:
    with changed(
        "social_citizens_citizen", "id = %s", [world.citizen], sealed=True, sealed_at="=now() - interval '1 day'"
    ):
        yield


@breaker("PROT-1", "ORG-3")
def an_emergency_opening_is_all_there_was_and_it_was_over(world: World) -> Iterator[None]:
    """Anna's role is gone as if she had never had it; what is left is an opening that ended before she looked."""
    anna, opening = world.cast.anna.user.id, "from kernel_user where id = %s"
    sql(
        "insert into social_citizens_emergencyopening (id, customer_id, citizen_id, user_id, reason, remark, made_at,"
        f" until) select gen_random_uuid(), customer_id, %s, id, '', '', now() - interval '9 hours',"
        f" now() - interval '6 hours' {opening}", world.citizen, anna,
    )  # fmt: skip
    try:
        with changed(
            "kernel_assignment", "user_id = %s", [anna], made_at="=made_at - interval '2 days'",
            ended_at="=made_at - interval '1 day'",
        ):  # fmt: skip
            yield
    finally:
        sql("delete from social_citizens_emergencyopening where user_id = %s", anna)


@breaker("PROT-1", "ACCESS-1")
def a_guest_whom_nobody_invited(world: World) -> Iterator[None]:
    bo = world.cast.bo.user.id
    sql(
        "insert into kernel_assignment (id, customer_id, user_id, role) "
        "select gen_random_uuid(), customer_id, id, 'inspector' from kernel_user where id = %s", bo,
    )  # fmt: skip
    try:
        yield
    finally:
        sql("delete from kernel_assignment where user_id = %s and role = 'inspector'", bo)


@breaker("PROT-1")
def the_floor_of_thirty_days_is_taken_away(_world: World) -> Iterator[None]:
    with floorless("kernel_guest", "guest_thirty_days"):
        yield


@breaker("PROT-1")
def the_floor_of_three_hours_is_taken_away(_world: World) -> Iterator[None]:
    with floorless("social_citizens_emergencyopening", "emergency_three_hours"):
        yield


@contextmanager
def floorless(table: str, name: str) -> Iterator[None]:
    """A limit that the database enforces, gone and put back."""
    with database.superuser() as admin:
        row = admin.execute("select pg_get_constraintdef(oid) from pg_constraint where conname = %s", [name]).fetchone()
        assert row is not None
        admin.execute(f"alter table {table} drop constraint {name}")
        try:
            yield
        finally:
            admin.execute(f"alter table {table} add constraint {name} {row[0]}")


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


@breaker("ACCESS-1")
def a_role_turned_into_another(world: World) -> Iterator[None]:
    with changed("kernel_assignment", "user_id = %s", [world.starter.user.id], role="team_leader"):
        yield


@breaker("ACCESS-1")
def a_role_that_had_ended_runs_again(world: World) -> Iterator[None]:
    with changed("kernel_assignment", "user_id = %s and ended_at is not null", [world.cast.bo.user.id], ended_at=None):
        yield


@breaker("ACCESS-1")
def a_right_put_into_an_own_role(world: World) -> Iterator[None]:
    more = "=permissions || array['admin.log:read']"
    with changed("kernel_ownrole", "customer_id = %s", [world.cast.solsikken.id], permissions=more):
        yield


@breaker("ACCESS-1")
def a_right_that_nobody_gave_put_back_in_time(world: World) -> Iterator[None]:
    anna = world.cast.anna.user.id
    sql(
        "insert into kernel_assignment (id, customer_id, user_id, role, made_at) "
        "select gen_random_uuid(), customer_id, id, 'administrator', now() - interval '1 year' from kernel_user where id = %s",
        anna,
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


@breaker("LOGIN-5")
def a_guideline_that_nobody_chose(world: World) -> Iterator[None]:
    with changed("kernel_customer", "id = %s", [world.cast.solsikken.id], password_length=12):
        yield


@breaker("LOGIN-5")
def a_second_factor_given_up_that_nobody_accepted(world: World) -> Iterator[None]:
    with changed("kernel_customer", "id = %s", [world.cast.solsikken.id], second_factor=False):
        yield


@breaker("LOGIN-5")
def an_administrator_in_without_a_second_factor(world: World) -> Iterator[None]:
    with gone("kernel_factor", "user_id = %s", [world.cast.eva.user.id]):
        yield


@breaker("ACCESS-2")
def a_removal_was_never_proven(world: World) -> Iterator[None]:
    with changed("admin_reviews_decision", "about = %s", [world.cast.clara.user.id], proof="{}"):
        yield


@breaker("ACCESS-2")
def a_review_is_left_lying(world: World) -> Iterator[None]:
    where = "customer_id = %s"
    with changed("admin_reviews_campaign", where, [world.cast.solsikken.id], due_at="=now() - interval '3 days'"):
        yield


@breaker("ACCESS-2")
def somebody_decided_on_their_own_right(world: World) -> Iterator[None]:
    with (
        without("admin_reviews_decision", "review_not_ones_own"),
        changed("admin_reviews_decision", "about = %s", [world.cast.clara.user.id], by_id="=about"),
    ):
        yield


@breaker("ACCESS-2")
def the_yearly_review_did_not_begin(world: World) -> Iterator[None]:
    where = "customer_id = %s"
    with changed("admin_reviews_campaign", where, [world.cast.solsikken.id], started_at="=now() - interval '400 days'"):
        yield


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


@breaker("LOG-5")
def somebody_came_whom_nobody_expected(_world: World) -> Iterator[None]:
    came = timezone.now() - dt.timedelta(hours=3)
    taken_in(sign_in_line(came, "finn", 99, 40001), sign_out_line(came + dt.timedelta(minutes=2), "finn", 99, 40001))
    try:
        yield
    finally:
        sql("delete from system_servers_visit where account = 'finn'")


@breaker("LOG-5")
def somebody_stayed_longer_than_they_said(_world: World) -> Iterator[None]:
    came = timezone.now() - dt.timedelta(days=1) + dt.timedelta(minutes=20)  # announced, and ended an hour too late
    taken_in(sign_in_line(came, pid=98, port=40002), sign_out_line(came + dt.timedelta(hours=3), pid=98, port=40002))
    try:
        yield
    finally:
        sql("delete from system_servers_visit where port = 40002")


@breaker("LOG-5")
def nobody_reads_the_servers_log_any_more(_world: World) -> Iterator[None]:
    with changed("system_servers_reading", "true", [], read_at="=read_at - interval '27 hours'"):
        yield


@breaker("LOG-5")
def the_portals_log_has_not_come_for_long(_world: World) -> Iterator[None]:
    with changed("system_servers_portallog", "true", [], until="=until - 46"):
        yield


@breaker("COMM-1")
def an_account_that_belongs_to_nobody(_world: World) -> Iterator[None]:
    checked(PASSWD + "guest:x:1009:1009::/home/guest:/bin/bash\n")
    try:
        yield
    finally:
        sql("delete from system_servers_report where strangers > 0")


@breaker("COMM-1")
def root_may_sign_in(_world: World) -> Iterator[None]:
    checked(sshd=SSHD.replace("permitrootlogin no", "permitrootlogin yes"))
    try:
        yield
    finally:
        sql("delete from system_servers_report where answers->>'no root' = 'broken'")


@breaker("COMM-1")
def the_server_has_not_been_checked_for_long(_world: World) -> Iterator[None]:
    with changed("system_servers_report", "true", [], made_at="=made_at - interval '46 days'"):
        yield


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


@breaker("SOURCE-1")
def an_employee_has_lost_the_right(_world: World) -> Iterator[None]:
    grethe = in_management("grethe").user.id
    with changed("kernel_assignment", "user_id = %s and ended_at is null", [grethe], ended_at="=now()"):
        yield


@breaker("SOURCE-1")
def the_archive_is_another_than_what_runs(_world: World) -> Iterator[None]:
    with changed("system_releases_release", "commit = %s", [commit()], code="0" * 64):
        yield


@breaker("SOURCE-1")
def the_archive_is_gone(_world: World) -> Iterator[None]:
    own = supplier().id
    with database.superuser() as admin:
        row = admin.execute("select id from system_releases_release where commit = %s", [commit()]).fetchone()
    assert row is not None
    path = place_of(own, UUID(str(row[0])), kept=True)
    path.rename(path.with_suffix(".aside"))
    try:
        yield
    finally:
        path.with_suffix(".aside").rename(path)


@breaker("SOURCE-1")
def what_runs_was_never_approved(_world: World) -> Iterator[None]:
    with changed("system_releases_release", "commit = %s", [commit()], commit="0" * 40):
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


@breaker("STAFF-4")
def somebody_on_probation_was_given_content(world: World) -> Iterator[None]:
    """Past the rule at the gate: nobody has ever employed them."""
    grant = uuid4()
    given_a_grant(world, grant, uuid4(), "content")
    try:
        yield
    finally:
        sql("delete from kernel_grant where id = %s", grant)


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


@contextmanager
def left_by_mail(world: World, words: str) -> Iterator[None]:
    """A mail that went out with those words behind our own, as if no guard had looked at it."""
    with operator(world.cast.solsikken, "test"):
        given = {"confirm": str(uuid4())}
        mail = OutgoingMail(
            user_id=world.cast.anna.user.id, letter=CONFIRM.key, parameters=given, state=MailState.SENT,
            customer_id=world.cast.solsikken.id,
        )  # fmt: skip
        seal_row(mail, address="post@example.dk", text=CONFIRM.finished(given, "da").text + words)
        mail.save(force_insert=True)
    try:
        yield
    finally:
        with operator(world.cast.solsikken, "test"):
            OutgoingMail.objects.filter(id=mail.id).delete()


@breaker("DATA-5")
def a_mail_with_a_citizens_name(world: World) -> Iterator[None]:
    with left_by_mail(world, " Birthe "):
        yield


@breaker("DATA-5")
def a_mail_with_a_colleagues_name(world: World) -> Iterator[None]:
    with left_by_mail(world, " Skov "):
        yield


@breaker("DATA-5")
def a_mail_with_a_cpr_number(world: World) -> Iterator[None]:
    with left_by_mail(world, " 010150-0000 "):
        yield


@breaker("DATA-5")
def a_database_that_takes_words_for_a_mail(_world: World) -> Iterator[None]:
    with without("kernel_outgoingmail", "outgoingmail_plain"):
        yield


def test_a_mail_that_holds_nothing_is_counted_and_breaks_nothing(world: World) -> None:
    before = world.result("DATA-5").figure
    with left_by_mail(world, ""):
        assert world.result("DATA-5").state == State.HOLDS
        assert world.result("DATA-5").figure != before


def test_a_mail_that_was_stopped_is_a_finding(world: World) -> None:
    with left_by_mail(world, " Birthe "), operator(world.cast.solsikken, "test"):
        OutgoingMail.objects.update(state=MailState.REFUSED)
        found = world.result("DATA-5")
    assert (found.state, found.sample["mails_stopped"]) == (State.DUE, 1)


def test_every_measured_promise_has_a_breaker() -> None:
    assert set(BREAKERS) == set(MEASURES)
    assert len(MEASURES) >= 16


ALL = [pytest.param(p, b, a, id=f"{p}-{b.__name__}") for p, found in sorted(BREAKERS.items()) for b, a in found]


@pytest.mark.parametrize(("promise", "broken", "also"), ALL)
def test_it_turns_red_alone_and_back(world: World, promise: str, broken: Breaker, also: frozenset[str]) -> None:
    with broken(world):
        during = world.states()
    assert {id_: state for id_, state in during.items() if state != State.HOLDS} == dict.fromkeys(
        {promise, *also}, State.BROKEN
    )
    everything = dict.fromkeys(MEASURES, str(State.HOLDS))  # so all held before, too: nothing else was mended meanwhile
    assert world.states() == everything, world.samples  # which says what was still found


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
