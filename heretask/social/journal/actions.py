"""What is done with notes: each is permission, policy, change and event in one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.utils import timezone

from heretask.kernel.access.decide import Actor, Denied, check
from heretask.kernel.access.permissions import Permission
from heretask.kernel.files import holders, keeping
from heretask.kernel.files.keeping import NO_FILES, Files, Shown
from heretask.kernel.log import record
from heretask.kernel.log.searches import store_search, stored_search
from heretask.kernel.secrets.opening import open_text, seal
from heretask.kernel.tenancy.base import current
from heretask.kernel.undo.undoing import Offer
from heretask.platform.drafts import actions as drafts
from heretask.platform.drafts.policies import guard
from heretask.platform.drafts.queries import Draft, draft_for, places_of_drafts
from heretask.social import indexing, matching
from heretask.social.citizens.queries import Head, Summary, citizen_for, citizens_for, head_for, summaries

from . import events, marking, policies, queries
from .models import Correction, Note
from .policies import Refused
from .queries import Hits, ShownNote, Stretch

guard("social.journal", lambda citizen_id, by: citizen_for(citizen_id, by, Permission.SOCIAL_JOURNAL_WRITE))

PERIODS = {"14": 14, "90": 90, "": 0}  # days back; 0 is everything
SINCE = dt.timedelta(hours=36)  # a shift, the one before and the night between


@dataclass(frozen=True, slots=True)
class Journal:
    """A citizen's journal page: who, the notes, and what the reader was writing."""

    head: Head
    stretch: Stretch
    draft: Draft | None
    opened_at: dt.datetime
    waiting: tuple[Shown, ...] = ()
    marked: tuple[ShownNote, ...] = ()  # for the next shift, lately
    unmarked: Offer | None = None  # the mark that the reader has just taken from the note this page begins with


@dataclass(frozen=True, slots=True)
class Answer:
    """What a search of one citizen's journal found."""

    head: Head
    words: str
    kind: str
    period: str
    terms: tuple[str, ...]
    hits: Hits
    opened_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Work:
    """One note on a page of its own, to be changed or corrected."""

    head: Head
    note: ShownNote
    draft: Draft | None
    waiting: tuple[Shown, ...] = ()


@dataclass(frozen=True, slots=True)
class Day:
    """What somebody who works with citizens sees when they come in."""

    unfinished: list[tuple[UUID, str, dt.datetime]]  # citizen, name, since when: drafts and unsigned notes
    news: list[tuple[ShownNote, str]]  # with the citizen's name
    watched: list[Summary]  # whose light is not green, red first
    citizens: int


def see_day(by: Actor) -> Day:
    """Open what is new about the citizens `by` works with: a bounded number of queries and of citizens."""
    check(by, Permission.SOCIAL_JOURNAL_READ)
    mine = {citizen.id: citizen for citizen in citizens_for(by, Permission.SOCIAL_JOURNAL_READ)}
    notes = queries.newest_for(list(mine), by, since=timezone.now() - SINCE, most=8)
    waiting = {note.citizen_id: note.written_at for note in queries.own_unsigned(by, most=5)}
    waiting |= {citizen: at for _place, citizen, at in places_of_drafts() if citizen in mine}
    lights = sorted((c for c in mine.values() if c.light != "green"), key=lambda c: c.light != "red")[:10]
    shown = {*(note.citizen_id for note in notes), *waiting, *(c.id for c in lights)} & mine.keys()
    rows = {row.id: row for row in summaries([mine[citizen_id] for citizen_id in shown])}
    opened = queries.opened(notes, by, files=False)
    ids = [*sorted(shown), *(note.id for note in notes)]  # the citizens too: each of them was seen by it
    record(events.TODAY_SEEN, hits=len(notes), shown=ids, opened=shown)
    return Day(
        [(citizen_id, rows[citizen_id].name, at) for citizen_id, at in waiting.items() if citizen_id in rows],
        [(note, rows[note.citizen_id].name) for note in opened],
        sorted((rows[c.id] for c in lights), key=lambda row: row.light != "red"),
        len(mine),
    )


def draft_place(citizen_id: UUID) -> str:
    """Where the draft of a new note lives."""
    return f"social.journal/{citizen_id}"


def note_place(note_id: UUID, citizen_id: UUID) -> str:
    """Where the draft of changing or correcting a note lives; the citizen comes last, as in every such place."""
    return f"social.journal/{note_id}/{citizen_id}"


