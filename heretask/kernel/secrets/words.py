"""Keyed words: what an index may hold of a text. The database sees hashes only, equal inside one customer and column.

A word is a run of letters and digits, folded, cut to its Danish stem ("sygeplejersken" -> "sygeplejersk"), and hashed
with HMAC-SHA-256 under a key of its customer and column; the first 8 bytes are kept as a signed integer. Texts and
questions pass here alike, so that equal words meet.
"""

from __future__ import annotations

import functools
import hmac
import re
import threading
import unicodedata
from collections.abc import Iterable, Iterator

import snowballstemmer
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from heretask.kernel.log.trace import trace

LONGEST = 64  # letters of a word that count; what is longer is no word, and must not fill the memory below
SHORTEST_PREFIX, LONGEST_PREFIX = 2, 8
_WORD = re.compile(r"[^\W_]+")
_here = threading.local()


def words_in(text: str) -> Iterator[tuple[int, int, str]]:
    """Each word of a text in composed letters (NFC): where it begins and ends, and the word folded."""
    for match in _WORD.finditer(text):
        yield match.start(), match.end(), match[0].casefold()[:LONGEST]


def words_of(text: str) -> list[str]:
    """The words of a text, folded, in their order."""
    return [word for _start, _end, word in words_in(unicodedata.normalize("NFC", text))]


@functools.lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The Danish stem of a folded word, the same as PostgreSQL's `danish` makes."""
    stemmer = getattr(_here, "stemmer", None)
    if stemmer is None:  # it keeps the word it works on, so that each thread needs its own
        stemmer = _here.stemmer = snowballstemmer.stemmer("danish")
    found: str = stemmer.stemWord(word)
    return found


def stems_of(*texts: str) -> set[str]:
    """The stems of all words of the texts."""
    return {stem(word) for text in texts for word in words_of(text)}


def prefixes_of(*texts: str) -> set[str]:
    """The beginnings of each word, 2 to 8 letters long, and words of one letter whole."""
    return {
        word[:length]
        for text in texts
        for word in words_of(text)
        for length in range(min(SHORTEST_PREFIX, len(word)), min(LONGEST_PREFIX, len(word)) + 1)
    }


def hashes(column: str, words: Iterable[str]) -> list[int]:
    """The words as the index of `column` holds them for this session's customer: each once, in order."""
    key = _column_key(trace().customer_key, column)
    return sorted({_hash(key, word) for word in words})


@functools.lru_cache(maxsize=1024)
def _column_key(customer_key: bytes, column: str) -> bytes:
    return HKDF(SHA256(), 32, None, b"heretask keyed words|" + column.encode()).derive(customer_key)


@functools.lru_cache(maxsize=30_000)  # words repeat: nine of ten are here; about 9 MB when it is full
def _hash(key: bytes, word: str) -> int:
    return int.from_bytes(hmac.digest(key, word.encode(), "sha256")[:8], "big", signed=True)
