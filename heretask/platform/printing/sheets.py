"""What can be printed: features register how a sheet of theirs is made, each after its own policy.

Platform knows nothing of the systems above it; a feature says in its `printing` module which sheets it has. `check`
raises Denied for who may not have it and opens nothing; `make` opens it, and the print says so in the log.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from django.utils.functional import Promise

from heretask.kernel.access.decide import Actor

WIDTH = 95  # letters on a line of a printed page, roughly: what `lines` counts with


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a sheet: a line that leads it, the text, and what stands small below."""

    head: str
    text: str = ""
    foot: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is put on paper. `opened` are all the citizens whose data stands there; `citizen` the one it is about."""

    title: str
    sub: str
    blocks: tuple[Block, ...]
    opened: frozenset[UUID] = field(default_factory=frozenset)
    citizen: UUID | None = None

    @property
    def lines(self) -> int:
        """How many lines there are on paper, roughly."""
        texts = [self.title, self.sub, *(part for b in self.blocks for part in (b.head, b.text, b.foot) if part)]
        return sum(1 + len(line) // WIDTH for text in texts for line in text.split("\n"))


Check = Callable[[UUID, Actor], None]
Make = Callable[[UUID, int, Actor], Sheet]


@dataclass(frozen=True, slots=True)
class Kind:
    """A sort of sheet. With `periods` one chooses how many days back it goes; `back` names the page it is of."""

    key: str
    label: str | Promise
    check: Check
    make: Make
    back: Callable[[UUID], str]
    periods: bool = False


KINDS: dict[str, Kind] = {}


def sheet(
    key: str, label: str | Promise, *, check: Check, make: Make, back: Callable[[UUID], str], periods: bool = False
) -> None:
    """Register a sort of sheet; `make(id, days, by)` gets 0 days where there is nothing to choose."""
    if key in KINDS:
        raise ValueError(f"the sheet {key} is registered twice")
    KINDS[key] = Kind(key, label, check, make, back, periods)


def label_of(key: str) -> str:
    """What a sort of sheet is called; its key where the feature is gone."""
    return str(KINDS[key].label) if key in KINDS else key
