"""How ids in the log become names: each kind of object is registered by the feature that owns it.

A naming function may open sealed names; the page that shows them records an event that says so, as any other page does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from uuid import UUID

from heretask.kernel.identity.people import names_of

Naming = Callable[[Iterable[UUID]], dict[UUID, str]]

NAMES: dict[str, Naming] = {}


def register(kind: str, function: Naming) -> None:
    """Let `function` name the ids of `kind`; it answers with those it knows, in a bounded number of queries."""
    if kind in NAMES:
        raise ValueError(f"the kind {kind} is named twice")
    NAMES[kind] = function


def names(kind: str, ids: Iterable[UUID]) -> dict[UUID, str]:
    """The names of those ids that can be named; none for a kind that nobody has registered."""
    wanted = set(ids)
    function = NAMES.get(kind)
    return function(wanted) if function and wanted else {}


def erased(ids: Iterable[UUID]) -> set[UUID]:
    """Which of these citizens were erased: they have no name any more, and a sentence says so."""
    from heretask.kernel.secrets.erasing import erased_among  # erasing writes its reason through the log

    return erased_among(ids)


register("user", names_of)
