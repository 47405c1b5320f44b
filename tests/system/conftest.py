"""Measurements of the whole installation: roles belong to the cluster, which all workers share, so one test at a time."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import database
from tests.sealing import seal


@pytest.fixture(autouse=True)
def _alone_in_the_cluster() -> Iterator[None]:
    place = Path(tempfile.gettempdir()) / f"heretask-installation-{database.KIND}-{os.geteuid()}.lock"
    with place.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        seal()
        yield
