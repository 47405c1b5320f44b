"""Retention: what goes, what never does whoever asks, and what stays to prove it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from uuid import UUID, uuid4

import psycopg
import pytest
from django.utils import timezone

from heretask.admin.logs.models import Extract
from heretask.admin.users import events as users_events
from heretask.kernel.evidence.measuring import MEASURES, measure
from heretask.kernel.evidence.models import Evidence
from heretask.kernel.identity.sessions import h1_of, operator
from heretask.kernel.log import record, tree
from heretask.kernel.log.models import Event, StoredSearch
from heretask.kernel.log.queries import microseconds
from heretask.kernel.log.searches import store_search
from heretask.kernel.retention import queries
from heretask.kernel.retention.cleaning import CLEANERS, cleans
from heretask.kernel.retention.models import Retention, RetentionPart
from heretask.kernel.retention.running import TASK
from heretask.kernel.secrets.opening import seal as seal_text
from heretask.kernel.tenancy.models import Customer
from tests import database
from tests.adversarial.test_rows import code_of, web
from tests.cast import Cast, Member
from tests.sealing import leaves_of, seal
from tests.work import allow, work

__all__ = ["web"]
REFUSED, ACTIONS = "42501", (users_events.USERS_LISTED, users_events.USERS_SEARCHED)


def ago(months: int, day: int = 10) -> dt.datetime:
    """A day of the month that lies so many months back."""
    return queries.month_before(months) + dt.timedelta(days=day - 1)


def lived(cast: Cast, months: int, count: int) -> list[UUID]:
    """Events of a month long past, with two measurements of it."""
    with operator(cast.solsikken, "test"):
        at = microseconds(ago(months))
        ids = [record(ACTIONS[n % 2], hits=n, variables={"q": str(n)}, at=at + n) for n in range(count)]
        for state, hour in (("broken", 1), ("ok", 2)):
            Evidence.objects.create(
                promise="LOG-1", scope="customer", state=state, figure=f"{hour} / 9", measured_at=ago(months) + dt.timedelta(hours=hour),
                seconds=0, code_version="x",
            )  # fmt: skip
    return ids


def run(customer: Customer) -> None:
    """The daily job, as the clock issues it, for one customer."""
    allow(TASK)
    with database.superuser() as admin:
        admin.execute("select ht._issue(%s, null, 'periodic', %s, '{}', 'default', null, 60)", [customer.id, TASK])
    work(sealed=False)


def keep(customer: Customer, months: int) -> None:
    with database.superuser() as admin:
        admin.execute("update kernel_customer set log_months = %s where id = %s", [months, customer.id])


def here(cast: Cast, ids: list[UUID]) -> set[UUID]:
    with operator(cast.solsikken, "test"):
        return set(Event.objects.filter(id__in=ids).values_list("id", flat=True))


def called(web: psycopg.Connection[tuple[object, ...]], member: Member, statement: str, *params: object) -> object:
    """One value, asked as the web asks under that person's session."""
    with web.transaction():
        web.execute("select set_config('ht.session', %s, true)", [h1_of(member.token())])
        row = web.execute(statement.encode(), params).fetchone()
    assert row is not None
    return row[0]


