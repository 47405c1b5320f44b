"""Access outside HereTask that a system keeps a list of (accounts on servers, in the database): listed in reviews.

Admin and System never meet; whoever keeps such a list registers how it is read, and how a line of it is ended.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from .decide import Actor


@dataclass(frozen=True, slots=True)
class Account:
    """An account somebody has elsewhere: where, under which name, since when, and when it was last used, if known."""

    id: UUID
    user_id: UUID
    kind: str
    name: str
    since: dt.datetime
    used: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Accounts:
    """How a list of accounts is read, and how one of it is ended."""

    all: Callable[[], Iterable[Account]]
    end: Callable[[UUID, Actor], None]
    runs: Callable[[UUID], bool]


_KEPT: dict[str, Accounts] = {}


def register(source: str, accounts: Accounts) -> None:
    """Declare a list of accounts; once for each."""
    if source in _KEPT:
        raise ValueError(f"the accounts of {source} are declared twice")
    _KEPT[source] = accounts


def sources() -> dict[str, Accounts]:
    """Every list that is kept."""
    return dict(_KEPT)
