"""Reading notes. What is opened here is noted as opened; the action that calls records the event."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from heretask.kernel.access.decide import Actor
from heretask.kernel.files import keeping
from heretask.kernel.identity.people import names_of
from heretask.kernel.secrets.opening import open_column, open_text, open_texts
from heretask.social import matching

from . import marking, policies
from .models import Correction, Note, NoteKind

HOLDER = "social.note"
PAGE = 25
HITS = 50


@dataclass(frozen=True, slots=True)
class ShownCorrection:
    """A correction, opened."""

    id: UUID
    author_name: str
    made_at: dt.datetime
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class ShownNote:
    """A note, opened, with its corrections oldest first."""

    id: UUID
    citizen_id: UUID
    kind: str
    kind_label: str
    text: str
    author_name: str
    own: bool
    happened_at: dt.datetime
    written_at: dt.datetime
    signed_at: dt.datetime | None
    late: bool
    corrections: tuple[ShownCorrection, ...]
    files: tuple[keeping.Shown, ...] = ()
    mark: marking.Mark | None = None  # for the next shift

    @property
    def newest_text(self) -> str:
        """What the note says with its last correction."""
        return self.corrections[-1].text if self.corrections else self.text


@dataclass(frozen=True, slots=True)
class Stretch:
    """A page of notes, newest first; `older` is the note after which the next page begins."""

    notes: tuple[ShownNote, ...]
    total: int
    older: UUID | None


@dataclass(frozen=True, slots=True)
class Hits:
    """The notes that were found, newest first, one page of them."""

    notes: tuple[ShownNote, ...]
    total: int
    first: int


def readable(by: Actor) -> QuerySet[Note]:
    """Signed notes and one's own unsigned ones, whomever they are about; who may be reached is asked beside it."""
    return Note.objects.filter(Q(signed_at__isnull=False) | Q(author_id=by.user_id))


def visible(citizen_id: UUID, by: Actor) -> QuerySet[Note]:
    """Signed notes about a citizen, and one's own unsigned ones."""
    return readable(by).filter(citizen_id=citizen_id)


def stretch_of(
    citizen_id: UUID, by: Actor, *, before: UUID | None, kind: NoteKind | None, begin: UUID | None = None
) -> Stretch:
    """One page of notes, after `before` or from `begin` on: rows, number, corrections and names, each in one query."""
    rows = visible(citizen_id, by)
    if kind:
        rows = rows.filter(kind=kind)
    total = rows.count()
    place = before or begin
    if place:
        at = Note.objects.filter(id=place, citizen_id=citizen_id).values_list("happened_at", flat=True).first()
        if at is not None:
            same = Q(happened_at=at, id__lt=before) if before else Q(happened_at=at, id__lte=begin)
            rows = rows.filter(Q(happened_at__lt=at) | same)
    found = list(rows.order_by("-happened_at", "-id")[: PAGE + 1])
    page = found[:PAGE]
    return Stretch(opened(page, by), total, page[-1].id if len(found) > PAGE else None)


def hits_for(
    citizen_id: UUID,
    by: Actor,
    *,
    terms: Sequence[str],
    kind: NoteKind | None,
    since: dt.datetime | None,
    first: int = 0,
) -> Hits:
    """Open every note of this citizen that kind and period leave, and keep those in which all terms stand."""
    rows = visible(citizen_id, by)
    if kind:
        rows = rows.filter(kind=kind)
    if since:
        rows = rows.filter(happened_at__gte=since)
    corrections: dict[UUID, list[str]] = {}
    for correction in Correction.objects.filter(citizen_id=citizen_id):
        texts = corrections.setdefault(correction.note_id, [])
        texts += [open_text(correction, "text"), open_text(correction, "reason")]
    sealed = rows.order_by("-happened_at", "-id").values_list("id", "text")
    fits = matching.finder(terms)
    found = [
        note_id
        for note_id, text in open_column(Note, "text", citizen_id, sealed)
        if fits((text, *corrections[note_id]) if note_id in corrections else (text,))
    ]
    shown = Note.objects.in_bulk(found[first : first + HITS])
    return Hits(opened([shown[key] for key in found[first : first + HITS]], by), len(found), first)


def opened(rows: Sequence[Note], by: Actor, *, files: bool = True) -> tuple[ShownNote, ...]:
    """Open notes with corrections and the names of who wrote them: a few queries, however many there are.

    With `files` also what stands with them: files, and marks for the next shift.
    """
    corrections: dict[UUID, list[Correction]] = {}
    for correction in Correction.objects.filter(note_id__in=[note.id for note in rows]).order_by("made_at", "id"):
        corrections.setdefault(correction.note_id, []).append(correction)
    authors = {note.author_id for note in rows} | {c.author_id for several in corrections.values() for c in several}
    names = names_of(authors)
    ids = [note.id for note in rows]
    held, marks = (keeping.held_by(ids), marking.told(ids)) if files else ({}, {})
    return tuple(
        _shown(note, by, corrections.get(note.id, ()), names, held.get(note.id, ()), marks.get(note.id))
        for note in rows
    )


def _shown(
    note: Note, by: Actor, corrections: Iterable[Correction], names: dict[UUID, str], files: Sequence[keeping.Shown],
    mark: marking.Mark | None,
) -> ShownNote:  # fmt: skip
    return ShownNote(
        id=note.id, citizen_id=note.citizen_id, kind=note.kind, kind_label=str(NoteKind(note.kind).label),
        text=open_text(note, "text"), author_name=names.get(note.author_id, ""), own=note.author_id == by.user_id,
        happened_at=note.happened_at, written_at=note.written_at, signed_at=note.signed_at,
        late=policies.is_late(note),
        corrections=tuple(
            ShownCorrection(
                c.id, names.get(c.author_id, ""), c.made_at, open_text(c, "text"), open_text(c, "reason")
            )
            for c in corrections
        ),
        files=tuple(files), mark=mark,
    )  # fmt: skip


def newest_for(citizen_ids: Sequence[UUID], by: Actor, *, since: dt.datetime, most: int) -> list[Note]:
    """What others have signed about these citizens since then, newest first; closed."""
    rows = Note.objects.filter(citizen_id__in=citizen_ids, signed_at__isnull=False, happened_at__gte=since)
    return list(rows.exclude(author_id=by.user_id).order_by("-happened_at", "-id")[:most])


def own_unsigned(by: Actor, *, most: int) -> list[Note]:
    """One's own notes that wait for a signature, oldest first; closed."""
    return list(Note.objects.filter(author_id=by.user_id, signed_at=None).order_by("written_at")[:most])


def texts_of(note: Note) -> list[str]:
    """Open all that a note says: its text, and each correction's text and reason."""
    return texts_by_note([note])[note.id]


def texts_by_note(notes: Sequence[Note]) -> dict[UUID, list[str]]:
    """The same for many notes, in one query; their keys should be loaded."""
    texts = {note.id: [text] for note, text in zip(notes, open_texts(notes, "text"), strict=True)}
    for correction in Correction.objects.filter(note_id__in=list(texts)):
        texts[correction.note_id] += [open_text(correction, "text"), open_text(correction, "reason")]
    return texts


def note_by_id(note_id: UUID) -> Note | None:
    """The note, closed."""
    return Note.objects.filter(id=note_id).first()