def test_content_goes_and_what_proves_it_stays(cast: Cast) -> None:
    old, older, young = lived(cast, 14, 7), lived(cast, 16, 4), lived(cast, 13, 5)
    seal()
    with operator(cast.solsikken, "test"):
        root = tree.tree_of(signed.size).root() if (signed := tree.newest_checkpoint()) else None
        size = signed.size if signed else 0
    leaves = leaves_of(cast.solsikken.id)
    run(cast.solsikken)
    assert here(cast, [*old, *older]) == set()
    assert here(cast, young) == set(young)
    assert leaves_of(cast.solsikken.id)[: len(leaves)] == leaves
    with operator(cast.solsikken, "test"):
        assert tree.tree_of(size).root() == root
        months = queries.months()
        assert [(m.frozen.events, m.gone, m.evidence) for m in months] == [(7, 7, 2), (4, 4, 2)]
        assert all(m.ended_at for m in months)
        frozen = months[0].frozen
        assert frozen.counts == {"admin.users.listed": 4, "admin.users.searched": 3} == dict(queries.gone_of(frozen.id))
        assert frozen.evidence["LOG-1"]["measured"] == 2
        assert (frozen.evidence["LOG-1"]["newest"]["state"], frozen.evidence["LOG-1"]["worst"]["state"]) == (
            "ok",
            "broken",
        )
        assert frozen.checkpoint["size"] == size
        assert root is not None
        assert frozen.checkpoint["root"] == root.hex()
        assert frozen.before == microseconds(queries.month_before(13))
        assert set(Evidence.objects.values_list("measured_at__month", flat=True)) >= {ago(13).month}
        assert not Evidence.objects.filter(measured_at__lt=queries.month_before(13)).exists()
        told = list(Event.objects.filter(action="log.retained").order_by("at").values_list("hits", "object_id"))
    assert told == [(4, months[1].frozen.id), (7, frozen.id)]


def test_other_customers_keep_theirs(cast: Cast) -> None:
    with operator(cast.fyrtaarnet, "test"):
        record(ACTIONS[0], at=microseconds(ago(20)))
    lived(cast, 20, 2)
    seal()
    run(cast.solsikken)
    with operator(cast.fyrtaarnet, "test"):
        assert Event.objects.filter(at=microseconds(ago(20))).exists()
        assert not Retention.objects.exists()


@pytest.mark.parametrize(("kept", "goes"), [(6, True), (8, True), (9, False), (120, False)])
def test_each_customer_keeps_as_long_as_it_has_chosen(cast: Cast, kept: int, goes: bool) -> None:
    ids = lived(cast, 9, 3)
    seal()
    keep(cast.solsikken, kept)
    run(cast.solsikken)
    assert (here(cast, ids) == set()) is goes


def test_an_event_without_its_place_in_the_signed_tree_keeps_its_month(cast: Cast) -> None:
    old = lived(cast, 15, 3)
    seal()
    late = lived(cast, 15, 1)
    run(cast.solsikken)
    assert here(cast, [*old, *late]) == {*old, *late}
    seal()
    run(cast.solsikken)
    assert here(cast, [*old, *late]) == set()


def test_an_event_that_is_not_what_its_leaf_says_is_never_removed(cast: Cast) -> None:
    old = lived(cast, 15, 3)
    seal()
    with database.superuser() as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute("update kernel_event set leaf = '\\x00' where id = %s", [old[1]])
    run(cast.solsikken)
    assert here(cast, old) == set(old)
    with operator(cast.solsikken, "test"):
        assert not Retention.objects.exists()


def test_what_was_killed_goes_on_and_counts_nothing_twice(
    cast: Cast, web: psycopg.Connection[tuple[object, ...]]
) -> None:
    old = lived(cast, 15, 10)
    seal()
    month = called(web, cast.eva, "select ht.begin_forgetting()")
    assert called(web, cast.eva, "select ht.forget_events(%s, 3)", month) == 3
    assert called(web, cast.eva, "select ht.end_forgetting(%s)", month) is False
    assert called(web, cast.eva, "select ht.begin_forgetting()") == month
    run(cast.solsikken)
    assert here(cast, old) == set()
    with operator(cast.solsikken, "test"):
        parts = Counter[str]()
        for kind, rows in RetentionPart.objects.filter(retention=UUID(str(month))).values_list("kind", "rows"):
            parts[kind] += rows
        assert Retention.objects.count() == 1
    assert parts == {"event": 10, "evidence": 2, "end": 0}
    assert called(web, cast.eva, "select ht.end_forgetting(%s)", month) is True
    assert called(web, cast.eva, "select ht.begin_forgetting()") is None