def read_journal(
    citizen_id: UUID, by: Actor, before: UUID | None = None, kind: str | None = None, begin: UUID | None = None,
    waiting: Sequence[UUID] = (),
) -> Journal:  # fmt: skip
    """Open a page of a citizen's journal, newest first, with the reader's own draft; raises Denied."""
    head = head_for(citizen_id, by, Permission.SOCIAL_JOURNAL_READ)
    chosen = policies.check_kind(kind) if kind else None
    asked = {"before": before, "kind": kind, "begin": begin}
    stretch = queries.stretch_of(citizen_id, by, before=before, kind=chosen, begin=begin)
    draft = draft_for(draft_place(citizen_id), citizen_id)
    files = tuple(keeping.waiting_for(waiting, by, citizen=citizen_id))
    marked = queries.opened(marking.newest(citizen_id), by, files=False)
    record(
        events.READ, citizen=citizen_id, on=("citizen", citizen_id), hits=stretch.total, opened=[citizen_id],
        variables={k: str(v or "") for k, v in asked.items() if k != "begin" or v} if any(asked.values()) else None,
        shown=dict.fromkeys(note.id for note in (*stretch.notes, *marked)),
    )  # fmt: skip
    return Journal(head, stretch, draft, timezone.now(), files, marked, marking.offered(begin, by))


def write_note(
    *,
    citizen_id: UUID,
    kind: str,
    text: str,
    by: Actor,
    happened_at: dt.datetime | None = None,
    files: Files = NO_FILES,
) -> Note:
    """Keep a new note that only its author sees until it is signed."""
    note = _new(citizen_id, by, Permission.SOCIAL_JOURNAL_WRITE)
    _attach(note, files, by)
    _keep(note, kind, text, happened_at)
    drafts.discard(draft_place(citizen_id))
    return note


def write_and_sign(
    *,
    citizen_id: UUID,
    kind: str,
    text: str,
    by: Actor,
    happened_at: dt.datetime | None = None,
    files: Files = NO_FILES,
    hand_over: bool = False,
) -> Note:
    """Write a new note and sign it at once; with `hand_over` it is for the next shift."""
    note = _new(citizen_id, by, Permission.SOCIAL_JOURNAL_SIGN)
    _attach(note, files, by)
    _keep(note, kind, text, happened_at, signed_by=by.user_id)
    if hand_over:
        marking.put(note.id, by)
    drafts.discard(draft_place(citizen_id))
    return note


def change_note(
    *, note_id: UUID, kind: str, text: str, by: Actor, happened_at: dt.datetime | None = None, files: Files = NO_FILES,
    still: Sequence[UUID] | None = None,
) -> Note:  # fmt: skip
    """Change one's own unsigned note, and leave it unsigned."""
    note = _own_unsigned(note_id, by, Permission.SOCIAL_JOURNAL_WRITE)
    _attach(note, files, by, still)
    _keep(note, kind, text, happened_at)
    drafts.discard(note_place(note.id, note.citizen_id))
    return note


def change_and_sign(
    *, note_id: UUID, kind: str, text: str, by: Actor, happened_at: dt.datetime | None = None, files: Files = NO_FILES,
    still: Sequence[UUID] | None = None, hand_over: bool = False,
) -> Note:  # fmt: skip
    """Change one's own unsigned note and sign it; with `hand_over` it is for the next shift."""
    note = _own_unsigned(note_id, by, Permission.SOCIAL_JOURNAL_SIGN)
    _attach(note, files, by, still)
    _keep(note, kind, text, happened_at, signed_by=by.user_id)
    if hand_over:
        marking.put(note.id, by)
    drafts.discard(note_place(note.id, note.citizen_id))
    return note


def build_note(
    *, citizen_id: UUID, author_id: UUID, kind: str, text: str, happened_at: dt.datetime, written_at: dt.datetime,
    signed: bool = True,
) -> Note:  # fmt: skip
    """A note, sealed and not yet saved, for those who make many at once and record their own events."""
    note = Note(
        customer_id=current().customer_id, citizen_id=citizen_id, author_id=author_id, kind=kind,
        happened_at=happened_at, written_at=written_at, signed_at=written_at if signed else None,
        signed_by_id=author_id if signed else None,
    )  # fmt: skip
    seal(note, text=text)
    return note


def sign_note(note_id: UUID, by: Actor) -> Note:
    """Sign one's own note; from now on the database refuses every change of it."""
    note = _own_unsigned(note_id, by, Permission.SOCIAL_JOURNAL_SIGN)
    note.signed_at, note.signed_by_id = timezone.now(), by.user_id
    note.save(update_fields=["signed_at", "signed_by"])
    record(events.SIGNED, citizen=note.citizen_id, on=("note", note.id), changed=["signed_at"])
    return note


