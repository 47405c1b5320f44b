"""A small language for varied sentences: `[one|other]` is a choice, `{slot}` is filled in; files of them by theme.

A theme begins with a line of fields between bars. Then `> ` is a way to open the note, `- ` an observation and `. ` a
way to close it; `-@P ` holds for one kind of place only. Lines that begin with `# ` and have no bar are comments.
"""

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

# A full stop that ends a sentence, not an abbreviation or an ordinal number.
_NEXT_SENTENCE = re.compile(r"(?<=[a-zæøå]{3}[.!?] )(?<!temp\. )(?<!tlf\. )[a-zæøå]")
_MARKS = re.compile(r"([\[\]|]|\{\w+\})")


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for a word."""

    name: str


@dataclass(frozen=True, slots=True)
class Choice:
    """Several ways to say it."""

    ways: tuple["Pattern", ...]


Pattern = tuple[str | Slot | Choice, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One sentence, or two that belong together, and the places where it makes sense."""

    pattern: Pattern
    units: str


@dataclass(slots=True)
class Theme:
    """What a note can be about: ways to open, observations, ways to close."""

    key: str
    fields: tuple[str, ...]
    openers: list[Line] = field(default_factory=list)
    details: list[Line] = field(default_factory=list)
    closers: list[Line] = field(default_factory=list)

    def add(self, mark: str, line: Line) -> None:
        """Take in a line by the mark it began with."""
        {">": self.openers, "-": self.details, ".": self.closers}[mark].append(line)


@cache
def compile_pattern(text: str) -> Pattern:
    """Turn written text into a pattern."""
    tokens = _MARKS.split(text)
    pattern, rest = _sequence(tokens, 0)
    if rest != len(tokens):
        raise ValueError(f"brackets do not match in: {text}")
    return pattern


def _sequence(tokens: list[str], at: int) -> tuple[Pattern, int]:
    parts: list[str | Slot | Choice] = []
    while at < len(tokens) and tokens[at] not in {"|", "]"}:
        piece = tokens[at]
        at += 1
        if piece == "[":
            ways = []
            while True:
                way, at = _sequence(tokens, at)
                ways.append(way)
                at += 1
                if tokens[at - 1] == "]":
                    break
            parts.append(Choice(tuple(ways)))
        elif piece.startswith("{"):
            parts.append(Slot(piece[1:-1]))
        elif piece:
            parts.append(piece)
    return tuple(parts), at


def expand(pattern: Pattern, rng: random.Random, slots: Mapping[str, str]) -> str:
    """Write one version of a pattern, beginning with a capital letter."""
    out: list[str] = []
    _expand_into(out, pattern, rng, slots)
    text = "".join(out).strip()
    if any(gap in text for gap in ("  ", " .", " ,", " :")):
        text = re.sub(r" +([.,:?!])", r"\1", re.sub(r" {2,}", " ", text))
    if ". " in text:
        text = _NEXT_SENTENCE.sub(lambda match: match[0].upper(), text)
    return text[:1].upper() + text[1:]


def _expand_into(out: list[str], pattern: Pattern, rng: random.Random, slots: Mapping[str, str]) -> None:
    for part in pattern:
        if isinstance(part, str):
            out.append(part)
        elif isinstance(part, Slot):
            out.append(slots[part.name])
        else:
            _expand_into(out, part.ways[int(rng.random() * len(part.ways))], rng, slots)


def read_lines(name: str) -> list[str]:
    """Return the meaningful lines of one of our text files."""
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip() and (not line.startswith("# ") or "|" in line)]


def split_fields(line: str) -> tuple[str, ...]:
    """Return the fields between the bars of a heading, without its leading mark."""
    return tuple(part.strip() for part in line.lstrip("#=").split("|"))


def line_of(text: str) -> tuple[str, Line]:
    """Read one marked sentence."""
    mark, rest = text[0], text[1:]
    units = ""
    if rest.startswith("@"):
        units, _space, rest = rest[1:].partition(" ")
    return mark, Line(compile_pattern(rest.strip()), units)


def read_themes(name: str) -> list[Theme]:
    """Read a file of everyday themes, each headed by `= key | kind | units | times | weight | needs | months`."""
    themes: list[Theme] = []
    for line in read_lines(name):
        if line.startswith("="):
            fields = split_fields(line)
            themes.append(Theme(fields[0], fields + ("",) * (7 - len(fields))))
        elif not line.startswith("#"):
            themes[-1].add(*line_of(line))
    return themes
