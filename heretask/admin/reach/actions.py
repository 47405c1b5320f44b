"""Asking what somebody reaches, and why. The answer is that of `decide` itself; the question is an event."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from heretask.kernel.access import reach
from heretask.kernel.access.decide import Actor, Decision, Denied, check
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.identity.models import User
from heretask.kernel.log import naming, record

from . import events, queries
from .queries import Reach

MOST_FOUND = 30


@dataclass(frozen=True, slots=True)
class Sought:
    """Citizens whose names fit some words: id, name, unit."""

    words: str
    total: int
    found: list[tuple[UUID, str, str]]


@dataclass(frozen=True, slots=True)
class Answer:
    """The decision about one right, perhaps for one citizen."""

    permission: P
    decision: Decision
    citizen: UUID | None
    citizen_name: str


def see_reach(user: User, *, by: Actor) -> Reach:
    """Everything that `user` reaches now."""
    check(by, P.ADMIN_USERS_SEE)
    found = queries.reach_of(user)
    record(events.REACH_SEEN, on=("user", user.id), hits=found.reached)
    return found


def find_citizens(words: str, *, user: User, by: Actor) -> Sought:
    """Look for a citizen to ask about, among those whom the asker may see by name."""
    check(by, P.ADMIN_USERS_SEE)
    names = naming.names("citizen", reach.askable(by))
    wanted = words.casefold().split()
    fit = [(name, i) for i, name in names.items() if wanted and all(word in name.casefold() for word in wanted)]
    shown = [i for _name, i in sorted(fit)[:MOST_FOUND]]
    places = naming.places("citizen", shown)
    record(
        events.CITIZENS_SOUGHT, on=("user", user.id), variables={"q": words}, hits=len(fit), shown=shown,
        opened=names.keys(),
    )  # fmt: skip
    return Sought(words, len(fit), [(i, names[i], places.get(i, "")) for i in shown])


def ask_why(user: User, permission: P, citizen: UUID | None, *, by: Actor) -> Answer:
    """Whether `user` may, and why: raises Denied for a citizen whom the asker may not ask about."""
    check(by, P.ADMIN_USERS_SEE)
    person = queries.actor_of_user(user)
    allowed = citizen is None or citizen in set(reach.askable(by))
    decision = reach.why(person, permission, citizen) if allowed else None
    if decision is None:
        raise Denied(permission=P.SOCIAL_CITIZENS_SEE)
    if citizen is None:
        record(events.WHY_ASKED, on=("user", user.id), variables={"right": permission.value})
        return Answer(permission, decision, None, "")
    names = naming.names("citizen", [citizen])
    record(
        events.WHY_ASKED_OF, citizen=citizen, on=("user", user.id), variables={"right": permission.value},
        opened=names.keys(),
    )  # fmt: skip
    return Answer(permission, decision, citizen, names.get(citizen, ""))
