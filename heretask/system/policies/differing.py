"""The difference between two texts, word by word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

_WORDS = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that stand together; `changed` where the other text has not got them."""

    text: str
    changed: bool


Lines = list[list[Piece]]


@dataclass(frozen=True, slots=True)
class Difference:
    """Both texts, line by line, with what differs marked in each."""

    before: Lines
    after: Lines

    @property
    def is_none(self) -> bool:
        """Whether the texts say the same."""
        return not any(piece.changed for line in (*self.before, *self.after) for piece in line)


def difference(before: str, after: str) -> Difference:
    """What went and what came. Words are compared, so that a longer line does not count as another line."""
    old, new = _tokens(before), _tokens(after)
    gone, came = [False] * len(old), [False] * len(new)
    matcher = SequenceMatcher(None, [word for _line, word in old], [word for _line, word in new], autojunk=False)
    for kind, i1, i2, j1, j2 in matcher.get_opcodes():
        if kind != "equal":
            gone[i1:i2] = [True] * (i2 - i1)
            came[j1:j2] = [True] * (j2 - j1)
    return Difference(_lines(old, gone), _lines(new, came))


def _tokens(text: str) -> list[tuple[int, str]]:
    return [(number, word) for number, line in enumerate(text.splitlines()) for word in _WORDS.findall(line)]


def _lines(tokens: list[tuple[int, str]], marks: list[bool]) -> Lines:
    found: dict[int, list[Piece]] = {}
    for (number, word), changed in zip(tokens, marks, strict=True):
        line = found.setdefault(number, [])
        if line and line[-1].changed == changed:
            line[-1] = Piece(f"{line[-1].text} {word}", changed)
        else:
            line.append(Piece(word, changed))
    return list(found.values())
