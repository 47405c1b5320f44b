"""Paper: made untrue from outside (DATA-6)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from heretask.kernel.evidence.measuring import State
from heretask.kernel.identity.models import User
from heretask.kernel.identity.people import actor_for
from heretask.kernel.identity.sessions import operator
from heretask.platform.printing import actions
from heretask.platform.printing.models import Paper
from tests.system.breakers.breaking import (
    Breaker,
    Kept,
    breaker,
    breakers_of,
    changed,
    gone,
    turns_red_alone_and_back,
    without,
)
from tests.system.servers import serving
from tests.system.world import World, at_address, sql


def printed(world: World) -> Paper:
    """Anna prints a journal and shreds it at once."""
    paper = only_printed(world)
    with operator(world.cast.solsikken, "test"):
        actions.shred(paper.id, by=actor_for(User.objects.get(id=world.cast.anna.user.id)))
    return paper


def only_printed(world: World) -> Paper:
    """Anna prints a journal; in the test's own session, since her one-time code is used up for half a minute."""
    with operator(world.cast.solsikken, "test"):
        by = actor_for(User.objects.select_related("customer").get(id=world.cast.anna.user.id))
        return actions.print_sheet(
            key="journal", about=world.citizen, form=actions.new_form(), reason="care", words="", days=1, by=by
        ).paper


@breaker("DATA-6")
def a_print_without_an_event(world: World) -> Iterator[None]:
    paper = printed(world)
    sql(
        "insert into platform_printing_paper (id, customer_id, user_id, kind, about, number, lines, reason, words,"
        " made_at, outcome, ended_at, ended_by_id, handed) select gen_random_uuid(), customer_id, user_id, kind, about,"
        " 'WXYZ-2345', lines, reason, words, made_at, outcome, ended_at, ended_by_id, handed"
        " from platform_printing_paper where id = %s", paper.id,
    )  # fmt: skip
    try:
        yield
    finally:
        sql("delete from platform_printing_paper where number = 'WXYZ-2345'")


@breaker("DATA-6")
def a_print_without_a_reason(world: World) -> Iterator[None]:
    with changed("platform_printing_paper", "id = %s", [printed(world).id], reason="-"):
        yield


@breaker("DATA-6")
def a_paper_that_vanished(world: World) -> Iterator[None]:
    with gone("platform_printing_paper", "id = %s", [printed(world).id]):
        yield


@breaker("DATA-6")
def something_handed_over_that_the_log_does_not_know(world: World) -> Iterator[None]:
    sql(
        "insert into platform_handing_handing (id, customer_id, giver_id, kind, about, number, lines, basis, \"to\", made_at,"
        " ends_at, link_hash, salt, check_hash, file, tries) values (gen_random_uuid(), %s, %s, 'journal', %s, 'WXYZ-6789', 1,"
        " 'consent', '', now(), now() + interval '1 day', 'x', 'x', 'x', gen_random_uuid(), 0)",
        world.cast.solsikken.id, world.cast.bo.user.id, world.citizen,
    )  # fmt: skip
    try:
        yield
    finally:
        sql("delete from platform_handing_handing where number = 'WXYZ-6789'")


@breaker("DATA-6")
def a_database_that_takes_a_print_without_a_reason(_world: World) -> Iterator[None]:
    with without("platform_printing_paper", "paper_reason"):
        yield


@breaker("DATA-6")
def a_database_that_lets_paper_vanish(_world: World) -> Iterator[None]:
    sql("alter table platform_printing_paper disable trigger paper_stays")
    try:
        yield
    finally:
        sql("alter table platform_printing_paper enable trigger paper_stays")


@breaker("DATA-6")
def pages_that_print(_world: World) -> Iterator[None]:
    with serving(app="tests.system.servers:unstyled") as address, at_address(address):
        yield


@pytest.mark.parametrize(("promise", "broken", "also"), breakers_of(__name__))
def test_it_turns_red_alone_and_back(
    world: World, kept: Kept, promise: str, broken: Breaker, also: frozenset[str]
) -> None:
    turns_red_alone_and_back(world, kept, promise, broken, also)


def test_paper_that_lies_about_is_a_finding(own_world: World) -> None:
    paper = only_printed(own_world)
    assert own_world.result("DATA-6").state == State.HOLDS
    sql("update platform_printing_paper set made_at = made_at - interval '25 hours' where id = %s", paper.id)
    found = own_world.result("DATA-6")
    assert (found.state, found.sample["papers_open"], found.sample["papers_overdue"]) == (State.DUE, 1, 1)
    with operator(own_world.cast.solsikken, "test"):
        assert found.figure == f"0 / {Paper.objects.count()}"


def test_where_nobody_answers_it_cannot_be_measured(own_world: World) -> None:
    with at_address("https://localhost:9"):
        assert own_world.result("DATA-6").state == State.UNKNOWN
