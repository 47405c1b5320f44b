"""Commands of the operator act on the whole installation."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="module", autouse=True)
def _fresh(fresh_database: None) -> None:
    """What acts on every customer takes as long as there are many."""
