"""The log: made untrue from outside (LOG-1 to LOG-4)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from heretask.kernel.identity.sessions import operator
from heretask.kernel.log.queries import newest_export
from heretask.kernel.secrets.files import place_of
from tests import database
from tests.sealing import seal
from tests.system.breakers.breaking import (
    Breaker,
    Kept,
    breaker,
    breakers_of,
    changed,
    gone,
    turns_red_alone_and_back,
)
from tests.system.world import (
    World,
    sql,
)


@breaker("LOG-1", "LOG-3")
def a_search_is_taken_out_of_the_log(world: World) -> Iterator[None]:
    where = "customer_id = %s and action = 'social.citizens.searched'"
    with gone("kernel_event", where, [world.cast.solsikken.id]):
        yield


@breaker("LOG-1")
def the_log_forgets_searches_at_once(_world: World) -> Iterator[None]:
    with forgetting("new.object_kind = 'search'"):
        yield


@breaker("LOG-2", "LOG-3")
def a_session_without_its_start(world: World) -> Iterator[None]:
    with gone("kernel_event", "action = 'identity.signed_in' and object_id = %s", [world.session]):
        yield


@breaker("LOG-2")
def the_clock_has_stopped(world: World) -> Iterator[None]:
    with changed("kernel_session", "id = %s", [world.session], last_act="=last_act - interval '2 hours'"):
        yield


@breaker("LOG-3")
def the_log_forgets_openings_at_once(_world: World) -> Iterator[None]:
    with forgetting("new.citizen is not null"):
        yield


@breaker("LOG-3")
def the_sealer_stands_still(world: World) -> Iterator[None]:
    seal()
    world.sealer_works = False
    sql(
        "insert into ht.unsealed values (%s, 1, gen_random_uuid(), %s, now() - interval '2 minutes')",
        world.cast.solsikken.id, bytes(32),
    )  # fmt: skip
    try:
        yield
    finally:
        sql("delete from ht.unsealed where since < now() - interval '2 minutes' and at = 1")
        world.sealer_works = True


@breaker("LOG-3")
def an_entry_is_taken_out_of_the_log(world: World) -> Iterator[None]:
    seal()
    newest = "(select event from kernel_leaf where customer_id = %s order by place desc offset 3 limit 1)"
    customer = world.cast.solsikken.id
    with gone("kernel_event", f"customer_id = %s and id = {newest}", [customer, customer]):
        yield


@breaker("LOG-3", "LOG-4")
def the_tree_is_bent(world: World) -> Iterator[None]:
    seal()
    customer = world.cast.solsikken.id
    with database.superuser() as admin:
        row = admin.execute("select leaf from kernel_leaf where customer_id = %s and place = 2", [customer]).fetchone()
    assert row is not None
    bend = "update kernel_{} set leaf = %s where customer_id = %s and {}"
    where = "id = (select event from kernel_leaf where customer_id = %s and place = 2)"
    for leaf in (bytes(32), row[0]):  # in both tables, so that only the signed root can tell
        sql(bend.format("event", where), leaf, customer, customer)
        sql(bend.format("leaf", "place = 2"), leaf, customer)
        if leaf != row[0]:
            yield


@breaker("LOG-4")
def an_entry_is_rewritten(world: World) -> Iterator[None]:
    where = "customer_id = %s and action = 'social.citizen.opened'"
    with changed("kernel_event", where, [world.cast.solsikken.id], address="192.0.2.99"):
        yield


@breaker("LOG-4")
def a_file_taken_out_is_changed(world: World) -> Iterator[None]:
    with operator(world.cast.solsikken, "test"):
        made = newest_export()
    assert made is not None
    path = place_of(world.cast.solsikken.id, made.file)
    before = path.read_bytes()
    path.write_bytes(before[:-1] + bytes([before[-1] ^ 1]))
    try:
        yield
    finally:
        path.write_bytes(before)


@contextmanager
def forgetting(when: str) -> Iterator[None]:
    """A trigger that removes an entry as soon as it is stored: the page is shown, the log knows nothing."""
    sql(
        "create function public.forget() returns trigger language plpgsql security definer "
        "set session_replication_role = replica set search_path = public, pg_temp as "
        "$$ begin delete from kernel_event where id = new.id; return null; end $$"
    )
    sql("revoke execute on function public.forget() from public")
    sql(
        f"create trigger forget after insert on kernel_event for each row when ({when}) "
        "execute function public.forget()"
    )
    try:
        yield
    finally:
        sql("drop trigger forget on kernel_event")
        sql("drop function public.forget()")


@pytest.mark.parametrize(("promise", "broken", "also"), breakers_of(__name__))
def test_it_turns_red_alone_and_back(
    world: World, kept: Kept, promise: str, broken: Breaker, also: frozenset[str]
) -> None:
    turns_red_alone_and_back(world, kept, promise, broken, also)
