"""Finding notes by keyed words, and what waits to be indexed. What is opened here is noted as opened."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from uuid import UUID

from django.db import connections

from heretask.kernel.access.decide import Actor
from heretask.kernel.log.trace import trace
from heretask.kernel.secrets.opening import load_keys
from heretask.kernel.secrets.words import stem
from heretask.social import indexing
from heretask.social.citizens.models import Citizen
from heretask.social.citizens.queries import facts_of, names_by_id, sought_texts
from heretask.social.journal.models import Note
from heretask.social.journal.queries import note_by_id, texts_by_note
from heretask.social.matching import Term, holds

PAGE = 20
STEP = 100
MOST_OPENED = 400  # notes for one page: beyond that the reader decides whether to go on
COUNTED = 1000  # notes without words, before it only says 'more than'
_COLUMNS = [field.attname for field in Note._meta.concrete_fields]
_FIND = f"""select {", ".join(f"n.{name}" for name in _COLUMNS)}
  from ht.find_notes(%s::bigint[], %s::uuid[], %s, %s::timestamptz, %s::uuid) f
  join social_journal_note n on n.id = f.id order by f.at desc, f.id desc"""  # noqa: S608  (columns are ours)
_FIRST = ("infinity", "ffffffff-ffff-ffff-ffff-ffffffffffff")


@dataclass(frozen=True, slots=True)
class Candidates:
    """One page of notes that hold the terms, newest first, closed again; and whose notes were opened on the way."""

    notes: tuple[Note, ...]
    opened: frozenset[UUID]
    last: UUID | None  # after which the next page begins; None: there is no more
    stopped: bool  # so many notes did not fit that the reader is asked before more are opened


NOTHING = Candidates((), frozenset(), None, stopped=False)


def find(terms: Sequence[Term], allowed: Set[UUID], by: Actor, *, before: UUID | None = None) -> Candidates:
    """Walk through the notes of these citizens whose words fit, until a page is full; each is opened and compared.

    The index answers for whole words; whether a phrase stands there is seen in the opened text alone.
    """
    hashed = indexing.hashes_of_stems(stem(word) for term in terms for word in term.words)
    found: list[Note] = []
    opened: set[UUID] = set()
    looked, most, cursor = 0, PAGE + 1, _start(before, allowed)
    while True:
        batch = candidates(hashed, allowed, by, most, cursor)
        texts = _opened(batch)
        opened |= {note.citizen_id for note in batch if note.id in texts}
        found += [note for note in batch if holds(texts.get(note.id, ()), terms)]
        looked += len(batch)
        if len(found) > PAGE:
            return Candidates(tuple(found[:PAGE]), frozenset(opened), found[PAGE - 1].id, stopped=False)
        if len(batch) < most:
            return Candidates(tuple(found), frozenset(opened), None, stopped=False)
        if looked >= MOST_OPENED:
            return Candidates(tuple(found), frozenset(opened), batch[-1].id, stopped=True)
        most, cursor = STEP, (batch[-1].happened_at.isoformat(), str(batch[-1].id))


def candidates(
    hashed: Sequence[int], allowed: Set[UUID], by: Actor, most: int, cursor: tuple[str, str] = _FIRST
) -> list[Note]:
    """Notes of these citizens that hold all words, by the index, newest first; closed, in one query.

    The ids come back through row-level security. An index that answers with what this person may not see is a fault.
    """
    within = "{" + ",".join([citizen.hex for citizen in allowed]) + "}"  # ready made: there may be very many
    with connections["default"].cursor() as database:
        database.execute(_FIND, [list(hashed), within, most, *cursor])
        rows = [Note.from_db("default", _COLUMNS, row) for row in database.fetchall()]
    if not all(n.citizen_id in allowed and (n.signed_at is not None or n.author_id == by.user_id) for n in rows):
        raise RuntimeError("the index answered with a note that is beyond reach")
    return rows


def not_indexed(allowed: Set[UUID] | None) -> int:
    """How many notes have no words yet, counted to a thousand and one: of these citizens; for the job of all."""
    with connections["default"].cursor() as cursor:
        most = COUNTED + 1 if allowed is not None else 2**31 - 1
        cursor.execute(
            "select ht.notes_not_indexed(%s::uuid[], %s)", [None if allowed is None else list(allowed), most]
        )
        count: int = cursor.fetchone()[0]
    return count


def notes_to_index(most: int) -> list[Note]:
    """Notes without words, newest first, locked."""
    return list(Note.objects.filter(id__in=indexing.waiting("notes_to_index", most)))


def citizens_to_index(most: int) -> list[Citizen]:
    """Citizens without beginnings of their names, locked."""
    return list(Citizen.objects.filter(id__in=indexing.waiting("citizens_to_index", most)))


def texts_of_citizens(rows: Sequence[Citizen]) -> list[indexing.Texts]:
    """Open what finds each citizen in a list; those whose key is gone have nothing that could be found."""
    names = names_by_id(citizen.id for citizen in rows)
    return [
        (citizen.id, sought_texts(names[citizen.id], facts_of(citizen)) if citizen.id in names else ())
        for citizen in rows
    ]


def _opened(notes: Sequence[Note]) -> dict[UUID, list[str]]:
    """All that each note says; a citizen who is erased has no key, and so no texts."""
    load_keys(note.citizen_id for note in notes)
    kept = trace().data_keys
    return texts_by_note([note for note in notes if note.citizen_id in kept])


def _start(before: UUID | None, allowed: Set[UUID]) -> tuple[str, str]:
    """Where to go on; a note that is not there, or not this person's to see, begins anew."""
    note = note_by_id(before) if before else None
    if note is None or note.citizen_id not in allowed:
        return _FIRST
    return note.happened_at.isoformat(), str(note.id)
