"""Reading the log leaves a trace in it: with what was asked, how many events were seen, and whose names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from heretask.kernel.access.decide import Actor, check
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.log import bundle, naming, record, witness
from heretask.kernel.log.queries import Entry, Filters, Place, event_at, events_for, these
from heretask.kernel.log.sentences import citizens_of
from heretask.kernel.log.verify import Note

from . import events


@dataclass(frozen=True, slots=True)
class Reading:
    """A page of the log, and the names of the citizens on it."""

    entries: list[Entry]
    next: Place | None
    looked: int
    citizens: dict[UUID, str]


@dataclass(frozen=True, slots=True)
class People:
    """Users whose names fit some words."""

    words: str
    found: list[tuple[UUID, str]]


def find_people(words: str, *, by: Actor) -> People:
    """Look for users, those who have left too, to see what one of them did."""
    check(by, P.ADMIN_LOG_READ)
    names = naming.names("user", naming.everybody("user"))
    wanted = words.casefold().split()
    fit = ((i, name) for i, name in names.items() if all(word in name.casefold() for word in wanted))
    found = sorted(fit, key=lambda one: one[1])
    record(events.PERSON_SOUGHT, variables={"q": words}, hits=len(found), shown=[i for i, _name in found])
    return People(words, found)


def read_event(place: Place, *, by: Actor) -> Reading:
    """Read one event, with everything that is stored of it. Raises Event.DoesNotExist."""
    check(by, P.ADMIN_LOG_READ)
    entry = event_at(place)
    names = naming.names("citizen", citizens_of([entry.event]))
    record(
        events.EVENT_READ,
        citizen=entry.event.citizen,
        on=("event", entry.event.id),
        shown=sorted(names),
        opened=names.keys(),
    )
    return Reading([entry], None, 0, names)


def read_some(ids: Collection[UUID], since: dt.datetime, until: dt.datetime, *, by: Actor) -> Reading:
    """Read those entries of a period: what somebody drew as a sample. Each citizen's name is logged as opened."""
    check(by, P.ADMIN_LOG_READ)
    entries = these(ids, since, until)
    names = naming.names("citizen", citizens_of(entry.event for entry in entries))
    record(events.LOG_READ, hits=len(entries), shown=sorted(names), opened=names.keys())
    return Reading(entries, None, 0, names)


def read_log(filters: Filters, before: Place | None, *, by: Actor) -> Reading:
    """Read a page. Of citizens the administrator sees the names here, and nothing else; each is logged as opened."""
    check(by, P.ADMIN_LOG_READ)
    for kind, of in (("user", filters.person), ("citizen", filters.citizen)):
        if of:
            naming.check_is_here(kind, of)
    found = events_for(filters, before)
    wanted = citizens_of(entry.event for entry in found.entries)
    if filters.citizen:
        wanted.add(filters.citizen)
    names = naming.names("citizen", wanted - found.citizens.keys())
    opened = found.citizens | names
    asked = filters.as_variables()
    variables = asked | ({"older_than": str(before[1])} if before else {})
    record(
        events.LOG_SEARCHED if asked else events.LOG_READ, citizen=filters.citizen, variables=variables,
        hits=len(found.entries), shown=sorted(wanted & opened.keys()), opened=opened.keys(),
    )  # fmt: skip
    return Reading(found.entries, found.next, found.looked, {i: opened[i] for i in wanted if i in opened})


def take_checkpoint(*, by: Actor) -> str:
    """The newest checkpoint with the keys that verify it, to be kept elsewhere; '' where nothing is signed yet."""
    check(by, P.ADMIN_LOG_READ)
    note = witness.newest_note()
    record(events.CHECKPOINT_TAKEN, variables={"line": witness.newest_line()})
    return note


def compare(noted: Note, *, by: Actor) -> witness.Answer:
    """Whether the log of today is the one that was noted, grown."""
    check(by, P.ADMIN_LOG_READ)
    answer = witness.compare(noted)
    record(events.COMPARED, variables={"answer": answer.state, "noted": answer.noted, "size": answer.size})
    return answer


def take_verifier(*, by: Actor) -> bytes:
    """The program that checks an extract anywhere."""
    check(by, P.ADMIN_LOG_READ)
    record(events.VERIFIER_TAKEN)
    return bundle.verifier()
