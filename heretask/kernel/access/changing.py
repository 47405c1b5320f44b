"""Who is told when somebody's job changes: a role was given or ended, so what they keep is asked about anew (ACCESS-2).

Users are changed in one feature and reviewed in another, which stands above it; the reviewing one registers here.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from .decide import Actor

Changed = Callable[[UUID, UUID, Actor], None]
_TOLD: list[Changed] = []


def on_change(function: Changed) -> Changed:
    """Have `function(user, assignment, by)` called in the transaction in which a person gives or ends a role."""
    _TOLD.append(function)
    return function


def changed(user_id: UUID, assignment_id: UUID, by: Actor) -> None:
    """A role of `user_id` was given or ended. What the operator at the server does is no change of job."""
    if by.kind != "person":
        return
    for function in _TOLD:
        function(user_id, assignment_id, by)
