"""What breakers break: a world in which every measured promise holds."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tests.backups import Shelf, declared, take
from tests.cast import Cast, make_cast
from tests.system.breakers.breaking import Kept
from tests.system.servers import serving
from tests.system.world import (
    World,
    at_address,
    make_world,
)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    with declared(tmp_path_factory.mktemp("target")) as target:
        made = take()
        assert made["outcome"] == "good", made
        yield Shelf(target, made["name"], made)


@pytest.fixture(scope="module")
def good() -> Iterator[str]:
    with serving() as address:
        yield address


@pytest.fixture(scope="module")
def kept() -> Kept:
    return Kept()


@pytest.fixture
def world(kept: Kept, good: str, shelf: Shelf) -> Iterator[World]:
    """Breakers mend what they broke, so that the next may have the same world: as long as its people would not idle out."""
    with at_address(good):
        if kept.world is None or time.monotonic() > kept.until:
            kept.world, kept.until = make_world(make_cast(), good, shelf), time.monotonic() + 180
        world, kept.world = kept.world, None
        yield world


@pytest.fixture
def own_world(cast: Cast, good: str, shelf: Shelf) -> Iterator[World]:
    """One that nobody else gets."""
    with at_address(good):
        yield make_world(cast, good, shelf)
