"""How people get in, and what of it stays in a browser: made untrue from outside (LOGIN, DATA, REMOTE)."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests import database
from tests.system.breakers.breaking import (
    Breaker,
    Kept,
    breaker,
    breakers_of,
    changed,
    floorless,
    gone,
    replaced,
    turns_red_alone_and_back,
)
from tests.system.servers import ended_certificate, serving
from tests.system.world import (
    World,
    at_address,
)


@breaker("REMOTE-2")
def a_session_from_nowhere(world: World) -> Iterator[None]:
    with changed("kernel_session", "id = %s", [world.session], address="", agent=""):
        yield


@breaker("REMOTE-3")
def something_in_front_lets_browsers_keep_pages(_world: World) -> Iterator[None]:
    with serving(app="tests.system.servers:keeping") as address, at_address(address):
        yield


@breaker("REMOTE-3")
def a_file_left_without_saying_why(world: World) -> Iterator[None]:
    with serving() as address, at_address(address), floorless("kernel_handedover", "handedover_whole"):
        own = uuid4()
        with database.superuser() as admin:
            admin.execute(
                "insert into kernel_handedover (id, customer_id, user_id, file, receiver, basis, way) "
                "values (%s, %s, %s, %s, '', '', '')",
                [own, world.cast.solsikken.id, world.cast.anna.user.id, uuid4()],
            )
        try:
            yield
        finally:
            with database.superuser() as admin:
                admin.execute("set session_replication_role = replica")
                admin.execute("delete from kernel_handedover where id = %s", [own])


@breaker("DATA-1")
def the_server_goes_along_with_128_bits(_world: World) -> Iterator[None]:
    with serving(narrowed=False) as address, at_address(address):
        yield


@breaker("DATA-1")
def the_certificate_has_ended(_world: World) -> Iterator[None]:
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(chain=ended_certificate(Path(folder))) as address,
        at_address(address),
    ):
        yield


@breaker("DATA-2")
def an_account_without_a_password(world: World) -> Iterator[None]:
    with changed("kernel_credential", "user_id = %s", [world.cast.bo.user.id], password=""):
        yield


@breaker("DATA-2", "LOGIN-3")
def two_names_that_are_one(world: World) -> Iterator[None]:
    bo = world.cast.bo.user.id
    with changed("kernel_user", "id = %s", [bo], user_name="ANNA"):
        yield


@breaker("DATA-3")
def a_session_went_on_after_400_seconds(world: World) -> Iterator[None]:
    with changed("kernel_session", "id = %s", [world.session], longest_gap=400):
        yield


@breaker("DATA-3")
def the_database_no_longer_ends_idle_sessions(_world: World) -> Iterator[None]:
    with replaced("ht.touch", "gap >= s.idle_limit or", "false or"):
        yield


@breaker("LOGIN-1")
def a_start_password_that_lives_for_weeks(world: World) -> Iterator[None]:
    with changed(
        "kernel_credential", "user_id = %s", [world.starter.user.id], start_until="=now() + interval '20 days'"
    ):
        yield


@breaker("LOGIN-2")
def a_password_set_by_somebody_else(world: World) -> Iterator[None]:
    with changed("kernel_credential", "user_id = %s", [world.cast.bo.user.id], set_at="=now()"):
        yield


@breaker("LOGIN-3")
def a_name_changed_past_the_administrators_page(world: World) -> Iterator[None]:
    with changed("kernel_user", "id = %s", [world.cast.bo.user.id], user_name="bodil"):
        yield


@breaker("LOGIN-4")
def a_password_under_a_weaker_rule(world: World) -> Iterator[None]:
    with changed("kernel_credential", "user_id = %s", [world.cast.bo.user.id], rule=0):
        yield


@breaker("LOGIN-4")
def a_password_that_is_not_argon2id(world: World) -> Iterator[None]:
    with changed("kernel_credential", "user_id = %s", [world.cast.bo.user.id], password="pbkdf2_sha256$1$a$b"):
        yield


@breaker("LOGIN-5")
def the_floor_of_the_idle_limit_is_taken_away(_world: World) -> Iterator[None]:
    with database.superuser() as admin:
        where = "conname = 'customer_idle_floor'"
        row = admin.execute(f"select pg_get_constraintdef(oid) from pg_constraint where {where}").fetchone()
        assert row is not None
        admin.execute("alter table kernel_customer drop constraint customer_idle_floor")
        try:
            yield
        finally:
            admin.execute(f"alter table kernel_customer add constraint customer_idle_floor {row[0]}")


@breaker("LOGIN-5")
def a_guideline_that_nobody_chose(world: World) -> Iterator[None]:
    with changed("kernel_customer", "id = %s", [world.cast.solsikken.id], password_length=12):
        yield


@breaker("LOGIN-5")
def a_second_factor_given_up_that_nobody_accepted(world: World) -> Iterator[None]:
    with changed("kernel_customer", "id = %s", [world.cast.solsikken.id], second_factor=False):
        yield


@breaker("LOGIN-5")
def an_administrator_in_without_a_second_factor(world: World) -> Iterator[None]:
    with gone("kernel_factor", "user_id = %s", [world.cast.eva.user.id]):
        yield


@pytest.mark.parametrize(("promise", "broken", "also"), breakers_of(__name__))
def test_it_turns_red_alone_and_back(
    world: World, kept: Kept, promise: str, broken: Breaker, also: frozenset[str]
) -> None:
    turns_red_alone_and_back(world, kept, promise, broken, also)