def test_who_chooses_longer_in_the_middle_is_heard(cast: Cast, web: psycopg.Connection[tuple[object, ...]]) -> None:
    old = lived(cast, 15, 5)
    seal()
    month = called(web, cast.eva, "select ht.begin_forgetting()")
    assert called(web, cast.eva, "select ht.forget_events(%s, 2)", month) == 2
    keep(cast.solsikken, 24)
    assert called(web, cast.eva, "select ht.forget_events(%s, 100)", month) == 0
    assert called(web, cast.eva, "select ht.end_forgetting(%s)", month) is False
    assert len(here(cast, old)) == 3


def test_nothing_younger_goes_whatever_is_passed_in(cast: Cast, web: psycopg.Connection[tuple[object, ...]]) -> None:
    """A month planted from outside, to the end of time: what may not go stays, also where the customer's row is bent."""
    due, young, newest = lived(cast, 14, 2), lived(cast, 8, 2), lived(cast, 2, 2)
    seal()
    planted = uuid4()
    with database.superuser() as admin:
        admin.execute(
            """insert into kernel_retention (id, customer_id, since, before, months, events, counts, evidence, checkpoint)
               values (%s, %s, 0, %s, 1, 0, '{}', '{}', '{"size": 1000000}')""",
            [planted, cast.solsikken.id, 2**62],
        )
    assert called(web, cast.anna, "select ht.forget_events(%s, 10000)", planted) == 2
    assert here(cast, [*due, *young, *newest]) == {*young, *newest}
    with database.superuser() as admin:
        admin.execute("alter table kernel_customer drop constraint customer_log_floor")
        try:
            admin.execute("update kernel_customer set log_months = 1 where id = %s", [cast.solsikken.id])
            assert called(web, cast.anna, "select ht.forget_events(%s, 10000)", planted) == 2
            assert here(cast, [*young, *newest]) == set(newest)
        finally:
            admin.execute("update kernel_customer set log_months = 13 where id = %s", [cast.solsikken.id])
            admin.execute(
                "alter table kernel_customer add constraint customer_log_floor check (log_months >= 6 and log_months <= 120)"
            )
    assert called(web, cast.anna, "select ht.end_forgetting(%s)", planted) is False


def test_the_trigger_refuses_even_the_keeper_what_must_stay(cast: Cast) -> None:
    """Were a function of the keeper wrong, the trigger would still ask for the limit."""
    due, young = lived(cast, 14, 1), lived(cast, 12, 1)
    token = h1_of(cast.eva.token())

    def tried(statement: str, params: list[object], role: str) -> str:
        with database.superuser() as admin:
            try:
                with admin.transaction():
                    admin.execute("select set_config('ht.session', %s, true)", [token])
                    admin.execute(f"set local role {role}")
                    return str(admin.execute(statement.encode(), params).rowcount)
            except psycopg.Error as refused:
                return refused.sqlstate or "?"

    assert tried("delete from kernel_event where id = %s", [young[0]], "ht_keeper") == REFUSED
    assert tried("delete from kernel_event", [], "ht_keeper") == REFUSED
    assert (
        tried("delete from kernel_evidence where measured_at > %s", [queries.month_before(13)], "ht_keeper") == REFUSED
    )
    assert tried("update kernel_event set hits = 1", [], "ht_keeper") == REFUSED
    assert tried("delete from kernel_leaf", [], "ht_keeper") == REFUSED
    assert tried("truncate kernel_event", [], "ht_keeper") == REFUSED
    assert tried("delete from kernel_retentionpart", [], "ht_keeper") == REFUSED
    assert tried("delete from kernel_event where id = %s", [due[0]], "ht_super") == REFUSED
    assert tried("delete from kernel_event where id = %s", [due[0]], "heretask_owner") == REFUSED
    assert tried("delete from kernel_event where id = %s", [due[0]], "ht_keeper") == "1"
    assert here(cast, [*due, *young]) == set(young)


