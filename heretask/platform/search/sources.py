"""Who answers a search: functions that features register, each for those with its permission, each for its own things.

Platform knows nothing of the systems above it. A feature says in its `finding` module what it finds; what it opens to
find out, it names, so that the event of the search can.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise

from heretask.kernel.access.decide import Actor
from heretask.kernel.access.permissions import Permission
from heretask.kernel.secrets.words import words_of

SHOWN = 5  # of each kind
EXCERPT = 120  # letters of a text around the first word that was found


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that was found, and where it is."""

    title: str
    url: str
    sub: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What one source found: at most SHOWN hits, how many there are, the ids shown, and the citizens opened for it."""

    hits: Sequence[Hit] = ()
    total: int = 0
    shown: Sequence[UUID] = ()
    opened: frozenset[UUID] = frozenset()


Finder = Callable[[str, Actor], Found]


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of thing that is found; `bound` says how far it looks, `more` leads to the rest.

    With `sends` the words are sent on by a form to the feature's own search; else `more` is a list.
    """

    order: int
    permission: Permission
    label: Promise
    icon: str
    function: Finder
    bound: Promise | str = ""
    more: str = ""
    more_word: Promise | str = ""
    sends: bool = False


SOURCES: list[Source] = []
LATELY: list[tuple[Permission, Callable[[Actor], Found]]] = []


def finds(
    order: int,
    permission: Permission,
    label: Promise,
    icon: str,
    *,
    bound: Promise | str = "",
    more: str = "",
    more_word: Promise | str = "",
    sends: bool = False,
) -> Callable[[Finder], Finder]:
    """Let a function answer searches of those who hold `permission`."""

    def registering(function: Finder) -> Finder:
        SOURCES.append(Source(order, permission, label, icon, function, bound, more, more_word, sends))
        SOURCES.sort(key=lambda source: source.order)
        return function

    return registering


def opened_lately(permission: Permission) -> Callable[[Callable[[Actor], Found]], Callable[[Actor], Found]]:
    """Let a function say what somebody opened lately, where they hold `permission`."""

    def registering(function: Callable[[Actor], Found]) -> Callable[[Actor], Found]:
        LATELY.append((permission, function))
        return function

    return registering


def fits(words: str, *texts: str) -> bool:
    """Whether each word asked for is how a word of the texts begins; one letter is a whole word."""
    asked = words_of(words)
    there = [word for text in texts for word in words_of(text)]
    return bool(asked) and all(
        any(word == one or (len(one) > 1 and word.startswith(one)) for word in there) for one in asked
    )


def excerpt(words: str, text: str) -> str:
    """The stretch of a text around the first of the words, on one line."""
    flat = " ".join(text.split())
    lowered = flat.casefold()
    at = min((found for one in words_of(words) if (found := lowered.find(one)) >= 0), default=0)
    begin = max(0, at - EXCERPT // 3)
    cut = flat[begin : begin + EXCERPT]
    return f"{'… ' if begin else ''}{cut.strip()}{' …' if begin + EXCERPT < len(flat) else ''}"


def answer(hits: Iterable[tuple[UUID, Hit]], opened: Iterable[UUID] = ()) -> Found:
    """What was found, cut to what is shown."""
    rows = list(hits)
    return Found([hit for _own, hit in rows[:SHOWN]], len(rows), [own for own, _hit in rows[:SHOWN]], frozenset(opened))
