"""Figures as ratios with their spread. There is no absolute time here that anything is held to."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

DRAWS = 400


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which `share` of the values lie, interpolated between neighbours."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def median(values: Sequence[float]) -> float:
    """The middle value."""
    return quantile(values, 0.5)


@dataclass(frozen=True, slots=True)
class Figure:
    """One ratio at one size: its median, and between what its middle half lies. `more` is for reading only."""

    size: str
    ratio: float
    low: float
    high: float
    more: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Goal:
    """What the ratio should be: at least (`at_least`) or at most `limit`."""

    limit: float
    at_least: bool

    def __str__(self) -> str:
        return f"{'>=' if self.at_least else '<='} {self.limit:g}x"

    def reached_by(self, ratio: float) -> bool:
        """Whether a ratio is as it should be."""
        return ratio >= self.limit if self.at_least else ratio <= self.limit


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: what was compared, at several sizes, and which of the sizes the goal speaks of."""

    id: str
    what: str
    goal: Goal
    sizes: str
    figures: list[Figure]
    judged: str = ""  # the size that the goal names; empty: all of them

    def judges(self, figure: Figure) -> bool:
        """Whether the goal speaks of this size."""
        return not self.judged or figure.size == self.judged

    @property
    def reached(self) -> bool:
        """Whether the goal is reached at every size it speaks of; a row without figures reaches nothing."""
        named = [figure for figure in self.figures if self.judges(figure)]
        return bool(named) and all(self.goal.reached_by(f.ratio) for f in named)

    def as_data(self) -> dict[str, Any]:
        """The row as it is written down."""
        data = asdict(self)
        data["goal"], data["reached"] = str(self.goal), self.reached
        return data


def of_rounds(size: str, ours: Sequence[float], theirs: Sequence[float], **more: Any) -> Figure:
    """A figure of rates measured in turns: each round's ratio counts once."""
    ratios = [a / b for a, b in zip(ours, theirs, strict=True)]
    middle = {"ours_per_s": round(median(ours), 1), "theirs_per_s": round(median(theirs), 1), "rounds": len(ratios)}
    return Figure(size, median(ratios), quantile(ratios, 0.25), quantile(ratios, 0.75), {**middle, **more})


def of_times(size: str, ours: Sequence[float], theirs: Sequence[float], share: float, **more: Any) -> Figure:
    """A figure of single times: the ratio of both sides' quantiles; its spread is that of samples drawn from them."""
    chance = random.Random(7)
    ratios = [
        quantile(chance.choices(ours, k=len(ours)), share) / quantile(chance.choices(theirs, k=len(theirs)), share)
        for _ in range(DRAWS)
    ]
    ratio = quantile(ours, share) / quantile(theirs, share)
    both = {"ours_ms": round(quantile(ours, share) * 1000, 3), "theirs_ms": round(quantile(theirs, share) * 1000, 3)}
    return Figure(size, ratio, quantile(ratios, 0.25), quantile(ratios, 0.75), {**both, "times": len(ours), **more})


def in_turns(rounds: int, *sides: Callable[[], float]) -> list[list[float]]:
    """Call all sides once a round, in an order drawn anew for each; returns each side's values."""
    chance = random.Random(11)
    values: list[list[float]] = [[] for _ in sides]
    for _ in range(rounds):
        order = list(range(len(sides)))
        chance.shuffle(order)
        for at in order:
            values[at].append(sides[at]())
    return values
