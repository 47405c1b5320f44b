"""Risks, subcontractors and the data centre: made untrue from outside (PROT-2, PROT-3, SUB, PHYS)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager

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
from tests.system.world import World


def value(register: str, field: str, **columns: object) -> AbstractContextManager[None]:
    """A field of every entry of a register, otherwise than it was kept."""
    where = "customer_id = %s and field = %s and entry_id in (select id from system_records_entry where register = %s)"
    return changed("system_records_value", where, [supplier().id, field, register], **columns)


def earlier(rule: str, days: int) -> AbstractContextManager[None]:
    """The open duty of a rule, due so many days before it was."""
    where = "rule = %s and id not in (select duty_id from system_records_closing)"
    shift = f"due_on - {days}"
    return changed("system_records_duty", where, [rule], due_on=f"={shift}", opens_on=f"=least(opens_on, {shift})")


@breaker("PROT-2")
def the_general_meeting_was_more_than_a_year_ago(_world: World) -> Iterator[None]:
    with earlier("registers.meeting", 380):
        yield


@breaker("PROT-3")
def a_risk_was_not_looked_at_in_time(_world: World) -> Iterator[None]:
    with value("risks", "review_on", plain="=(plain::date - 320)::text"):
        yield


@breaker("PROT-3")
def nobody_has_asked_whether_monitoring_is_enough(_world: World) -> Iterator[None]:
    with earlier("registers.risks", 380):
        yield


@breaker("SUB-1")
def a_subcontractor_was_not_assessed_for_a_year(_world: World) -> Iterator[None]:
    with earlier("registers.subcontractor", 380):
        yield


@breaker("SUB-1")
def an_agreement_is_gone(_world: World) -> Iterator[None]:
    with value("subcontractors", "processor", plain="no"):
        yield


@breaker("SUB-2")
def a_difference_has_waited_for_a_decision(_world: World) -> Iterator[None]:
    with (
        gone("system_records_value", "field in ('decision', 'decided_on')", []),
        value("requirements", "open_since", plain="=(plain::date - 40)::text"),
    ):
        yield


@breaker("SUB-2")
def a_difference_that_was_not_accepted(_world: World) -> Iterator[None]:
    with value("requirements", "decision", plain="refused"):
        yield


@breaker("PHYS-1")
def the_evidence_of_a_control_is_too_old(_world: World) -> Iterator[None]:
    with value("physical", "valid_until", plain="=(plain::date - 320)::text"):
        yield


@breaker("PHYS-1")
def nobody_has_stated_that_we_have_no_keys(_world: World) -> Iterator[None]:
    with earlier("registers.no_access", 380):
        yield


@breaker("PHYS-2")
def the_provider_has_assessed_nothing_for_a_year(_world: World) -> Iterator[None]:
    with value("reports", "dated_on", plain="=(plain::date - 380)::text"):
        yield


@pytest.mark.parametrize(("promise", "broken", "also"), breakers_of(__name__))
def test_turns_red_by_its_breaker_alone_and_back(
    world: World, kept: Kept, promise: str, broken: Breaker, also: frozenset[str]
) -> None:
    turns_red_alone_and_back(world, kept, promise, broken, also)
