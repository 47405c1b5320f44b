"""What search across citizens may know of notes and names: keyed words, written beside what is sealed.

The tables follow their notes and citizens by triggers; here the words are written, by those who hold the text anyway.
Where nobody does, the row waits, and the job of `social/search` reads the text once more.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import connections

from heretask.kernel.secrets import words

NOTES, CITIZENS = "social.journal", "social.citizens"  # each under a key of its own
Texts = tuple[UUID, Iterable[str]]


def put_notes(notes: Iterable[Texts]) -> int:
    """Keep the stems of each note's texts: its own, its corrections' and their reasons'. Returns how many were kept."""
    return _put("ht.index_notes", ((key, words.hashes(NOTES, words.stems_of(*texts))) for key, texts in notes))


def put_citizens(citizens: Iterable[Texts]) -> int:
    """Keep the beginnings of each citizen's names and room. Returns how many were kept."""
    return _put("ht.index_citizens", ((key, words.hashes(CITIZENS, words.prefixes_of(*t))) for key, t in citizens))


def hashes_of_beginnings(asked: Iterable[str]) -> list[int]:
    """How the index of citizens holds the beginnings asked for; of a longer one its first 8 letters."""
    return words.hashes(CITIZENS, (word[: words.LONGEST_PREFIX] for word in asked))


def hashes_of_stems(stems: Iterable[str]) -> list[int]:
    """How the index of notes holds these stems."""
    return words.hashes(NOTES, stems)


def waiting(function: str, most: int) -> list[UUID]:
    """Ids without words, locked until the transaction ends: of `notes_to_index` or `citizens_to_index`."""
    with connections["default"].cursor() as cursor:
        cursor.execute(f"select * from ht.{function}(%s)", [most])  # noqa: S608  (one of two names of ours)
        return [row[0] for row in cursor.fetchall()]


def _put(function: str, rows: Iterable[tuple[UUID, list[int]]]) -> int:
    found = list(rows)
    if not found:
        return 0
    ids, counts = [key for key, _hashes in found], [len(hashed) for _key, hashed in found]
    flat = [number for _key, hashed in found for number in hashed]
    with connections["default"].cursor() as cursor:
        cursor.execute(f"select {function}(%s::uuid[], %s::integer[], %s::bigint[])", [ids, counts, flat])
        kept: int = cursor.fetchone()[0]
    return kept
