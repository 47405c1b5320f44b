"""How hits in many journals are shown: whose note it is, and the stretches of it in which the words stand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.utils import timezone
from django.utils.translation import gettext as _

from heretask.social.citizens.queries import Summary
from heretask.social.journal.models import NoteKind
from heretask.social.journal.presenters import ICONS
from heretask.social.journal.queries import ShownNote
from heretask.social.matching import Piece, Term, term_pieces

LONG, BEFORE = 420, 120  # letters of a stretch, and of them before its first hit


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of a note, a correction or its reason, with the hits marked; `label` says which."""

    label: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """One note that was found."""

    note: ShownNote
    citizen: Summary
    icon: str
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """What was found of one day."""

    day: dt.date
    hits: tuple[Hit, ...]


def hits(found: Sequence[tuple[ShownNote, Summary]], terms: Sequence[Term]) -> list[Hit]:
    """In the order given."""
    return [Hit(note, citizen, ICONS[NoteKind(note.kind)], _stretches(note, terms)) for note, citizen in found]


def by_day(found: Sequence[tuple[ShownNote, Summary]], terms: Sequence[Term]) -> list[Day]:
    """The same, day by day."""
    grouped = groupby(hits(found, terms), key=lambda hit: timezone.localdate(hit.note.happened_at))
    return [Day(day, tuple(of_day)) for day, of_day in grouped]


def _stretches(note: ShownNote, terms: Sequence[Term]) -> tuple[Stretch, ...]:
    """Where a term stands; and what the note says now, so that nobody takes a corrected word for the last one."""
    texts = [(_("Original note") if note.corrections else "", note.text)]
    for correction in note.corrections:
        texts += [(_("Correction"), correction.text), (_("Reason"), correction.reason)]
    cut = [(label, text, term_pieces(text, terms)) for label, text in texts]
    return tuple(
        Stretch(label, tuple(excerpt(pieces)))
        for label, text, pieces in cut
        if text == note.newest_text or any(piece.kind for piece in pieces)
    )


def excerpt(pieces: Sequence[Piece]) -> list[Piece]:
    """At most some 400 letters around the first hit, cut between words, with dots where something is left out."""
    if sum(len(piece.text) for piece in pieces) <= LONG:
        return list(pieces)
    first = 0
    for piece in pieces:
        if piece.kind:
            break
        first += len(piece.text)
    else:
        first = 0
    whole = "".join(piece.text for piece in pieces)
    begin, end = _begin(whole, max(0, first - BEFORE)), min(len(whole), max(0, first - BEFORE) + LONG)
    if end < len(whole):
        end = max(whole.rfind(" ", first + 1, end), begin + 1) if " " in whole[first + 1 : end] else end
    return [
        *([Piece("… ")] if begin else []),
        *_between(pieces, begin, end),
        *([Piece(" …")] if end < len(whole) else []),
    ]


def _begin(text: str, at: int) -> int:
    """The beginning of the next word, where there is one soon."""
    space = text.find(" ", at, at + 40) if at else -1
    return space + 1 if space >= 0 else at


def _between(pieces: Sequence[Piece], begin: int, end: int) -> list[Piece]:
    found, at = [], 0
    for piece in pieces:
        text = piece.text[max(0, begin - at) : max(0, end - at)]
        at += len(piece.text)
        if text:
            found.append(Piece(text, piece.kind))
    return found