def discard_note(note_id: UUID, by: Actor) -> UUID:
    """Throw one's own unsigned note away; returns whose journal it was in."""
    note = _own_unsigned(note_id, by, Permission.SOCIAL_JOURNAL_WRITE)
    drafts.discard(note_place(note.id, note.citizen_id))
    keeping.remove_with(queries.HOLDER, [note.id])
    Note.objects.filter(id=note.id, signed_at=None).delete()
    record(events.DISCARDED, citizen=note.citizen_id, on=("note", note_id))
    return note.citizen_id


def wait(citizen_id: UUID, files: Files, by: Actor) -> list[UUID]:
    """Keep the photos of a note that could not be kept yet, so that nobody takes them twice; all that wait."""
    citizen_for(citizen_id, by, Permission.SOCIAL_JOURNAL_WRITE)
    return keeping.wait(files, by, citizen=citizen_id)


def discard_draft(citizen_id: UUID, by: Actor, note_id: UUID | None = None, waiting: Sequence[UUID] = ()) -> None:
    """Throw away what was being written, before it became a note or a change of one, and the files that waited."""
    citizen_for(citizen_id, by, Permission.SOCIAL_JOURNAL_WRITE)
    keeping.remove_waiting(waiting, by)
    drafts.discard(note_place(note_id, citizen_id) if note_id else draft_place(citizen_id))


def correct_note(*, note_id: UUID, text: str, reason: str, by: Actor) -> Correction:
    """Put a correction with its reason beside a signed note, which itself stays as it is."""
    note = queries.note_by_id(note_id)
    if note is None:
        raise Denied(permission=Permission.SOCIAL_JOURNAL_CORRECT)
    _check_may_see(note, by, Permission.SOCIAL_JOURNAL_CORRECT)
    policies.check_signed(note)
    kept = policies.check_text(text)
    why = policies.check_text(reason, policies.LONGEST_REASON)
    newest = Correction.objects.filter(note_id=note.id).order_by("made_at", "id").last()
    if open_text(newest or note, "text") == kept:
        raise Refused(policies.NOTHING_CHANGED)
    correction = Correction(
        customer_id=note.customer_id, citizen_id=note.citizen_id, note_id=note.id, author_id=_author(by)
    )
    seal(correction, text=kept, reason=why)
    correction.save(force_insert=True)
    indexing.put_notes([(note.id, queries.texts_of(note))])
    record(
        events.CORRECTED, citizen=note.citizen_id, on=("note", note.id), changed=["text"], shown=[note.id],
        opened=[note.citizen_id],
    )  # fmt: skip
    drafts.discard(note_place(note.id, note.citizen_id))
    return correction


def open_unsigned(note_id: UUID, by: Actor, files: Files = NO_FILES) -> Work:
    """Open one's own unsigned note to go on writing, with the files that wait for it."""
    note = _own_unsigned(note_id, by, Permission.SOCIAL_JOURNAL_WRITE)
    return _opened(note, by, keeping.wait(files, by, citizen=note.citizen_id))


def open_signed(note_id: UUID, by: Actor) -> Work:
    """Open a signed note to correct it."""
    note = queries.note_by_id(note_id)
    if note is None:
        raise Denied(permission=Permission.SOCIAL_JOURNAL_CORRECT)
    _check_may_see(note, by, Permission.SOCIAL_JOURNAL_CORRECT)
    return _opened(policies.check_signed(note), by)


def begin_search(*, citizen_id: UUID, words: str, kind: str, period: str, by: Actor) -> UUID:
    """Keep what is asked for under an opaque id, to be answered by `resume_search`."""
    citizen_for(citizen_id, by, Permission.SOCIAL_JOURNAL_SEARCH)
    return store_search(draft_place(citizen_id), {"q": words, "kind": kind, "period": period})


def resume_search(citizen_id: UUID, search_id: UUID, by: Actor, first: int = 0) -> Answer:
    """Answer a search of one's own; raises Denied for anybody else's."""
    citizen_for(citizen_id, by, Permission.SOCIAL_JOURNAL_SEARCH)
    try:
        asked = stored_search(draft_place(citizen_id), search_id)
    except ObjectDoesNotExist:
        raise Denied(permission=Permission.SOCIAL_JOURNAL_SEARCH) from None
    words, kind, period = (str(asked[name]) for name in ("q", "kind", "period"))
    return search_journal(citizen_id=citizen_id, words=words, kind=kind, period=period, by=by, first=first)


