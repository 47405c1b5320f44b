"""One asks, the other approves exactly that: whoever tries to be both is refused, by every path (ORG-1, B24)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import DatabaseError, connections, transaction

from heretask.admin.users import actions as users
from heretask.admin.users.policies import Refused as UserRefused
from heretask.config import provision
from heretask.kernel.access.models import Assignment
from heretask.kernel.approvals import asking, queries
from heretask.kernel.approvals.managing import Refused
from heretask.kernel.approvals.models import Approval
from heretask.kernel.identity.models import User
from heretask.kernel.identity.sessions import h1_of, operator
from heretask.kernel.log.models import Event
from heretask.kernel.log.queries import variables_of
from heretask.kernel.tenancy.base import uuid7
from tests import database
from tests.cast import Cast, Member, make_member
from tests.management import Two, moved, two_managers

WHY = "The contract has ended in writing"


@pytest.fixture
def two() -> Iterator[Two]:
    with two_managers() as made:
        yield made


def asked(member: Member, act: str = asking.CLOSE, **parameters: str) -> Approval:
    with member.inside():
        return asking.ask(act, parameters or {"customer": str(UUID(int=1)), "slug": "x"}, WHY)


def approved(member: Member, approval: Approval, seen: bytes | None = None) -> None:
    with member.inside():
        asking.approve(approval, (seen or bytes(queries.get(approval.id).digest)).hex())


def state(two: Two, approval: Approval) -> Approval:
    with operator(two.own, "test"):
        return queries.get(approval.id)


def run(sql: str, *params: Any) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute(sql, params)


def gate(sql: str, *params: Any) -> list[tuple[Any, ...]]:
    with transaction.atomic(using="gate"), connections["gate"].cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def test_one_asks_and_the_other_approves(two: Two) -> None:
    made = asked(two.grethe)
    found = state(two, made)
    assert found.asked_by_id == two.grethe.user.id
    assert (found.ends_at - found.asked_at).total_seconds() == 24 * 3600
    with two.henrik.inside() as by:
        assert made.id in [one.id for one in queries.waiting_for(by.person_id)]
    with two.grethe.inside() as by:
        assert made.id not in [one.id for one in queries.waiting_for(by.person_id)]
    approved(two.henrik, made)
    found = state(two, made)
    assert found.approved_by_id == two.henrik.user.id
    with operator(two.own, "test"):
        told = [variables_of(e) for e in Event.objects.filter(object_id=made.id).order_by("at")]
        actors = [e.actor for e in Event.objects.filter(object_id=made.id).order_by("at")]
    assert actors == [two.grethe.user.id, two.henrik.user.id]
    assert told[0]["why"] == WHY
    assert told[1]["sha256"] == bytes(found.digest).hex()


def test_nobody_approves_their_own_request_in_another_session(two: Two) -> None:
    made = asked(two.grethe)
    with pytest.raises(Refused):
        approved(two.grethe, made)  # a second session of hers
    assert state(two, made).approved_by_id is None


def test_nor_under_another_user_name(two: Two) -> None:
    made = asked(two.grethe)
    with operator(two.own, "test"):
        by = provision.operator_of(two.own)
        users.rename_user(user=two.grethe.user, user_name=f"{two.grethe.user.user_name}.ny", by=by)
    with pytest.raises(Refused):
        approved(two.grethe, made)
    assert state(two, made).approved_by_id is None


def test_nor_with_sql_as_the_role_of_the_pages(two: Two) -> None:
    made = asked(two.grethe)
    digest = bytes(state(two, made).digest)
    for sql, params in (
        ("update kernel_approval set approved_by_id = %s, approved_at = now() where id = %s", [two.henrik.user.id, made.id]),
        ("update kernel_approval set approved_by_id = asked_by_id, approved_at = now() where id = %s", [made.id]),
        ("delete from kernel_approval where id = %s", [made.id]),
        ("insert into kernel_approval select * from kernel_approval where id = %s", [made.id]),
        ("select ht.approve(current_setting('ht.session'), %s, %s)", [made.id, digest]),
        ("select ht._use_approval(%s, %s, %s, 'customer.close')", [two.own.id, two.grethe.user.id, made.id]),
        ("select ht.close_customer(current_setting('ht.session'), %s)", [made.id]),
        ("set local role ht_board", []),
    ):  # fmt: skip
        with pytest.raises(DatabaseError, match=r"denied|only ever|alone"), two.grethe.inside():
            run(sql, *params)
    assert state(two, made).approved_by_id is None


def test_nor_with_sql_at_the_gate(two: Two) -> None:
    """Whoever could run anything there has their own key only, and the functions ask whose it is."""
    made = asked(two.grethe)
    digest = bytes(state(two, made).digest)
    for member in (two.grethe, two.finn):
        with pytest.raises(DatabaseError, match=r"the other of Management|Management alone"):
            gate("select ht.approve(%s, %s, %s)", h1_of(member.token()), made.id, digest)
    for sql in ("update kernel_approval set approved_by_id = asked_by_id", "select * from kernel_approval"):
        with pytest.raises(DatabaseError, match="denied"):
            gate(sql)


def test_not_even_the_owner_or_a_superuser_writes_it(two: Two) -> None:
    made = asked(two.grethe)
    with database.superuser() as admin:
        for change in (
            "approved_by_id = asked_by_id, approved_at = now()",
            "request = request || ' '",
            "asked_by_id = approved_by_id",
            "ends_at = ends_at + interval '1 day'",
        ):
            with pytest.raises(psycopg.Error):
                admin.execute(f"update kernel_approval set {change} where id = %s", [made.id])
        with pytest.raises(psycopg.Error):
            admin.execute("delete from kernel_approval where id = %s", [made.id])
        with pytest.raises(psycopg.Error):
            admin.execute("truncate kernel_approval")
        admin.execute("set session_replication_role = replica")  # past the triggers: the constraint is still there
        with pytest.raises(psycopg.errors.CheckViolation):
            admin.execute(
                "update kernel_approval set approved_by_id = asked_by_id, approved_at = now() where id = %s", [made.id]
            )


def test_a_second_login_becomes_no_manager(two: Two) -> None:
    with operator(two.own, "test"):
        second = make_member(
            two.own, f"{two.grethe.user.user_name}-to", "Grethe Vang", "developer", None, provision.operator_of(two.own)
        )
    with pytest.raises(UserRefused), two.grethe.inside() as by:
        users.give_role(user=second.user, role="management", unit=None, by=by)
    made = asked(two.grethe)
    with pytest.raises(Refused):
        approved(second, made)
    for act in (
        lambda: Assignment.objects.create(user_id=second.user.id, role="management"),
        lambda: Assignment.objects.filter(user_id=second.user.id).update(role="management"),
        lambda: Assignment.objects.filter(user_id=two.henrik.user.id).update(user_id=second.user.id),
        lambda: Assignment.objects.filter(user_id=two.henrik.user.id).update(ended_at="2026-01-01T00:00:00Z"),
        lambda: Assignment.objects.filter(user_id=two.henrik.user.id).update(until="2026-01-01"),
        lambda: Assignment.objects.filter(user_id=two.henrik.user.id).delete(),
        lambda: User.objects.filter(id=two.henrik.user.id).update(active=False),
        lambda: User.objects.filter(id=two.henrik.user.id).update(suspended_at="2026-01-01T00:00:00Z"),
    ):
        with pytest.raises(DatabaseError, match=r"manager|Management|suspended"), two.grethe.inside():
            act()
    with (
        pytest.raises(DatabaseError, match="two managers"),
        operator(two.own, "test"),
    ):  # nor at the server: two at most
        Assignment.objects.create(user_id=second.user.id, role="management")


def test_one_manager_gives_the_other_no_way_in(two: Two) -> None:
    """Whoever chose the other's password could sign in as both."""
    for act in (
        lambda by, user: users.give_link(user=user, by=by),
        lambda by, user: users.give_start_password(user=user, by=by, hashed=("x", "argon2$x")),
        lambda by, user: users.deactivate_user(user=user, by=by),
        lambda by, user: users.end_role(assignment=Assignment.objects.get(user_id=user.id), by=by),
    ):
        with pytest.raises(UserRefused), two.grethe.inside() as by:
            act(by, User.objects.select_related("customer").get(id=two.henrik.user.id))
    for sql in (
        "select ht.give_password(%s, 'argon2$x', 1::smallint, null)",
        "select ht.give_link(%s, sha256('x'), now() + interval '1 hour')",
    ):
        with pytest.raises(DatabaseError, match="from the server"), two.grethe.inside():
            run(sql, two.henrik.user.id)


