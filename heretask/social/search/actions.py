"""Searching across journals, and making notes findable that are not yet: each with its event."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist

from heretask.kernel.access.decide import Actor, Denied, check
from heretask.kernel.access.permissions import Permission
from heretask.kernel.log import record
from heretask.kernel.log.searches import store_search, stored_search
from heretask.kernel.log.trace import trace
from heretask.kernel.secrets.opening import load_keys
from heretask.social import indexing
from heretask.social.citizens.queries import Summary, citizens_for, summaries
from heretask.social.journal.queries import ShownNote, opened, texts_by_note
from heretask.social.matching import Term, asked_for

from . import events, queries

PLACE = "social.search"
BATCH = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """One page of what a search across journals found."""

    words: str
    terms: tuple[Term, ...]
    notes: tuple[tuple[ShownNote, Summary], ...]
    among: int  # citizens
    older: UUID | None
    stopped: bool
    not_indexed: int
    first_page: bool


def begin_search(words: str, by: Actor) -> UUID:
    """Keep what is asked for under an opaque id, to be answered by `resume_search`."""
    check(by, Permission.SOCIAL_JOURNAL_SEARCH)
    return store_search(PLACE, {"q": words})


def resume_search(search_id: UUID, by: Actor, before: UUID | None = None) -> Answer:
    """Answer a search of one's own; raises Denied for anybody else's."""
    check(by, Permission.SOCIAL_JOURNAL_SEARCH)
    try:
        asked = stored_search(PLACE, search_id)
    except ObjectDoesNotExist:
        raise Denied(permission=Permission.SOCIAL_JOURNAL_SEARCH) from None
    return search_journals(str(asked["q"]), by, before=before)


def search_journals(words: str, by: Actor, before: UUID | None = None) -> Answer:
    """Search the notes and corrections of everybody `by` works with: signed ones, and their own that are not yet."""
    check(by, Permission.SOCIAL_JOURNAL_SEARCH)
    mine = {citizen.id: citizen for citizen in citizens_for(by, Permission.SOCIAL_JOURNAL_SEARCH)}
    terms = asked_for(words)
    found = queries.find(terms, mine.keys(), by, before=before) if terms else queries.NOTHING
    people = {row.id: row for row in summaries([mine[c] for c in {note.citizen_id for note in found.notes}])}
    notes = opened(found.notes, by)
    record(
        events.SEARCHED, variables={"q": words, **({"older_than": str(before)} if before else {})}, hits=len(notes),
        shown=[*(note.id for note in notes), *people], opened=found.opened,
    )  # fmt: skip
    return Answer(
        words, terms, tuple((note, people[note.citizen_id]) for note in notes), len(mine), found.last, found.stopped,
        queries.not_indexed(mine.keys()), first_page=before is None,
    )  # fmt: skip


def index_some(most: int = BATCH) -> int:
    """Make up to `most` waiting notes, and as many citizens, findable; returns how many were. Not for people."""
    notes = queries.notes_to_index(most)
    citizens = queries.citizens_to_index(most)
    load_keys({*(note.citizen_id for note in notes), *(citizen.id for citizen in citizens)})
    kept = trace().data_keys  # an erased citizen has none: their notes can be found by nobody
    texts = texts_by_note([note for note in notes if note.citizen_id in kept])
    indexing.put_notes((note.id, texts.get(note.id, ())) for note in notes)
    indexing.put_citizens(queries.texts_of_citizens(citizens))
    whose = {n.citizen_id for n in notes if n.citizen_id in kept} | {c.id for c in citizens if c.id in kept}
    if whose:
        record(events.INDEXED, hits=len(notes) + len(citizens), shown=whose, opened=whose)
    return len(notes) + len(citizens)
