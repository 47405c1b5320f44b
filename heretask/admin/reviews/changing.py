"""A role was given or ended: what the person keeps is asked about anew."""

from __future__ import annotations

from uuid import UUID

from heretask.kernel.access.changing import on_change
from heretask.kernel.access.decide import Actor

from . import actions


@on_change
def ask_again(user_id: UUID, assignment_id: UUID, by: Actor) -> None:
    """What they keep, but for what has just been given or ended."""
    actions.ask_again(user_id, assignment_id, by)
