"""Reporting security incidents: made untrue from outside (BREACH-1)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest

from heretask.kernel.evidence.measuring import State
from heretask.kernel.identity.models import User
from heretask.kernel.identity.people import actor_for
from heretask.kernel.identity.sessions import operator
from heretask.platform.incidents import actions
from tests import database
from tests.system.breakers.breaking import Breaker, Kept, breaker, breakers_of, turns_red_alone_and_back
from tests.system.servers import serving
from tests.system.world import World, at_address, in_management, sql
from tests.work import work


@contextmanager
def reported(world: World, minutes: int, *, told: bool = True) -> Iterator[UUID]:
    """Anna reported something so many minutes ago; it is taken away afterwards."""
    with operator(world.cast.solsikken, "test"):
        by = actor_for(User.objects.select_related("customer").get(id=world.cast.anna.user.id))
        made = actions.report(what="En telefon er væk", noticed="I går", page="", by=by).id
    if told:
        work()
    sql(
        "update platform_incidents_incident set made_at = made_at - make_interval(mins => %s),"
        " told_at = told_at - make_interval(mins => %s) where id = %s", minutes, minutes, made,
    )  # fmt: skip
    try:
        yield made
    finally:
        sql("delete from procrastinate_jobs where task_name = 'incidents.tell' and status = 'todo'")
        sql("delete from platform_incidents_incidentstep where incident_id = %s", made)
        sql("delete from platform_incidents_incident where id = %s", made)


@breaker("BREACH-1")
def pages_without_the_link(_world: World) -> Iterator[None]:
    with serving(app="tests.system.servers:unlinked") as address, at_address(address):
        yield


@breaker("BREACH-1")
def a_report_that_nobody_opened_for_a_day(world: World) -> Iterator[None]:
    with reported(world, 24 * 60 + 1):
        yield


@breaker("BREACH-1")
def a_report_that_management_was_not_told_of(world: World) -> Iterator[None]:
    with reported(world, 20, told=False):
        yield


@breaker("BREACH-1")
def a_database_that_tells_nobody(_world: World) -> Iterator[None]:
    with database.superuser() as admin:
        admin.execute("alter table platform_incidents_incident disable trigger told_at_once")
        try:
            yield
        finally:
            admin.execute("alter table platform_incidents_incident enable trigger told_at_once")


@pytest.mark.parametrize(("promise", "broken", "also"), breakers_of(__name__))
def test_it_turns_red_alone_and_back(
    world: World, kept: Kept, promise: str, broken: Breaker, also: frozenset[str]
) -> None:
    turns_red_alone_and_back(world, kept, promise, broken, also)


def test_a_report_is_due_after_an_hour_and_counted_once_it_was_opened(own_world: World) -> None:
    with reported(own_world, 59):
        found = own_world.result("BREACH-1")
        assert (found.state, found.figure, found.sample["incidents_unopened"]) == (State.HOLDS, "0 / 1", 1)
    with reported(own_world, 61) as incident:
        found = own_world.result("BREACH-1")
        assert (found.state, found.figure) == (State.DUE, "1 / 1")
        with in_management("grethe").inside() as by:
            actions.open_one(incident, by=by)
        found = own_world.result("BREACH-1")
        assert (found.state, found.sample["minutes_worst"], found.sample["minutes_median"]) == (State.DUE, 61, 61)
    with reported(own_world, 5) as incident, in_management("grethe").inside() as by:
        actions.open_one(incident, by=by)
        found = own_world.result("BREACH-1")
        assert (found.state, found.sample["minutes_worst"]) == (State.HOLDS, 5)
