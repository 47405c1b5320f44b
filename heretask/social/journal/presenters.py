"""How a journal is shown: by day, with what was searched for or corrected marked in the text."""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from heretask.kernel.undo.undoing import Offer
from heretask.social.matching import Piece, pieces

from .models import NoteKind
from .queries import HITS, ShownNote

ICONS = {NoteKind.DIARY: "book", NoteKind.HEALTH: "pill", NoteKind.TALK: "message", NoteKind.AGREEMENT: "file"}
_WORDS = re.compile(r"\d+(?:[.,:]\d+)*|\w+|\s+|[^\w\s]")  # 02.10 is one word
__all__ = ["HITS", "Beside", "Card", "Day", "by_day", "card", "changed", "marked", "note_initial", "unmarked"]
BEGINNING = 120  # letters that the short list has of a note
MOST = 1_000_000  # pairs of words that are compared; beyond that a whole stretch counts as new


@dataclass(frozen=True, slots=True)
class Beside:
    """A correction as it stands beside its note."""

    author_name: str
    made_at: dt.datetime
    pieces: tuple[Piece, ...]
    reason: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """A note as a card of the timeline."""

    note: ShownNote
    icon: str
    pieces: tuple[Piece, ...]
    corrections: tuple[Beside, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """The notes of one day."""

    day: dt.date
    cards: tuple[Card, ...]


def by_day(notes: Sequence[ShownNote], terms: Sequence[str] = ()) -> list[Day]:
    """The timeline: days and their notes in the order given."""
    grouped = groupby(notes, key=lambda note: timezone.localdate(note.happened_at))
    return [Day(day, tuple(card(note, terms) for note in found)) for day, found in grouped]


def card(note: ShownNote, terms: Sequence[str] = ()) -> Card:
    """One note; a search's hits are marked everywhere, a correction's new words where nothing was searched for."""
    beside = []
    before = note.text
    for correction in note.corrections:
        shown = pieces(correction.text, terms) if terms else changed(before, correction.text)
        beside.append(
            Beside(correction.author_name, correction.made_at, tuple(shown), tuple(pieces(correction.reason, terms)))
        )
        before = correction.text
    return Card(note, ICONS[NoteKind(note.kind)], tuple(pieces(note.text, terms)), tuple(beside))


def changed(before: str, after: str) -> list[Piece]:
    """`after`, with the words that `before` does not have marked as new."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    middle_old, middle_new = old[head : len(old) - tail], new[head : len(new) - tail]
    marks = [False] * head + _new_words(middle_old, middle_new) + [False] * tail
    found: list[Piece] = []
    for is_new, group in groupby(zip(new, marks, strict=True), key=lambda pair: pair[1]):
        found.append(Piece("".join(word for word, _mark in group), "new" if is_new else ""))
    return found


def _new_words(old: list[str], new: list[str]) -> list[bool]:
    if len(old) * len(new) > MOST:
        return [True] * len(new)
    marks = [False] * len(new)
    for kind, _a, _b, start, end in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            marks[start:end] = [True] * (end - start)
    return marks


def marked(notes: Sequence[ShownNote]) -> list[tuple[ShownNote, str, str]]:
    """The short list of what is marked for the next shift: each note, how it begins, and where it stands."""
    found = []
    for note in notes:
        text = " ".join(note.newest_text.split())
        begins = text if len(text) <= BEGINNING else text[:BEGINNING].rsplit(" ", 1)[0] + " …"
        found.append((note, begins, f"{reverse('social.journal', args=[note.citizen_id])}?note={note.id}"))
    return found


def unmarked(offer: Offer | None, note_id: UUID | None) -> dict[str, Any] | None:
    """The mark that its reader has just taken away, to be put back."""
    if offer is None:
        return None
    url = reverse("social.handover_put_back", args=[note_id, offer.id])
    return {"url": url, "until": offer.until, "sentence": _("You took the mark for the next shift away.")}


def note_initial(note: ShownNote) -> dict[str, Any]:
    """A note's values as its form takes them."""
    return {
        "kind": note.kind,
        "text": note.text,
        "happened_at": timezone.localtime(note.happened_at).strftime("%Y-%m-%dT%H:%M"),
    }
