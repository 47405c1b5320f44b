"""What somebody reaches, and why: asked of `decide` itself, about subjects that another system knows.

Admin shows it and must not know what a citizen is; so whoever has subjects of decisions registers how to load them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from uuid import UUID

from . import reasons
from .decide import Actor, Decision, Denied, Subject, check, decide
from .permissions import Permission
from .reasons import Reason


@dataclass(frozen=True, slots=True)
class Subjects:
    """A kind of subject: all that are in use, closed, in one query; one by its id; and whom `by` may ask about.

    `mine` are the ids of those whom `by` reaches with a permission, closed, in one query; `named` opens names; `some`
    are several by their ids, closed, in one query, those who have moved out too.
    """

    everybody: Callable[[], Iterable[Subject]]
    one: Callable[[UUID], Subject | None]
    askable: Callable[[Actor], Iterable[UUID]]
    mine: Callable[[Actor, Permission], Iterable[UUID]]
    named: Callable[[Iterable[UUID]], Mapping[UUID, str]]
    some: Callable[[Iterable[UUID]], Mapping[UUID, Subject]]


@dataclass(frozen=True, slots=True)
class Reached:
    """How many subjects somebody reaches for one reason."""

    reason: Reason
    count: int


_SUBJECTS: list[Subjects] = []
_KNOWN: ContextVar[dict[tuple[UUID | None, Permission], frozenset[UUID]] | None] = ContextVar("known", default=None)


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


def mine(by: Actor, permission: Permission) -> set[UUID]:
    """The subjects whom `by` reaches with `permission`, one query; nobody where the role does not include it."""
    if not _SUBJECTS or not decide(by, permission).allowed:
        return set()
    asked = (by.user_id, permission)
    known = _KNOWN.get()
    if known is None:
        return set(_SUBJECTS[0].mine(by, permission))
    if asked not in known:
        known[asked] = frozenset(_SUBJECTS[0].mine(by, permission))
    return set(known[asked])


@contextmanager
def looking_once() -> Iterator[None]:
    """Ask whom somebody reaches once and not again, for a page that many features draw and none of them writes for."""
    before = _KNOWN.set({})
    try:
        yield
    finally:
        _KNOWN.reset(before)


def check_reach(by: Actor, permission: Permission, on: UUID) -> Subject:
    """The subject, closed; raises Denied alike for one whom `by` does not reach and for one who is not there."""
    subject = _SUBJECTS[0].one(on) if _SUBJECTS else None
    if subject is None:
        raise Denied(permission=permission)
    check(by, permission, subject)
    return subject


def named(ids: Iterable[UUID]) -> Mapping[UUID, str]:
    """The names of subjects, opened: the caller logs them. Two queries, none where there is nobody to name."""
    wanted = set(ids)
    return _SUBJECTS[0].named(wanted) if _SUBJECTS and wanted else {}


def one(on: UUID) -> Subject | None:
    """A subject by its id, closed, for decisions about others than the reader; None where there is none."""
    return _SUBJECTS[0].one(on) if _SUBJECTS else None


def units_of(ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """The units of subjects, by their ids; one query, none where there are none."""
    wanted = set(ids)
    if not wanted or not _SUBJECTS:
        return {}
    return {own: on.unit_id for own, on in _SUBJECTS[0].some(wanted).items()}


def within(by: Actor, permission: Permission, ids: Iterable[UUID]) -> set[UUID]:
    """Those of some subjects that `by` reaches; one query, none where there are none."""
    wanted = set(ids)
    if not wanted or not _SUBJECTS:
        return set()
    return {own for own, on in _SUBJECTS[0].some(wanted).items() if decide(by, permission, on).allowed}


def who_reaches(people: Iterable[Actor], permission: Permission, on: UUID) -> set[UUID]:
    """Those of some users who reach one subject; one query."""
    subject = one(on)
    if subject is None:
        return set()
    return {p.user_id for p in people if p.user_id and decide(p, permission, subject).allowed}
