"""What leaves beside mail: whoever gives something out registers how it is counted and looked through (DATA-5)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """What is given out, freshly made: its `fixed` words are the form's own; `ours` are links and ids of ours."""

    text: str
    fixed: frozenset[str]
    ours: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Way:
    """One way out: how often it was given, what is given now, and whether the database would let words into it."""

    given: int
    texts: tuple[Text, ...]
    words_possible: bool


WAYS: dict[str, Callable[[], Way]] = {}


def leaves(key: str, look: Callable[[], Way]) -> None:
    """Let `look` be asked when what leaves is measured; the sample has `<key>_given` and `<key>_words_possible`."""
    if key in WAYS:
        raise ValueError(f"{key} leaves twice")
    WAYS[key] = look


def looked_at() -> Iterable[tuple[str, Way]]:
    """Every way out, looked at now."""
    return [(key, look()) for key, look in WAYS.items()]
