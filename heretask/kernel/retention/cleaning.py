"""What features keep for days only: each says how its own rows go, so that the daily cleaning forgets none of them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

from django.db import models
from django.utils import timezone

Cleaner = Callable[[int], int]
CLEANERS: dict[str, Cleaner] = {}
_NAME = re.compile(r"[a-z]+\.[a-z_]{1,15}")  # as the database has it, so that none passes for what it removes itself


def cleans(kind: str) -> Callable[[Cleaner], Cleaner]:
    """Declare how rows of `kind` ('logs.extract') go: the function removes at most so many, and answers how many."""
    if not _NAME.fullmatch(kind) or kind in CLEANERS:
        raise ValueError(f"no name for what is cleaned, or taken already: {kind}")

    def declare(function: Cleaner) -> Cleaner:
        CLEANERS[kind] = function
        return function

    return declare


def remove_older(model: type[models.Model], days: int, most: int) -> int:
    """Remove at most `most` of the customer's rows that were made longer than `days` ago; how many went."""
    rows = model._default_manager.filter(made_at__lt=timezone.now() - dt.timedelta(days=days))
    ids = list(rows.values_list("pk", flat=True)[:most])
    gone, _by_model = model._default_manager.filter(pk__in=ids).delete()
    return gone
