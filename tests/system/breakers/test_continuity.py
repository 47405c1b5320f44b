"""Continuity: nobody agreed, the year went by, nothing was tried, what was found is not mended (CONT-1, CONT-2)."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest

from tests.cast import supplier
from tests.system.breakers.breaking import Breaker, Kept, breaker, breakers_of, changed, gone, turns_red_alone_and_back
from tests.system.world import World, sql

IN = "entry_id in (select id from system_records_entry where register = %s)"


@breaker("CONT-1")
def the_agreements_are_more_than_a_year_old(_world: World) -> Iterator[None]:
    dates = f"{IN} and field = 'agreed_on'"
    with changed("system_records_value", dates, ["plan-agreements"], plain="=(plain::date - 380)::text"):
        yield


@breaker("CONT-1")
def the_hosting_provider_never_agreed(_world: World) -> Iterator[None]:
    """And the versions are older than 30 days."""
    of_plans = "document_id in (select id from system_records_document where kind = 'plan')"
    with (
        changed("system_records_version", of_plans, [], done_at="=done_at - interval '40 days'"),
        changed("system_records_value", f"{IN} and plain = 'provider'", ["plan-agreements"], plain="customer"),
    ):
        yield


@breaker("CONT-2")
def nothing_was_tried_for_a_year(_world: World) -> Iterator[None]:
    dates = f"{IN} and field = 'held_on'"
    with changed("system_records_value", dates, ["exercises"], plain="=(plain::date - 380)::text"):
        yield


@breaker("CONT-2")
def no_exercise_was_ever_concluded_and_the_first_month_is_over(_world: World) -> Iterator[None]:
    with (
        gone("system_records_value", f"{IN} and field = 'concluded_on'", ["exercises"]),
        changed("kernel_customer", "kind = 'supplier'", [], gates_from="=gates_from - interval '40 days'"),
    ):
        yield


@breaker("CONT-2")
def an_action_is_overdue(_world: World) -> Iterator[None]:
    own, duty = supplier().id, uuid4()
    sql(
        "insert into system_records_duty (id, customer_id, rule, opens_on, due_on) "
        "values (%s, %s, 'continuity.action', current_date - 20, current_date - 5)", duty, own,
    )  # fmt: skip
    try:
        yield
    finally:
        sql("delete from system_records_duty where id = %s", duty)


@pytest.mark.parametrize(("promise", "broken", "also"), breakers_of(__name__))
def test_it_turns_red_alone_and_back(
    world: World, kept: Kept, promise: str, broken: Breaker, also: frozenset[str]
) -> None:
    turns_red_alone_and_back(world, kept, promise, broken, also)
