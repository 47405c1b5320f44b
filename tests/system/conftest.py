"""Measurements of the whole installation: roles belong to the cluster, which all workers share.

Tests that only measure run beside each other; one marked `alone` makes a role and has the cluster for itself.
"""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import database
from tests.sealing import seal


@pytest.fixture(scope="module", autouse=True)
def _fresh(fresh_database: None) -> None:
    """What is measured over everything takes as long as there is much of it."""


@pytest.fixture(autouse=True)
def _lock_of_the_cluster(request: pytest.FixtureRequest) -> Iterator[None]:
    place = Path(tempfile.gettempdir()) / f"heretask-installation-{database.KIND}-{os.geteuid()}.lock"
    alone = request.node.get_closest_marker("alone") is not None
    with place.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        seal()
        yield