@pytest.mark.parametrize(
    "statement",
    [
        "delete from kernel_event", "set role ht_keeper", "insert into kernel_retention (id, customer_id) values (gen_random_uuid(), ht.customer())",
        "insert into kernel_retentionpart (id, customer_id, kind, rows) values (gen_random_uuid(), ht.customer(), 'event', 5)",
        "delete from kernel_retention", "update kernel_retentionpart set rows = 0", "select ht._note(null, 'event', 5, '{}')",
        "select ht.forget_events(gen_random_uuid(), 5)", "select ht.end_forgetting(gen_random_uuid())", "select ht.note_forgotten('event', 5)",
        "select ht.note_forgotten('logs.x', -5)", "select ht.log_limit(ht.customer())", "update kernel_customer set log_months = 6", "delete from kernel_session",
        "delete from kernel_evidence",
    ],
)  # fmt: skip
def test_what_the_web_may_not_do(cast: Cast, web: psycopg.Connection[tuple[object, ...]], statement: str) -> None:
    lived(cast, 20, 1)
    assert code_of(web, statement, h1_of(cast.eva.token())) == REFUSED


def test_who_may_choose_how_long(cast: Cast, web: psycopg.Connection[tuple[object, ...]]) -> None:
    for member in (cast.anna, cast.bo, cast.dan):
        assert code_of(web, "select ht.keep_log(24)", h1_of(member.token())) == REFUSED
    assert code_of(web, "select ht.keep_log(24)") == "28000"
    for wrong in (5, 121, -1):
        assert code_of(web, f"select ht.keep_log({wrong})", h1_of(cast.eva.token())) == "23514"
    assert code_of(web, "select ht.keep_log(24)", h1_of(cast.eva.token())) == "ok"
    kept = {
        c.slug: c.log_months
        for c in Customer.objects.using("owner").filter(id__in=[cast.solsikken.id, cast.fyrtaarnet.id])
    }
    assert kept == {cast.solsikken.slug: 24, cast.fyrtaarnet.slug: 13}


def test_a_month_of_another_customer_cannot_be_named(cast: Cast, web: psycopg.Connection[tuple[object, ...]]) -> None:
    lived(cast, 20, 2)
    seal()
    month = called(web, cast.eva, "select ht.begin_forgetting()")
    assert code_of(web, f"select ht.forget_events('{month}', 5)", h1_of(cast.dan.token())) == REFUSED
    assert code_of(web, f"select ht.end_forgetting('{month}')", h1_of(cast.dan.token())) == REFUSED


def test_whatever_else_grows_goes_in_its_time(cast: Cast) -> None:
    with cast.anna.inside() as by:
        store_search("tests", {"q": "gammel"})
        store_search("tests", {"q": "ny"})
        extract = Extract(user_id=by.person_id, customer_id=by.customer_id)
        seal_text(extract, asked="{}")
        extract.save(force_insert=True)
    run(cast.solsikken)  # leaves a ticket, a job and a row of the queue behind
    sessions = [h1_of(cast.bo.token()), h1_of(cast.bo.token())]
    with database.superuser() as admin:
        own = [cast.solsikken.id]
        admin.execute(
            "update kernel_storedsearch set made_at = now() - interval '32 days' where id = (select id from kernel_storedsearch where customer_id = %s order by made_at, id limit 1)",
            own,
        )
        admin.execute("update admin_logs_extract set made_at = now() - interval '31 days' where customer_id = %s", own)
        admin.execute(
            "update kernel_session set ended_at = now() - interval '91 days' where customer_id = %s and kind in ('periodic', 'operator')",
            own,
        )
        admin.execute("update kernel_job set ended_at = now() - interval '91 days' where customer_id = %s", own)
        for h1, months in zip(sessions, (12, 14), strict=True):
            admin.execute("update kernel_session set ended_at = now() - make_interval(months => %s) where token_hash = ht.hashed(%s)", [months, h1])  # fmt: skip
        queued = admin.execute(
            "select queue_id from kernel_session where customer_id = %s and kind = 'periodic'", own
        ).fetchone()
    assert queued
    run(cast.solsikken)
    with operator(cast.solsikken, "test"):
        assert StoredSearch.objects.count() == 1
        assert not Extract.objects.exists()
        told = queries.rest_by_month()
        event = Event.objects.filter(action="log.tidied").get()
    assert len(told) == 1
    gone = dict(told[0][1])
    tickets = gone.pop("ticket")
    assert tickets >= 2
    assert gone == {"search": 1, "logs.extract": 1, "session": 1, "queue": 1, "job": 1}
    assert event.hits == tickets + 5
    with database.superuser() as admin:
        assert admin.execute("select 1 from procrastinate_jobs where id = %s", [queued[0]]).fetchone() is None
        left = admin.execute("select count(*) from kernel_session where customer_id = %s and user_id = %s and ended_at is not null", [*own, cast.bo.user.id]).fetchone()  # fmt: skip
    assert left == (1,)