def search_journal(
    *, citizen_id: UUID, words: str, by: Actor, kind: str = "", period: str = "", first: int = 0
) -> Answer:
    """Search the notes and corrections of one citizen for words, parts of words and "phrases"."""
    head = head_for(citizen_id, by, Permission.SOCIAL_JOURNAL_SEARCH)
    terms = matching.terms_of(words)
    days = PERIODS.get(period, 0)
    since = timezone.now() - dt.timedelta(days=days) if days else None
    chosen = policies.check_kind(kind) if kind else None
    hits = queries.hits_for(citizen_id, by, terms=terms, kind=chosen, since=since, first=max(0, first))
    record(
        events.SEARCHED, citizen=citizen_id, on=("citizen", citizen_id), hits=hits.total, opened=[citizen_id],
        variables={"q": words, "kind": kind, "period": period, **({"first": hits.first} if hits.first else {})},
        shown=[note.id for note in hits.notes],
    )  # fmt: skip
    return Answer(head, words, kind, period, terms, hits, timezone.now())


def _new(citizen_id: UUID, by: Actor, permission: Permission) -> Note:
    citizen_for(citizen_id, by, permission)
    return Note(customer_id=current().customer_id, citizen_id=citizen_id, author_id=_author(by))


def _keep(note: Note, kind: str, text: str, happened_at: dt.datetime | None, *, signed_by: UUID | None = None) -> None:
    """Check and seal what was written, store it, and record that it was saved or signed."""
    note.kind = policies.check_kind(kind)
    kept = policies.check_text(text)
    note.written_at = timezone.now()
    note.happened_at = happened_at or note.written_at
    policies.check_happened(note.happened_at)
    seal(note, text=kept)
    changed = ["text", "kind", "happened_at"]
    if signed_by:
        note.signed_at, note.signed_by_id = note.written_at, signed_by
        changed.append("signed_at")
    note.save()
    indexing.put_notes([(note.id, [kept])])
    record(events.SIGNED if signed_by else events.SAVED, citizen=note.citizen_id, on=("note", note.id), changed=changed)


def _attach(note: Note, files: Files, by: Actor, still: Sequence[UUID] | None = None) -> None:
    """Put files with a note before it is signed: afterwards the database lets none come and none go."""
    if still is not None:
        keeping.remove_others(queries.HOLDER, note.id, still)
    keeping.attach(queries.HOLDER, note.id, files, by, citizen=note.citizen_id)


def _sees_files(note_id: UUID, by: Actor) -> bool:
    """Whether `by` may see a note, and so its files."""
    note = queries.note_by_id(note_id)
    if note is None:
        return False
    try:
        _check_may_see(note, by, Permission.SOCIAL_JOURNAL_READ)
    except Denied:
        return False
    return True


def _page_of(note_id: UUID) -> tuple[str, UUID]:
    """The page of a note: its journal."""
    return "social.journal", Note.objects.values_list("citizen_id", flat=True).get(id=note_id)


holders.holder(queries.HOLDER, _sees_files, _page_of)


def _own_unsigned(note_id: UUID, by: Actor, permission: Permission) -> Note:
    """One's own unsigned note, locked against a signature at the same moment."""
    note = Note.objects.select_for_update().filter(id=note_id).first()
    if note is None:
        raise Denied(permission=permission)
    _check_may_see(note, by, permission)
    return policies.check_own_unsigned(note, by)


def _check_may_see(note: Note, by: Actor, permission: Permission) -> None:
    """Raise Denied for a citizen of others, and for a colleague's note that is not signed yet."""
    citizen_for(note.citizen_id, by, permission)
    if note.signed_at is None and note.author_id != by.user_id:
        raise Denied(permission=permission)


def _opened(note: Note, by: Actor, waiting: Sequence[UUID] = ()) -> Work:
    head = head_for(note.citizen_id, by, Permission.SOCIAL_JOURNAL_READ)
    shown = queries.opened([note], by)[0]
    draft = draft_for(note_place(note.id, note.citizen_id), note.citizen_id)
    files = tuple(keeping.waiting_for(waiting, by, citizen=note.citizen_id))
    record(events.NOTE_OPENED, citizen=note.citizen_id, on=("note", note.id), shown=[note.id], opened=[note.citizen_id])
    return Work(head, shown, draft, files)


def _author(by: Actor) -> UUID:
    if by.user_id is None:
        raise Denied
    return by.user_id
