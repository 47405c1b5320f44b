"""Watching: made untrue from outside (MON-1)."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest

from tests.cast import supplier
from tests.system.breakers.breaking import Breaker, Kept, breaker, breakers_of, changed, turns_red_alone_and_back
from tests.system.world import World, sql


@breaker("MON-1")
def nobody_has_watched_for_a_while(_world: World) -> Iterator[None]:
    with changed("system_monitoring_round", "true", [], made_at="=made_at - interval '16 minutes'"):
        yield


@breaker("MON-1")
def a_planted_fault_was_not_found(_world: World) -> Iterator[None]:
    with changed("system_monitoring_exerciseend", "true", [], found="=planted - 1"):
        yield


@breaker("MON-1")
def the_last_exercise_is_too_long_ago(_world: World) -> Iterator[None]:
    with changed("system_monitoring_exerciseend", "true", [], ended_at="=ended_at - interval '367 days'"):
        yield


@breaker("MON-1")
def an_alarm_that_nobody_takes_on(_world: World) -> Iterator[None]:
    own = uuid4()
    sql(
        'insert into system_monitoring_alarm (id, customer_id, signal, figure, "limit", raised_at) '
        "values (%s, %s, 'disk', 99, 85, now() - interval '25 hours')",
        own, supplier().id,
    )  # fmt: skip
    try:
        yield
    finally:
        sql("delete from system_monitoring_alarm where id = %s", own)


@pytest.mark.parametrize(("promise", "broken", "also"), breakers_of(__name__))
def test_it_turns_red_alone_and_back(
    world: World, kept: Kept, promise: str, broken: Breaker, also: frozenset[str]
) -> None:
    turns_red_alone_and_back(world, kept, promise, broken, also)
