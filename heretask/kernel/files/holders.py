"""What files can stand with. The feature that holds one says who sees it, so that a file opens no way of its own."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from heretask.kernel.access.decide import Actor

Sees = Callable[[UUID, Actor], bool]  # whether somebody may see the thing of that id, with what stands with it
Place = Callable[[UUID], tuple[str, UUID]]  # the URL name of the page on which that thing stands, and its argument
_HOLDERS: dict[str, tuple[Sees, Place]] = {}


def holder(kind: str, sees: Sees, place: Place) -> None:
    """Let things of `kind` ('platform.message') hold files."""
    if kind in _HOLDERS:
        raise ValueError(f"{kind} holds files already")
    _HOLDERS[kind] = sees, place


def known(kind: str) -> bool:
    """Whether things of that kind hold files."""
    return kind in _HOLDERS


def sees(kind: str, of: UUID, by: Actor) -> bool:
    """Whether `by` may see a thing, as the feature that has it decides; nobody sees what no feature has."""
    return kind in _HOLDERS and _HOLDERS[kind][0](of, by)


def place(kind: str, of: UUID) -> tuple[str, UUID]:
    """Where a thing stands, for the way back to it; ask only for what may be seen."""
    return _HOLDERS[kind][1](of)
