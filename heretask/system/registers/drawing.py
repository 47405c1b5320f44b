"""The risks as pictures: the matrix before and after treatment, and the levels over the year."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from .levels import LEVELS, Place

CELL, LEFT, TOP, RADIUS = 104, 56, 8, 22
TREND_HEIGHT, BAR, STEP = 200, 34, 50


@dataclass(frozen=True, slots=True)
class Dot:
    """A risk in the matrix: its number in the list, its place, what a reader hears, and where it leads."""

    number: int
    place: Place
    label: str
    url: str


def matrix(dots: Sequence[Dot], label: str) -> SafeString:
    """Five by five: how likely upwards, how bad to the right; each risk is a link in its cell."""
    cells = format_html_join(
        "", '<rect class="riskmap-{}" x="{}" y="{}" width="{}" height="{}"/>',
        (
            (Place(likely, bad).level, LEFT + (bad - 1) * CELL, TOP + (5 - likely) * CELL, CELL - 4, CELL - 4)
            for likely in range(5, 0, -1) for bad in range(1, 6)
        ),
    )  # fmt: skip
    rows = [(LEFT - 22, TOP + (5 - n) * CELL + CELL // 2 + 8, n) for n in range(1, 6)]
    columns = [(LEFT + (n - 1) * CELL + CELL // 2, TOP + 5 * CELL + 24, n) for n in range(1, 6)]
    numbers = format_html_join("", '<text x="{}" y="{}">{}</text>', rows + columns)
    axes = format_html(
        '<text class="riskmap-axis" x="{}" y="{}">{} →</text>'
        '<text class="riskmap-axis" transform="translate(18 {}) rotate(-90)">{} →</text>',
        LEFT + 5 * CELL // 2, TOP + 5 * CELL + 58, _("How bad"), TOP + 5 * CELL // 2, _("How likely"),
    )  # fmt: skip
    by_cell: dict[Place, list[Dot]] = defaultdict(list)
    for dot in dots:
        by_cell[dot.place].append(dot)
    drawn = format_html_join("", "{}", ((_dots(place, of),) for place, of in by_cell.items()))
    return format_html(
        '<svg class="riskmap" viewBox="0 0 {} {}" role="group" aria-label="{}">{}{}{}{}</svg>',
        LEFT + 5 * CELL, TOP + 5 * CELL + 70, label, cells, numbers, axes, drawn,
    )  # fmt: skip


def _dots(place: Place, dots: Sequence[Dot]) -> SafeString:
    side = math.ceil(math.sqrt(len(dots)))
    step = (CELL - 4) / side
    left, top = LEFT + (place.bad - 1) * CELL, TOP + (5 - place.likely) * CELL
    radius = min(RADIUS, step / 2 - 1)
    return format_html_join(
        "",
        '<a class="riskmap-dot" href="{}" aria-label="{}"><circle cx="{}" cy="{}" r="{}"/>'
        '<text x="{}" y="{}">{}</text></a>',
        (
            (dot.url, dot.label, x := _at(left + step * (i % side + 0.5)), y := _at(top + step * (i // side + 0.5)),
             _at(radius), x, _at(float(y) + 8), dot.number)
            for i, dot in enumerate(dots)
        ),
    )  # fmt: skip


def trend(months: Sequence[tuple[str, Mapping[str, int]]], label: str) -> SafeString:
    """How many risks of each level at the end of each month, the highest on top."""
    most = max([sum(of.values()) for _name, of in months] + [1])
    bars = []
    for number, (name, of) in enumerate(months):
        x, y = number * STEP + 8, float(TREND_HEIGHT)
        for level in LEVELS:
            height = (TREND_HEIGHT - 10) * of.get(level, 0) / most
            y -= height
            if height:
                bars.append(format_html(
                    '<rect class="riskmap-{}" x="{}" y="{}" width="{}" height="{}"/>',
                    level, x, _at(y), BAR, _at(height),
                ))  # fmt: skip
        bars.append(format_html('<text x="{}" y="{}">{}</text>', x + BAR // 2, TREND_HEIGHT + 26, name))
    return format_html(
        '<svg class="riskmap riskmap-trend" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>',
        len(months) * STEP, TREND_HEIGHT + 36, label, format_html_join("", "{}", ((b,) for b in bars)),
    )  # fmt: skip


def _at(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def counted(places: Sequence[Place]) -> Counter[str]:
    """How many of each level."""
    return Counter(place.level for place in places)
