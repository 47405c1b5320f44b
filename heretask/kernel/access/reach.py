"""What somebody reaches, and why: asked of `decide` itself, about subjects that another system knows.

Admin shows it and must not know what a citizen is; so whoever has subjects of decisions registers how to load them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from . import reasons
from .decide import Actor, Decision, Subject, decide
from .permissions import Permission
from .reasons import Reason


@dataclass(frozen=True, slots=True)
class Subjects:
    """A kind of subject: all that are in use, closed, in one query; one by its id; and whom `by` may ask about."""

    everybody: Callable[[], Iterable[Subject]]
    one: Callable[[UUID], Subject | None]
    askable: Callable[[Actor], Iterable[UUID]]


@dataclass(frozen=True, slots=True)
class Reached:
    """How many subjects somebody reaches for one reason."""

    reason: Reason
    count: int


_SUBJECTS: list[Subjects] = []


def register(subjects: Subjects) -> None:
    """Let decisions be asked about these; there is one kind, the citizens."""
    if _SUBJECTS:
        raise ValueError("subjects are registered twice")
    _SUBJECTS.append(subjects)


def reached(person: Actor, permission: Permission) -> tuple[list[Reached], int]:
    """How many subjects `person` reaches, by reason, and of how many; each is decided, all are loaded in one query."""
    if not _SUBJECTS:
        return [], 0
    found: Counter[str] = Counter()
    total = 0
    for subject in _SUBJECTS[0].everybody():
        total += 1
        decision = decide(person, permission, subject)
        if decision.allowed:
            found[decision.reason] += 1
    read = [(reasons.read(code), count) for code, count in found.most_common()]
    return [Reached(reason, count) for reason, count in read if reason is not None], total


def why(person: Actor, permission: Permission, on: UUID | None) -> Decision | None:
    """The decision itself, about one subject or about none; None where there is no such subject."""
    if on is None:
        return decide(person, permission)
    subject = _SUBJECTS[0].one(on) if _SUBJECTS else None
    return decide(person, permission, subject) if subject is not None else None


def askable(by: Actor) -> list[UUID]:
    """The subjects that `by` may ask about by name."""
    return list(_SUBJECTS[0].askable(by)) if _SUBJECTS else []