def test_a_ticket_whose_job_still_waits_is_left(cast: Cast, web: psycopg.Connection[tuple[object, ...]]) -> None:
    allow(TASK)
    with database.superuser() as admin:
        admin.execute(
            "select ht._issue(%s, null, 'periodic', %s, '{}', 'default', now() + interval '1 day', 60)",
            [cast.solsikken.id, TASK],
        )
        admin.execute(
            "update kernel_session set ended_at = now() - interval '91 days' where customer_id = %s and kind = 'periodic'",
            [cast.solsikken.id],
        )
    told = called(web, cast.eva, "select ht.forget_rest(1000)")
    assert isinstance(told, dict)
    assert "queue" not in told
    with database.superuser() as admin:
        admin.execute("delete from procrastinate_jobs where status = 'todo'")


def test_promises_hold_after_content_has_gone(cast: Cast) -> None:
    """A log that is shorter than what the seal's measurement looks at: what went by retention is not lost, else it is."""
    old = lived(cast, 15, 30)
    seal()
    with operator(cast.solsikken, "test"):
        before, _seconds = measure(MEASURES["LOG-3"])
    assert before.sample["seal_lost"] == 0
    run(cast.solsikken)
    seal()
    assert here(cast, old) == set()
    with operator(cast.solsikken, "test"):
        after, _seconds = measure(MEASURES["LOG-3"])
        young = Event.objects.order_by("-at")[0]
    assert (after.sample["seal_lost"], after.sample["seal_grown"], after.sample["seal_holds"]) == (0, True, True)
    with database.superuser() as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute(
            "delete from kernel_event where customer_id = %s and id = (select event from kernel_leaf where customer_id = %s order by place desc limit 1)",
            [cast.solsikken.id] * 2,
        )
    assert young
    with operator(cast.solsikken, "test"):
        broken, _seconds = measure(MEASURES["LOG-3"])
    assert broken.sample["seal_lost"] == 1


def test_features_name_what_they_clean() -> None:
    assert {
        "logs.extract",
        "logs.fetch_right",
        "logs.file",
        "handing.files",
        "handing.rows",
        "printing.papers",
        "citizens.file",
        "undo.act",
        "users.file",
        "outbox.address",
        "outbox.mail",
        "outbox.number",
        "kernel.files",
        "platform.message",
    } == set(CLEANERS)
    for wrong in ("event", "logs.extract", "Logs.x", "logs."):
        with pytest.raises(ValueError, match="no name"):
            cleans(wrong)


def test_whole_months_only() -> None:
    now = dt.datetime(2026, 3, 31, 23, 59, tzinfo=dt.UTC)
    assert queries.month_before(13, now) == dt.datetime(2025, 2, 1, tzinfo=dt.UTC)
    assert queries.month_before(6, now) == dt.datetime(2025, 9, 1, tzinfo=dt.UTC)
    assert queries.month_before(2, dt.datetime(2026, 2, 1, tzinfo=dt.UTC)) == dt.datetime(2025, 12, 1, tzinfo=dt.UTC)
    assert timezone.now() > queries.month_before(0)
