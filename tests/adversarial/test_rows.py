"""The database alone, as the web's own role in plain SQL: whose rows, and what is refused whatever the program does."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from uuid import UUID, uuid4

import psycopg
import pytest
from django.conf import settings
from psycopg import sql

from heretask.kernel.identity.sessions import h1_of
from tests import database
from tests.cast import Cast
from tests.filled import fill

Connection = psycopg.Connection[tuple[object, ...]]
NO_SESSION = "28000"
REFUSED = "42501"


@pytest.fixture
def web() -> Iterator[Connection]:
    """A connection as heretask_app, outside all our code."""
    chosen = settings.DATABASES["default"]
    with psycopg.connect(
        host=chosen["HOST"],
        port=chosen["PORT"],
        dbname=chosen["NAME"],
        user=chosen["USER"],
        password=chosen["PASSWORD"],
        autocommit=True,
    ) as connection:
        yield connection


def customer_tables() -> list[str]:
    """Every table of the catalogue that bears a customer and that the web may read."""
    with database.superuser() as admin:
        rows = admin.execute(
            """select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'customer_id'
               where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
                 and has_table_privilege('heretask_app', c.oid, 'select') order by 1"""
        )
        return [str(row[0]) for row in rows.fetchall()]


def code_of(connection: Connection, statement: str, h1: str | None = None) -> str:
    """The SQLSTATE of a statement, run under the session of h1 (or with no setting at all)."""
    try:
        with connection.transaction():
            if h1 is not None:
                connection.execute("select set_config('ht.session', %s, true)", [h1])
            connection.execute(statement)
    except psycopg.Error as error:
        return error.sqlstate or "?"
    return "ok"


def test_each_table_shows_a_session_its_own_customer_and_nothing_else(cast: Cast, web: Connection) -> None:
    fill(cast)
    tables = customer_tables()
    assert len(tables) >= 12
    ended = cast.anna.token()
    with database.superuser() as admin:
        admin.execute(
            "update kernel_session set ended_at = now() where token_hash = %s",
            [hashlib.sha256(bytes.fromhex(h1_of(ended))).digest()],
        )
    for table in tables:
        everything = f"select customer_id from {table}"
        assert code_of(web, everything) == NO_SESSION, table
        assert code_of(web, everything, h1_of(ended)) == NO_SESSION, table
        assert code_of(web, everything, "00" * 32) == NO_SESSION, table
        for member in (cast.anna, cast.dan):
            with web.transaction():
                web.execute("select set_config('ht.session', %s, true)", [h1_of(member.token())])
                seen = {
                    row[0]
                    for row in web.execute(
                        sql.SQL("select customer_id from {}").format(sql.Identifier(table))
                    ).fetchall()
                }
            assert seen == {member.customer.id}, table


def test_customer_itself_is_seen_by_its_own_sessions_only(cast: Cast, web: Connection) -> None:
    assert code_of(web, "select * from kernel_customer") == NO_SESSION
    with web.transaction():
        web.execute("select set_config('ht.session', %s, true)", [h1_of(cast.anna.token())])
        assert [row[0] for row in web.execute("select slug from kernel_customer").fetchall()] == [cast.solsikken.slug]


@pytest.mark.parametrize(
    "statement",
    [
        "update kernel_event set outcome = 'x'",
        "delete from kernel_event",
        "truncate kernel_event",
        "truncate kernel_unit",
        "drop table kernel_unit",
        "alter table kernel_unit disable row level security",
    ],
)
def test_log_and_tables_cannot_be_bent(cast: Cast, web: Connection, statement: str) -> None:
    assert code_of(web, statement, h1_of(cast.eva.token())) == REFUSED


def test_partitions_are_as_closed_as_the_log(cast: Cast, web: Connection) -> None:
    with database.superuser() as admin:
        names = [
            str(row[0])
            for row in admin.execute(
                "select inhrelid::regclass::text from pg_inherits where inhparent = 'kernel_event'::regclass"
            ).fetchall()
        ]
    assert len(names) >= 4
    for name in names:
        for verb in (
            f"select 1 from {name}",
            f"delete from {name}",
            f"insert into {name} (customer_id) values (gen_random_uuid())",
        ):
            assert code_of(web, verb, h1_of(cast.eva.token())) == REFUSED


@pytest.mark.parametrize(
    "table", ["kernel_session", "kernel_credential", "kernel_factor", "kernel_browser", "kernel_throttle"]
)
def test_what_is_the_gates_stays_the_gates(cast: Cast, web: Connection, table: str) -> None:
    assert code_of(web, f"select * from {table}", h1_of(cast.eva.token())) == REFUSED


def test_foreign_key_into_another_customer_is_refused(cast: Cast, web: Connection) -> None:
    with cast.dan.inside() as dan:
        assert dan.customer_id != cast.solsikken.id
    code = code_of(
        web,
        f"insert into kernel_assignment (id, customer_id, user_id, role) values (gen_random_uuid(), '{cast.fyrtaarnet.id}', '{cast.anna.user.id}', 'carer'); set constraints all immediate",
        h1_of(cast.dan.token()),
    )
    assert code == "23503"
    missing = code_of(
        web,
        f"insert into kernel_assignment (id, customer_id, user_id, role) values (gen_random_uuid(), '{cast.fyrtaarnet.id}', '{uuid4()}', 'carer'); set constraints all immediate",
        h1_of(cast.dan.token()),
    )
    assert missing == code  # and the answer tells nothing about what is there


def test_row_of_another_customer_is_refused(cast: Cast, web: Connection) -> None:
    def unit(customer: UUID) -> str:
        return f"insert into kernel_unit (id, customer_id, name, kind, active) values (gen_random_uuid(), '{customer}', 'X', 'bosted', true)"

    assert code_of(web, unit(cast.solsikken.id), h1_of(cast.dan.token())) == REFUSED
    assert code_of(web, unit(cast.fyrtaarnet.id), h1_of(cast.dan.token())) == "ok"
    assert (
        code_of(web, f"update kernel_unit set customer_id = '{cast.solsikken.id}'", h1_of(cast.dan.token())) == REFUSED
    )


@pytest.mark.parametrize(
    "statement",
    [
        "insert into procrastinate_jobs (queue_name, task_name, args) values ('default', 'x', '{}')", "select * from procrastinate_jobs",
        "select ht.claim(1)", "select ht._issue(gen_random_uuid(), null, 'job', 'x', '{}', 'default', null, 5)", "select ht.tick('x', now(), 5)",
        "select ht.operator_ticket(gen_random_uuid(), repeat('0', 64), 5, 'x')", "set role heretask_owner", "set role ht_key",
        "create temp table t (a int)", "create table public.t (a int)", "create function public.f() returns int language sql as 'select 1'",
        "select * from pg_stat_activity", "select pg_stat_get_activity(null)", "copy kernel_unit from program 'true'", "set session authorization ht_super",
    ],
)  # fmt: skip
def test_what_the_web_must_never_do(cast: Cast, web: Connection, statement: str) -> None:
    assert code_of(web, statement, h1_of(cast.eva.token())) == REFUSED


def test_unknown_task_is_not_queued(cast: Cast, web: Connection) -> None:
    assert code_of(web, "select ht.defer('os.system', '{}'::jsonb)", h1_of(cast.eva.token())) == REFUSED


def test_row_security_cannot_be_switched_off(cast: Cast, web: Connection) -> None:
    with web.transaction(force_rollback=True):
        web.execute("select set_config('ht.session', %s, true)", [h1_of(cast.dan.token())])
        web.execute("set local row_security = off")
        with pytest.raises(psycopg.Error), web.transaction():
            web.execute("select * from kernel_unit")


def test_stored_hash_is_not_a_key(cast: Cast, web: Connection) -> None:
    token = cast.anna.token()
    stored = hashlib.sha256(bytes.fromhex(h1_of(token))).hexdigest()
    for wrong in (token, stored, h1_of(token)[:-1], h1_of(token).upper(), "' or true --"):
        assert code_of(web, "select * from kernel_unit", wrong) == NO_SESSION


def test_session_ended_in_the_middle_stops_the_next_statement(cast: Cast, web: Connection) -> None:
    token = cast.anna.token()
    with pytest.raises(psycopg.Error) as caught, web.transaction():
        web.execute("select set_config('ht.session', %s, true)", [h1_of(token)])
        web.execute("select * from kernel_unit")
        with database.superuser() as admin:
            admin.execute(
                "update kernel_session set ended_at = clock_timestamp() where user_id = %s", [cast.anna.user.id]
            )
        web.execute("select * from kernel_unit")
    assert caught.value.sqlstate == NO_SESSION


def test_deactivated_user_sees_nothing(cast: Cast, web: Connection) -> None:
    token = cast.anna.token()
    with database.superuser() as admin:
        admin.execute("update kernel_user set active = false where id = %s", [cast.anna.user.id])
    assert code_of(web, "select * from kernel_unit", h1_of(token)) == NO_SESSION
