"""Searching across everything: stored first, answered under an opaque id, each answer an event with its words."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist

from heretask.kernel.access.decide import Actor, Denied, check, may
from heretask.kernel.access.permissions import Permission
from heretask.kernel.log import record
from heretask.kernel.log.searches import store_search, stored_search

from . import events, queries
from .queries import PLACE
from .sources import LATELY, SOURCES, Found, Hit, Source

USE = Permission.PLATFORM_TODAY_SEE


@dataclass(frozen=True, slots=True)
class Answer:
    """What was asked for, and what each source found."""

    words: str
    groups: list[tuple[Source, Found]]

    @property
    def total(self) -> int:
        """How much is shown."""
        return sum(len(found.hits) for _source, found in self.groups)


@dataclass(frozen=True, slots=True)
class Start:
    """The page before anything is asked for."""

    last: list[tuple[UUID, str]]
    lately: list[Hit]


def start(by: Actor) -> Start:
    """One's own last searches, and what one opened lately."""
    check(by, USE)
    found = [function(by) for permission, function in LATELY if may(by, permission)]
    check(by, USE)  # the reason of this page, after those of what was opened
    record(
        events.BEGUN, shown=[own for one in found for own in one.shown],
        opened={citizen for one in found for citizen in one.opened},
    )  # fmt: skip
    return Start(queries.last_searches(by), [hit for one in found for hit in one.hits])


def begin_search(words: str, by: Actor) -> UUID:
    """Keep what is asked for under an opaque id, to be answered by `resume_search`."""
    check(by, USE)
    return store_search(PLACE, {"q": words})


def resume_search(search_id: UUID, by: Actor) -> Answer:
    """Answer a search of one's own; raises Denied for anybody else's."""
    check(by, USE)
    try:
        words = str(stored_search(PLACE, search_id)["q"])
    except ObjectDoesNotExist:
        raise Denied(permission=USE) from None
    groups = [(source, source.function(words, by)) for source in asked(by)]
    check(by, USE)
    record(
        events.SEARCHED, variables={"q": words}, hits=sum(len(found.hits) for _source, found in groups),
        shown=[own for _source, found in groups for own in found.shown],
        opened={citizen for _source, found in groups for citizen in found.opened},
    )  # fmt: skip
    return Answer(words, [(source, found) for source, found in groups if found.hits])


def asked(by: Actor) -> list[Source]:
    """The sources that answer `by`."""
    return [source for source in SOURCES if may(by, source.permission)]


def forget(by: Actor) -> None:
    """Clear one's own last searches."""
    check(by, USE)
    record(events.FORGOTTEN, hits=queries.forget(by))
