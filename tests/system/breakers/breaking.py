"""Every measured promise is made untrue from outside, turns red by it and by nothing else, and back when it is mended.

A check that no breaker can turn red does not count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from heretask.kernel.evidence.measuring import State
from tests import database
from tests.system.world import (
    World,
    sql,
)

Breaker = Callable[[World], AbstractContextManager[None]]
BREAKERS: dict[str, list[tuple[Breaker, frozenset[str]]]] = {}


def breaker(promise: str, *also: str) -> Callable[[Callable[[World], Iterator[None]]], Breaker]:
    """Declare a way to break a promise; leaving the block mends it. `also` are promises that the same act breaks."""

    def declare(function: Callable[[World], Iterator[None]]) -> Breaker:
        made = contextmanager(function)
        BREAKERS.setdefault(promise, []).append((made, frozenset(also)))
        return made

    return declare


@contextmanager
def changed(table: str, where: str, values: list[Any], **columns: Any) -> Iterator[None]:
    """Rows changed by the superuser, and put back as they were. A value `=expression` is SQL."""
    with database.superuser() as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute(f"create temp table kept as select * from {table} where {where}", values)
        count = admin.execute("select count(*) from kept").fetchone()
        assert count is not None
        assert count[0], "nothing to break"
        sets = ", ".join(
            f"{name} = {v[1:] if isinstance(v, str) and v.startswith('=') else '%s'}" for name, v in columns.items()
        )
        given = [v for v in columns.values() if not (isinstance(v, str) and v.startswith("="))]
        admin.execute(f"update {table} set {sets} where {where}", [*given, *values])
        try:
            yield
        finally:
            back = ", ".join(f"{name} = kept.{name}" for name in columns)
            admin.execute(f"update {table} t set {back} from kept where t.id = kept.id")


@contextmanager
def gone(table: str, where: str, values: list[Any]) -> Iterator[None]:
    """Rows deleted by the superuser, past the triggers that forbid it, and put back."""
    with database.superuser() as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute(f"create temp table kept as select * from {table} where {where}", values)
        assert admin.execute(f"delete from {table} where {where}", values).rowcount, "nothing to break"
        try:
            yield
        finally:
            admin.execute(f"insert into {table} select * from kept")


@contextmanager
def without(table: str, constraint: str) -> Iterator[None]:
    """A table without one of its constraints, which comes back as it was."""
    with database.superuser() as admin:
        row = admin.execute(
            "select pg_get_constraintdef(oid) from pg_constraint where conname = %s", [constraint]
        ).fetchone()
        assert row is not None
        admin.execute(f"alter table {table} drop constraint {constraint}")
        try:
            yield
        finally:
            admin.execute(f"alter table {table} add constraint {constraint} {row[0]}")


@contextmanager
def replaced(function: str, old: str, new: str) -> Iterator[None]:
    """A function of the database with one piece of it exchanged."""
    with database.superuser() as admin:
        row = admin.execute("select pg_get_functiondef(%s::regproc)", [function]).fetchone()
        assert row is not None
        before = str(row[0])
        assert old in before
        admin.execute(before.replace(old, new))
        try:
            yield
        finally:
            admin.execute(before)


def given_a_grant(world: World, grant: UUID, who: UUID, scope: str) -> None:
    """A grant that runs for another 51 minutes, written past the functions that hold its rules."""
    sql(
        "insert into kernel_grant (id, customer_id, asked_user, asked_name, scope, citizens, purpose, case_number, minutes,"
        " asked_at, answer_until, approved_by, approved_at, starts, ends_at, broken_glass, judgement) "
        "values (%s, %s, %s, 'finn@heretask', %s, '{}', '', 'SAG-1', 60, now() - interval '10 minutes',"
        " now() + interval '50 minutes', gen_random_uuid(), now() - interval '9 minutes', now() - interval '9 minutes',"
        " now() + interval '51 minutes', false, '')", grant, world.cast.solsikken.id, who, scope,
    )  # fmt: skip


@contextmanager
def floorless(table: str, name: str) -> Iterator[None]:
    """A limit that the database enforces, gone and put back."""
    with database.superuser() as admin:
        row = admin.execute("select pg_get_constraintdef(oid) from pg_constraint where conname = %s", [name]).fetchone()
        assert row is not None
        admin.execute(f"alter table {table} drop constraint {name}")
        try:
            yield
        finally:
            admin.execute(f"alter table {table} add constraint {name} {row[0]}")


@dataclass
class Kept:
    """The world that the last test left whole, and until when its sessions would still go on."""

    world: World | None = None
    until: float = 0


ALONE = {"a_role_nobody_knows"}  # changes the cluster, which all workers share


def breakers_of(module: str) -> list[Any]:
    """The breakers declared in that module, as parameters of a test."""
    return [
        pytest.param(p, b, a, id=f"{p}-{b.__name__}", marks=[pytest.mark.alone] if b.__name__ in ALONE else [])
        for p, found in sorted(BREAKERS.items())
        for b, a in found
        if b.__module__ == module
    ]


def turns_red_alone_and_back(world: World, kept: Kept, promise: str, broken: Breaker, also: frozenset[str]) -> None:
    """Break it and measure everything, mend it and measure it again.

    That all the rest still holds, the next breaker finds, which has the same world: nothing but its own may be red then.
    """
    red = {promise, *also}
    with broken(world):
        during = world.states(about=red)
    assert {id_: state for id_, state in during.items() if state != State.HOLDS} == dict.fromkeys(red, State.BROKEN)
    mended = {id_: world.result(id_) for id_ in red}
    assert {id_: one.state for id_, one in mended.items()} == dict.fromkeys(red, State.HOLDS), mended
    kept.world = world