def test_nobody_else_asks_or_approves(two: Two, cast: Cast) -> None:
    for member in (two.finn, cast.eva):
        with pytest.raises(Refused):
            asked(member)
    made = asked(two.grethe)
    for member in (two.finn, cast.eva):
        with pytest.raises((Refused, Approval.DoesNotExist)):
            approved(member, made, bytes(state(two, made).digest))
    assert state(two, made).approved_by_id is None


def test_exactly_what_was_shown_is_approved(two: Two) -> None:
    made = asked(two.grethe)
    with pytest.raises(Refused):
        approved(two.henrik, made, b"\x00" * 32)
    with pytest.raises(Refused), two.henrik.inside():
        asking.approve(made, "not hex")
    forged = asking.request_of(asking.CLOSE, {"customer": "x"}, b"other words")
    with pytest.raises(DatabaseError, match="not what was asked"):  # the words are bound to the request
        gate(
            "select ht.ask_approval(%s, %s, 'customer.close', %s, %s)",
            h1_of(two.grethe.token()),
            uuid7(),
            forged,
            b"words",
        )


def test_a_request_ends_after_24_hours(two: Two) -> None:
    made = asked(two.grethe)
    moved(made.id, 25)
    with pytest.raises(Refused):
        approved(two.henrik, made)
    later = asked(two.grethe)
    approved(two.henrik, later)
    moved(later.id, 25)
    with pytest.raises(DatabaseError, match="over"):
        gate("select ht.close_customer(%s, %s)", h1_of(two.grethe.token()), later.id)


