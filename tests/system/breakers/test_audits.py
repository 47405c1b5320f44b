"""The self-audit and the minutes: made untrue from outside (REVIEW)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cast import supplier
from tests.system.breakers.breaking import (
    Breaker,
    Kept,
    breaker,
    breakers_of,
    changed,
    gone,
    turns_red_alone_and_back,
)
from tests.system.world import World, sql

OWN = "customer_id = %s"


@breaker("REVIEW-1")
def a_year_went_by_without_a_self_audit(_world: World) -> Iterator[None]:
    with changed("system_audits_step", OWN, [supplier().id], done_at="=done_at - interval '367 days'"):
        yield


@breaker("REVIEW-1")
def nobody_countersigned_and_the_first_day_has_passed(_world: World) -> Iterator[None]:
    with (
        gone("system_audits_step", f"{OWN} and what = 'read'", [supplier().id]),
        changed("system_records_duty", f"{OWN} and rule = 'audits.audit'", [supplier().id], opens_on="=opens_on - 900", due_on="=due_on - 900"),
    ):  # fmt: skip
        yield


@breaker("REVIEW-1")
def the_frozen_evidence_was_made_prettier(_world: World) -> Iterator[None]:
    sql("alter table system_audits_audit drop constraint audit_digest")
    try:
        with changed("system_audits_audit", OWN, [supplier().id], snapshot="=replace(snapshot, '\"none\"', '\"ok\"')"):
            yield
    finally:
        sql(
            "alter table system_audits_audit add constraint audit_digest "
            "check (digest = encode(sha256(convert_to(snapshot, 'UTF8')), 'hex'))"
        )


@breaker("REVIEW-1")
def what_was_found_was_never_mended(_world: World) -> Iterator[None]:
    sql(
        "insert into system_records_duty (id, customer_id, rule, opens_on, due_on, made_at) values "
        "('00000000-0000-7000-8000-000000000001', %s, 'audits.finding', current_date - 40, current_date - 1, now())",
        supplier().id,
    )  # fmt: skip
    try:
        yield
    finally:
        sql("delete from system_records_duty where id = '00000000-0000-7000-8000-000000000001'")


@breaker("REVIEW-2")
def the_minutes_are_a_year_old(_world: World) -> Iterator[None]:
    with changed("system_records_signature", _of_minutes(), [], signed_on="=signed_on - 367"):
        yield


@breaker("REVIEW-2")
def the_two_signed_different_versions(_world: World) -> Iterator[None]:
    """One of the signatures stands under a version that came before, and the first day has passed."""
    with (
        changed("system_records_signature", f"{_of_minutes()} and id = (select max(id::text)::uuid from system_records_signature where {_of_minutes()})", [],
                version_id="=(select id from system_records_version where document_id in (select id from system_records_document where kind = 'staff') limit 1)"),
        changed("system_records_duty", f"{OWN} and rule = 'audits.minutes'", [supplier().id], opens_on="=opens_on - 900", due_on="=due_on - 900"),
    ):  # fmt: skip
        yield


def _of_minutes() -> str:
    return (
        "version_id in (select v.id from system_records_version v join system_records_document d "
        "on d.id = v.document_id where d.kind = 'minutes')"
    )


@pytest.mark.parametrize(("promise", "broken", "also"), breakers_of(__name__))
def test_each_turns_red_alone_and_back(
    world: World, kept: Kept, promise: str, broken: Breaker, also: frozenset[str]
) -> None:
    turns_red_alone_and_back(world, kept, promise, broken, also)
