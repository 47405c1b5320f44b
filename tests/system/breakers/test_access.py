"""Who may do and see what: made untrue from outside, one promise at a time (ORG, PROT, ACCESS)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

import pytest

from heretask.kernel.approvals import asking
from heretask.kernel.grants.events import WATCHED
from heretask.kernel.identity.sessions import operator
from heretask.kernel.log import record
from heretask.kernel.tenancy.base import uuid7
from tests import database
from tests.management import two_managers
from tests.system.breakers.breaking import (
    Breaker,
    Kept,
    breaker,
    breakers_of,
    changed,
    floorless,
    given_a_grant,
    turns_red_alone_and_back,
    without,
)
from tests.system.policies import policies_hold
from tests.system.world import (
    World,
    sql,
)


@contextmanager
def asked_for() -> Iterator[UUID]:
    """A request of Grethe's that nobody has answered."""
    with two_managers() as two:
        policies_hold()  # the two are new, and would have a fortnight
        with two.grethe.inside():
            asked = asking.ask(asking.ROTATE, {"slug": ""}, "A request for the breakers").id
        yield asked


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
    with two_managers() as two:
        policies_hold()
        with changed("kernel_assignment", "user_id = %s", [two.finn.user.id], role="management"):
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


@pytest.mark.parametrize(("promise", "broken", "also"), breakers_of(__name__))
def test_it_turns_red_alone_and_back(
    world: World, kept: Kept, promise: str, broken: Breaker, also: frozenset[str]
) -> None:
    turns_red_alone_and_back(world, kept, promise, broken, also)
