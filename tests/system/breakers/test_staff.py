"""The supplier's staff: made untrue from outside (STAFF, CONF)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from uuid import uuid4

import pytest

from tests.cast import supplier
from tests.system.breakers.breaking import (
    Breaker,
    Kept,
    breaker,
    breakers_of,
    changed,
    given_a_grant,
    gone,
    turns_red_alone_and_back,
)
from tests.system.world import (
    World,
    sql,
)


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


EQUIPMENT = "entry_id in (select id from system_records_entry where register = 'equipment') and field = %s"


def of_equipment(field: str, plain: str) -> AbstractContextManager[None]:
    """What was said of every device, otherwise."""
    return changed("system_records_value", EQUIPMENT, [field], plain=plain)


@breaker("DATA-4")
def a_device_does_not_lock(_world: World) -> Iterator[None]:
    with of_equipment("locks", "no"):
        yield


@breaker("DATA-4", "EQUIP-1")
def statements_were_more_than_a_year_ago(_world: World) -> Iterator[None]:
    with of_equipment("stated_on", "=(plain::date - 370)::text"):
        yield


@breaker("EQUIP-1")
def a_disk_is_not_encrypted(_world: World) -> Iterator[None]:
    with of_equipment("encrypted", "no"):
        yield


@breaker("EQUIP-1")
def somebody_who_left_has_returned_nothing(_world: World) -> Iterator[None]:
    with gone("system_records_value", EQUIPMENT, ["returned_on"]):
        yield


@pytest.mark.parametrize(("promise", "broken", "also"), breakers_of(__name__))
def test_it_turns_red_alone_and_back(
    world: World, kept: Kept, promise: str, broken: Breaker, also: frozenset[str]
) -> None:
    turns_red_alone_and_back(world, kept, promise, broken, also)
