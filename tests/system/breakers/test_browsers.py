"""Browsers: made untrue from outside (WEB-1)."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from heretask.kernel.release.browsers import written
from heretask.kernel.release.running import running
from tests.releases import walked
from tests.system.breakers.breaking import (
    Breaker,
    Kept,
    breaker,
    breakers_of,
    changed,
    turns_red_alone_and_back,
)
from tests.system.servers import serving
from tests.system.world import World, at_address

TABLE = "system_releases_browsertest"


@breaker("WEB-1")
def an_engine_failed(_world: World) -> Iterator[None]:
    result = written(walked(running().code, webkit="note: the console says something"))
    with changed(TABLE, "true", [], result=json.dumps(json.loads(result))):
        yield


@breaker("WEB-1")
def other_code_was_walked_through(_world: World) -> Iterator[None]:
    with changed(TABLE, "true", [], code="0" * 64):
        yield


@breaker("WEB-1")
def a_page_that_loads_from_elsewhere(_world: World) -> Iterator[None]:
    with serving(app="tests.system.servers:borrowing") as address, at_address(address):
        yield


@pytest.mark.parametrize(("promise", "broken", "also"), breakers_of(__name__))
def test_it_turns_red_alone_and_back(
    world: World, kept: Kept, promise: str, broken: Breaker, also: frozenset[str]
) -> None:
    turns_red_alone_and_back(world, kept, promise, broken, also)
