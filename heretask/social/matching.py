"""Finding words in text that has been opened, and where the hits stand.

Inside one journal: folded, by parts of words and by phrases. Across journals: whole words in any of their forms, as the
index of keyed words has them, and exact phrases.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from heretask.kernel.secrets.words import stem, words_in, words_of

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
    found = (fold(match[1] or match[0]) for match in _TERM.finditer(_straight(words)))
    return tuple(dict.fromkeys(term for term in found if term))


def _straight(words: str) -> str:
    return words.replace("”", '"').replace("“", '"').replace("»", '"').replace("«", '"')


def has_all(texts: Iterable[str], terms: Sequence[str]) -> bool:
    """Whether every term stands somewhere in the texts, be it inside a longer word."""
    return finder(terms)(texts)


def finder(terms: Sequence[str]) -> Callable[[Iterable[str]], bool]:
    """`has_all` of these terms, for very many texts."""
    # white space matters to phrases only, and to make it equal costs more than all the rest
    folding = fold if any(" " in term for term in terms) else _letters

    def found(texts: Iterable[str]) -> bool:
        folded = [folding(text) for text in texts]
        for term in terms:
            for text in folded:
                if term in text:
                    break
            else:
                return False
        return True

    return found


def _letters(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


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


@dataclass(frozen=True, slots=True)
class Term:
    """One thing asked for across journals: words side by side, exactly so; or a single word in any of its forms."""

    words: tuple[str, ...]
    exact: bool

    def places(self, words: Sequence[tuple[int, int, str]]) -> Iterable[tuple[int, int]]:
        """Where it stands among the words of a text."""
        if not self.exact:
            wanted = stem(self.words[0])
            yield from ((start, end) for start, end, word in words if stem(word) == wanted)
            return
        count = len(self.words)
        for at in range(len(words) - count + 1):
            if all(words[at + n][2] == word for n, word in enumerate(self.words)):
                yield words[at][0], words[at + count - 1][1]


def asked_for(text: str) -> tuple[Term, ...]:
    """The terms of a search across journals. What holds more than one word ('37,5') counts as a phrase."""
    found = []
    for match in _TERM.finditer(_straight(text)):
        words = tuple(words_of(match[1] or match[0]))
        if words:
            found.append(Term(words, exact=bool(match[1]) or len(words) > 1))
    return tuple(dict.fromkeys(found))


def holds(texts: Iterable[str], terms: Sequence[Term]) -> bool:
    """Whether each term stands in one of the texts."""
    split = [list(words_in(unicodedata.normalize("NFC", text))) for text in texts]
    return all(any(True for words in split for _place in term.places(words)) for term in terms)


def term_pieces(text: str, terms: Sequence[Term]) -> list[Piece]:
    """`text` cut where a term begins and ends, as `pieces` does for parts of words."""
    shown = unicodedata.normalize("NFC", text)
    words, hit = list(words_in(shown)), bytearray(len(shown))
    for term in terms:
        for start, end in term.places(words):
            hit[start:end] = b"\x01" * (end - start)
    return list(_runs(shown, hit)) if shown else []
