"""The last look at what is about to leave: no CPR number, and no name of anybody here (DATA-5).

Letters can hold neither by construction; this holds for the day on which somebody changes a letter. Names of citizens
are looked for by whoever keeps them, which registers here, without opening one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from heretask.kernel.identity.people import all_ids, names_of
from heretask.kernel.secrets.words import words_of

from .letters import Finished

NUMBER, NAME = "number", "name"
SHORTEST = 2  # letters of a word that is looked for as a name
_NUMBERS = re.compile(r"(?<!\d)\d\d[ .]?\d\d[ .]?\d\d[ \-–]{0,3}\d{4}(?!\d)", re.ASCII)

Known = Callable[[Iterable[str]], set[str]]
_KNOWN: list[Known] = []


class Stopped(Exception):
    """This may not leave; the message says which kind of thing it held, never what."""


def knows_names(function: Known) -> Known:
    """Let `function` say which of some words are part of a name of somebody at this session's customer."""
    _KNOWN.append(function)
    return function


def check(finished: Finished) -> None:
    """Raise Stopped for a letter that holds what may not leave."""
    foreign = foreign_words(finished.text, finished.fixed, finished.ours)
    if has_number(finished.text, finished.ours):
        raise Stopped(NUMBER)
    if names_among(foreign):
        raise Stopped(NAME)


def has_number(text: str, ours: Iterable[str] = ()) -> bool:
    """Whether a text holds what reads like a CPR number, beside the link and ids that are ours."""
    return bool(_NUMBERS.search(_without(text, ours)))


def foreign_words(text: str, fixed: Iterable[str], ours: Iterable[str] = ()) -> set[str]:
    """The words of a text that are not the letter's own; what has a digit in it is no name."""
    words = set(words_of(_without(text, ours))) - set(fixed)
    return {word for word in words if len(word) >= SHORTEST and word.isalpha()}


def names_among(words: Iterable[str]) -> set[str]:
    """Those of some words that are part of the name of a user or a citizen here."""
    wanted = set(words)
    if not wanted:
        return set()
    return set().union(_of_users(wanted), *(known(wanted) for known in _KNOWN))


def _of_users(wanted: set[str]) -> set[str]:
    return wanted & {word for name in names_of(all_ids()).values() for word in words_of(name)}


def _without(text: str, ours: Iterable[str]) -> str:
    for own in sorted(ours, key=len, reverse=True):
        text = text.replace(own, " ")
    return text