def test_a_refused_one_is_over(two: Two) -> None:
    made = asked(two.grethe)
    with two.henrik.inside():
        asking.refuse(made)
    with pytest.raises(Refused):
        approved(two.henrik, made)
    again = asked(two.grethe)
    approved(two.henrik, again)
    with two.grethe.inside():
        asking.refuse(again)  # withdrawn after it was approved
    with pytest.raises(DatabaseError, match=r"over|not approved"):
        gate("select ht.close_customer(%s, %s)", h1_of(two.grethe.token()), again.id)


def test_it_is_used_once_and_only_when_approved(two: Two, cast: Cast) -> None:
    made = asked(two.grethe, customer=str(cast.fyrtaarnet.id), slug=cast.fyrtaarnet.slug)
    close = "select ht.close_customer(%s, %s)"
    with pytest.raises(DatabaseError, match="not approved"):
        gate(close, h1_of(two.grethe.token()), made.id)
    approved(two.henrik, made)
    with pytest.raises(DatabaseError, match="Management alone"):
        gate(close, h1_of(two.finn.token()), made.id)
    with pytest.raises(DatabaseError, match="no such request"):  # for one act it serves no other
        gate("select ht.reopen_customer(%s, %s)", h1_of(two.grethe.token()), made.id)
    assert gate(close, h1_of(two.grethe.token()), made.id) == [(cast.fyrtaarnet.id,)]
    with pytest.raises(DatabaseError):
        gate(close, h1_of(two.grethe.token()), made.id)


def test_an_approval_ends_with_the_manager_who_gave_it(two: Two, cast: Cast) -> None:
    made = asked(two.grethe, customer=str(cast.fyrtaarnet.id), slug=cast.fyrtaarnet.slug)
    approved(two.henrik, made)
    with database.superuser() as admin:
        admin.execute("update kernel_assignment set ended_at = now() where user_id = %s", [two.henrik.user.id])
    with pytest.raises(DatabaseError, match="not approved"):
        gate("select ht.close_customer(%s, %s)", h1_of(two.grethe.token()), made.id)


def test_a_lone_manager_cannot_even_ask(two: Two) -> None:
    with database.superuser() as admin:
        admin.execute("update kernel_assignment set ended_at = now() where user_id = %s", [two.henrik.user.id])
    with pytest.raises(Refused):
        asked(two.grethe)


def test_reasons_that_say_nothing_are_refused(two: Two) -> None:
    with pytest.raises(Refused), two.grethe.inside():
        asking.ask(asking.CLOSE, {"customer": "x"}, " ok ")


def test_words_are_sealed_and_the_web_reads_its_own_alone(two: Two, cast: Cast) -> None:
    made = asked(two.grethe)
    with database.superuser() as admin:
        row = admin.execute("select words, request from kernel_approval where id = %s", [made.id]).fetchone()
    assert row is not None
    assert b"contract" not in bytes(row[0]) + str(row[1]).encode()  # type: ignore[call-overload]
    with cast.eva.inside():
        assert not Approval.objects.filter(id=made.id).exists()
