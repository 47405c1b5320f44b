"""Counting tries before any work is done for them: in several scopes at once, in a transaction of their own."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connections

SPAN = dt.timedelta(minutes=15)
TRIES_STRANGER = 5
TRIES_KNOWN = 10
TRIES_NETWORK = 300


def reserve(counters: list[tuple[str, bytes, int]]) -> str:
    """Count one try in every scope, or in none: the scope that refuses, or an empty string."""
    given: list[Any] = [[c[0] for c in counters], [c[1] for c in counters], [c[2] for c in counters], SPAN]
    with connections["gate"].cursor() as cursor:
        cursor.execute("select ht.reserve(%s, %s, %s, %s)", given)
        return cursor.fetchone()[0] or ""


def refund(counter: tuple[str, bytes, int]) -> None:
    """Forget the tries of one scope after a success; a network is never forgotten."""
    with connections["gate"].cursor() as cursor:
        cursor.execute("delete from kernel_throttle where scope = %s and key = %s", [counter[0], counter[1]])
