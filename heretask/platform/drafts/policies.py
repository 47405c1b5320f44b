"""Where drafts may be kept: each place is guarded by the feature that it belongs to."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from heretask.kernel.access.decide import Actor, Denied

Guard = Callable[[UUID, Actor], object]
_guards: dict[str, Guard] = {}
_without: dict[str, Callable[[Actor], object]] = {}


def guard(feature: str, check: Guard, *, without: Callable[[Actor], object] | None = None) -> None:
    """Let `check(citizen_id, by)`, which raises Denied, stand before the drafts of `feature` ('social.journal').

    `without(by)` stands before those that are about no citizen; a feature without it has none.
    """
    _guards[feature] = check
    if without is not None:
        _without[feature] = without


def check_place(place: str, citizen_id: UUID | None, by: Actor) -> None:
    """Raise Denied for a place that nobody guards, and where its guard does."""
    feature = place.partition("/")[0]
    if citizen_id is not None and feature in _guards:
        _guards[feature](citizen_id, by)
    elif citizen_id is None and feature in _without:
        _without[feature](by)
    else:
        raise Denied
