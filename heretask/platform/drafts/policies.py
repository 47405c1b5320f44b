"""Where drafts may be kept: each place is guarded by the feature that it belongs to."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from heretask.kernel.access.decide import Actor, Denied

Guard = Callable[[UUID, Actor], object]
_guards: dict[str, Guard] = {}


def guard(feature: str, check: Guard) -> None:
    """Let `check(citizen_id, by)`, which raises Denied, stand before the drafts of `feature` ('social.journal')."""
    _guards[feature] = check


def check_place(place: str, citizen_id: UUID, by: Actor) -> None:
    """Raise Denied for a place that nobody guards, and where its guard does."""
    found = _guards.get(place.partition("/")[0])
    if found is None:
        raise Denied
    found(citizen_id, by)
