"""Customers told of breaches: made untrue from outside (NOTIFY-1)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.system import breaches
from tests.system.breakers.breaking import (
    Breaker,
    Kept,
    breaker,
    breakers_of,
    changed,
    gone,
    turns_red_alone_and_back,
)
from tests.system.world import World, in_management, sql


@breaker("NOTIFY-1")
def a_day_went_by_and_nobody_was_told(_world: World) -> Iterator[None]:
    case = breaches.begun(in_management("grethe"))
    breaches.moved(case, 25)
    try:
        yield
    finally:
        for table in ("step", "case"):
            sql(f"delete from system_breaches_{table} where {'id' if table == 'case' else 'case_id'} = %s", case)


@breaker("NOTIFY-1")
def the_last_exercise_is_too_old(_world: World) -> Iterator[None]:
    with changed("system_breaches_step", "kind = 'closed'", [], done_at="=done_at - interval '400 days'"):
        yield


@breaker("NOTIFY-1")
def a_customer_was_left_out(world: World) -> Iterator[None]:
    notice = "id = (select id from system_breaches_notice order by made_at limit 1)"
    with gone("system_breaches_notice", notice, []):
        yield


@pytest.mark.parametrize(("promise", "broken", "also"), breakers_of(__name__))
def test_turns_red_alone_and_back(
    world: World, kept: Kept, promise: str, broken: Breaker, also: frozenset[str]
) -> None:  # fmt: skip
    turns_red_alone_and_back(world, kept, promise, broken, also)
