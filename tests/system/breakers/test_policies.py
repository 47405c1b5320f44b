"""Policies: acknowledgements are missing, the review passed, the two sentences are gone (REMOTE-1, BREACH-2)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cast import supplier
from tests.system.breakers.breaking import Breaker, Kept, breaker, breakers_of, changed, gone, turns_red_alone_and_back
from tests.system.world import World, sql

OF = "(select v.id from system_records_version v join system_records_document d on d.id = v.document_id where d.key = %s)"


@breaker("REMOTE-1")
def somebody_never_acknowledged_it(_world: World) -> Iterator[None]:
    """And has had more than 14 days."""
    with (
        changed("system_records_version", f"id in {OF}", ["policy-remote"], done_at="=done_at - interval '40 days'"),
        gone("system_records_signature", f"version_id in {OF}", ["policy-remote"]),
    ):
        yield


@breaker("REMOTE-1")
def its_review_passed(_world: World) -> Iterator[None]:
    with changed("system_records_version", f"id in {OF}", ["policy-remote"], review_on="=current_date - 1"):
        yield


@breaker("BREACH-2")
def a_version_has_but_one_of_the_two_sentences(_world: World) -> Iterator[None]:
    where = f"customer_id = %s and key = 'police' and version_id in {OF}"
    with gone("system_policies_item", where, [supplier().id, "policy-breach"]):
        yield


@breaker("BREACH-2")
def the_police_was_acknowledged_by_nobody(_world: World) -> Iterator[None]:
    with (
        changed("system_records_version", f"id in {OF}", ["policy-breach"], done_at="=done_at - interval '40 days'"),
        gone("system_records_signature", f"how = 'police' and version_id in {OF}", ["policy-breach"]),
    ):
        yield


@breaker("BREACH-2")
def a_newer_version_is_written_past_the_trigger(_world: World) -> Iterator[None]:
    own = supplier().id
    sql(
        "insert into system_records_version (id, customer_id, document_id, number, text, digest, review_on, done_at) "
        "select gen_random_uuid(), %s, id, 999, '', '', current_date + 90, now() from system_records_document "
        "where customer_id = %s and key = 'policy-breach'", own, own,
    )  # fmt: skip
    try:
        yield
    finally:
        sql("delete from system_records_version where customer_id = %s and number = 999", own)


@pytest.mark.parametrize(("promise", "broken", "also"), breakers_of(__name__))
def test_it_turns_red_alone_and_back(
    world: World, kept: Kept, promise: str, broken: Breaker, also: frozenset[str]
) -> None:
    turns_red_alone_and_back(world, kept, promise, broken, also)
