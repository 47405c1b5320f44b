"""Customers told of breaches: made untrue from outside (NOTIFY-1)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.utils import timezone

from heretask.kernel.evidence.measuring import State
from tests import database
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


@breaker("NOTIFY-1")
def the_sheet_in_the_box_is_too_old(_world: World) -> Iterator[None]:
    with sheet_of(396):
        yield


@contextmanager
def sheet_of(days: int) -> Iterator[None]:
    """The sheet was put in its box so many days ago, and nobody had to do it anew since."""
    closing = "duty_id in (select id from system_records_duty where rule = 'breaches.sheet')"
    day = timezone.localdate() - dt.timedelta(days=days)
    with changed("system_records_closing", closing, [], done_on=day):
        yield


def test_the_sheet_is_due_after_a_year_and_broken_thirty_days_later(own_world: World) -> None:
    found = {}
    for days in (330, 366, 390, 396):
        with sheet_of(days):
            found[days] = own_world.result("NOTIFY-1").state
    assert found == {330: State.HOLDS, 366: State.DUE, 390: State.DUE, 396: State.BROKEN}
    closing = "duty_id in (select id from system_records_duty where rule = 'breaches.sheet')"
    for days, state in ((29, State.DUE), (31, State.BROKEN)):  # a new installation that has none
        with gone("system_records_closing", closing, []), gates_from(days):
            assert own_world.result("NOTIFY-1").state == state


@contextmanager
def gates_from(days: int) -> Iterator[None]:
    """The supplier's gates hold since so many days."""
    with database.superuser() as admin:
        (before,) = admin.execute("select gates_from from kernel_customer where kind = 'supplier'").fetchone() or (
            None,
        )
        admin.execute(
            "update kernel_customer set gates_from = now() - make_interval(days => %s) where kind = 'supplier'", [days]
        )
        try:
            yield
        finally:
            admin.execute("update kernel_customer set gates_from = %s where kind = 'supplier'", [before])


@pytest.mark.parametrize(("promise", "broken", "also"), breakers_of(__name__))
def test_turns_red_alone_and_back(
    world: World, kept: Kept, promise: str, broken: Breaker, also: frozenset[str]
) -> None:  # fmt: skip
    turns_red_alone_and_back(world, kept, promise, broken, also)
