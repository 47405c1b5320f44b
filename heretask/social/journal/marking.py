"""What stands on notes for the next shift: told by the feature that answers for it, which stands on the journal.

The journal asks here and knows nothing of that feature; without it no note carries a mark.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from heretask.kernel.access.decide import Actor
from heretask.kernel.undo.undoing import Offer

from .models import Note


@dataclass(frozen=True, slots=True)
class Mark:
    """That a note is for the next shift: who said so, and when."""

    by: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Marks:
    """What is asked: which notes carry a mark, which were marked lately, to mark one, what can be taken back."""

    told: Callable[[Sequence[UUID]], dict[UUID, Mark]]
    newest: Callable[[UUID], list[Note]]
    put: Callable[[UUID, Actor], object]
    offered: Callable[[UUID, Actor], Offer | None]


_ANSWERING: list[Marks] = []


def answers(marks: Marks) -> None:
    """Let a feature answer; there is one."""
    if _ANSWERING:
        raise ValueError("marks are answered for twice")
    _ANSWERING.append(marks)


def told(notes: Sequence[UUID]) -> dict[UUID, Mark]:
    """Which of these notes carry a mark."""
    return _ANSWERING[0].told(notes) if _ANSWERING and notes else {}


def newest(citizen_id: UUID) -> list[Note]:
    """The notes about a citizen that were marked lately, newest first; closed."""
    return _ANSWERING[0].newest(citizen_id) if _ANSWERING else []


def put(note_id: UUID, by: Actor) -> None:
    """Mark a note that has just been signed; raises Denied."""
    if _ANSWERING:
        _ANSWERING[0].put(note_id, by)


def offered(note_id: UUID | None, by: Actor) -> Offer | None:
    """The mark of this note that `by` has just taken away and may put back."""
    return _ANSWERING[0].offered(note_id, by) if _ANSWERING and note_id else None
