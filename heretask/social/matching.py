"""Finding words in text that has been opened: folded, by parts of words and by phrases, and where the hits stand."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_TERM = re.compile(r'"([^"]+)"|[^\s"]+')


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; `kind` is "", "hit" or "new"."""

    text: str
    kind: str = ""


def fold(text: str) -> str:
    """The form in which texts are compared: composed letters, no case, every run of white space as one blank."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def terms_of(words: str) -> tuple[str, ...]:
    """What is asked for, folded: each word, and each "phrase in quotation marks"."""
    plain = words.replace("”", '"').replace("“", '"').replace("»", '"').replace("«", '"')
    found = (fold(match[1] or match[0]) for match in _TERM.finditer(plain))
    return tuple(dict.fromkeys(term for term in found if term))


def has_all(texts: Iterable[str], terms: Sequence[str]) -> bool:
    """Whether every term stands somewhere in the texts, be it inside a longer word."""
    folded = [fold(text) for text in texts]
    return all(any(term in text for text in folded) for term in terms)


def pieces(text: str, terms: Sequence[str]) -> list[Piece]:
    """`text` cut where a term begins and ends, so that a page can mark the hits without touching the words."""
    shown = unicodedata.normalize("NFC", text)
    if not terms:
        return [Piece(shown)] if shown else []
    folded, places = _with_places(shown)
    hit = bytearray(len(shown))
    for term in terms:
        start = folded.find(term)
        while start >= 0:
            first, last = places[start], places[start + len(term) - 1]
            hit[first : last + 1] = b"\x01" * (last + 1 - first)
            start = folded.find(term, start + len(term))
    return list(_runs(shown, hit))


def _with_places(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its letters the place in `text` that it comes from."""
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        if letter.isspace():
            if letters and letters[-1] != " ":
                letters.append(" ")
                places.append(place)
            continue
        for piece in letter.casefold():
            letters.append(piece)
            places.append(place)
    return "".join(letters), places


def _runs(text: str, hit: bytearray) -> Iterable[Piece]:
    start = 0
    for place in range(1, len(text) + 1):
        if place == len(text) or hit[place] != hit[start]:
            yield Piece(text[start:place], "hit" if hit[start] else "")
            start = place
