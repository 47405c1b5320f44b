"""Small charts drawn on the server as SVG.

Geometry stands in SVG attributes and colour in the stylesheet's classes, so that the strict content policy holds. Every
chart is an image to a screen reader: its label says the conclusion, not 'chart'.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

SPARK_WIDTH, SPARK_HEIGHT, SPARK_PAD = 128.0, 32.0, 3.0
STRIP_STEP, STRIP_BAR, STRIP_HEIGHT = 5, 4, 20
METER_WIDTH, METER_HEIGHT = 128.0, 12.0
HEAT_STEP, HEAT_BOX, HEAT_LEVELS = 18, 16, 4

# The height says the state a second time, for eyes that do not tell the colours apart.
_STRIP_HEIGHTS = {"ok": 7, "due": 12, "broken": 20, "unknown": 11}

Point = tuple[float, float]


def _number(value: float) -> str:
    """Write a coordinate with one decimal at most and without the page's language."""
    return f"{value:.1f}".removesuffix(".0")


def _svg(
    name: str, width: float, height: float, label: str, inside: SafeString, *, stretch: bool = False
) -> SafeString:
    return format_html(
        '<svg class="{}" viewBox="0 0 {} {}"{} role="img" aria-label="{}">{}</svg>',
        name,
        _number(width),
        _number(height),
        format_html(' preserveAspectRatio="{}"', "none") if stretch else "",
        label,
        inside,
    )


def _runs(points: Sequence[Point | None]) -> list[list[Point]]:
    """Split a curve at its gaps."""
    groups = groupby(points, key=lambda point: point is not None)
    return [[point for point in group if point is not None] for measured, group in groups if measured]


def _curve(run: Sequence[Point]) -> SafeString:
    line = " ".join(f"{_number(x)},{_number(y)}" for x, y in run)
    if len(run) == 1:
        return format_html('<circle class="spark-end" cx="{}" cy="{}" r="1.5"/>', *map(_number, run[0]))
    ground, first, last = _number(SPARK_HEIGHT), _number(run[0][0]), _number(run[-1][0])
    area = f"M{first} {ground}L{line.replace(' ', 'L')}L{last} {ground}z"
    return format_html('<path class="spark-area" d="{}"/><polyline points="{}"/>', area, line)


def spark(values: Iterable[float | None], label: str, limit: float | None = None) -> SafeString:
    """Draw a curve with a dot at its newest value; None is a gap (not measured), `limit` a dashed line."""
    figures = list(values)
    known = [value for value in figures if value is not None]
    if not known:
        return _svg("spark", SPARK_WIDTH, SPARK_HEIGHT, label, _level("spark-gap", SPARK_HEIGHT / 2))
    scale = [*known, limit] if limit is not None else known
    low, high = min(scale), max(scale)
    spread = (high - low) or 1.0
    step = (SPARK_WIDTH - 2 * SPARK_PAD) / max(len(figures) - 1, 1)

    def height(value: float) -> float:
        if high == low:
            return SPARK_HEIGHT / 2
        return SPARK_HEIGHT - SPARK_PAD - (value - low) / spread * (SPARK_HEIGHT - 2 * SPARK_PAD)

    points = [None if value is None else (SPARK_PAD + at * step, height(value)) for at, value in enumerate(figures)]
    drawn = [_curve(run) for run in _runs(points)]
    if limit is not None:
        drawn.insert(0, _level("spark-limit", height(limit)))
    newest = points[-1]
    if newest is not None:
        drawn.append(format_html('<circle class="spark-end" cx="{}" cy="{}" r="2.5"/>', *map(_number, newest)))
    return _svg("spark", SPARK_WIDTH, SPARK_HEIGHT, label, format_html_join("", "{}", ((part,) for part in drawn)))


def _level(name: str, height: float) -> SafeString:
    return format_html('<path class="{}" d="M0 {}H{}"/>', name, _number(height), _number(SPARK_WIDTH))


def strip(states: Iterable[str], label: str) -> SafeString:
    """Draw one bar per period: ok low, due half, broken full, unknown hollow."""
    bars = []
    for at, state in enumerate(states):
        known = state if state in _STRIP_HEIGHTS else "unknown"
        tall = float(_STRIP_HEIGHTS[known])
        inset = 0.5 if known == "unknown" else 0.0  # a hollow bar's edge lies inside its place
        bars.append(
            (
                known,
                _number(at * STRIP_STEP + inset),
                _number(STRIP_HEIGHT - tall + inset),
                _number(STRIP_BAR - 2 * inset),
                _number(tall - 2 * inset),
            )
        )
    inside = format_html_join("", '<rect class="strip-{}" x="{}" y="{}" width="{}" height="{}"/>', bars)
    return _svg("strip", max(len(bars) * STRIP_STEP, 1), STRIP_HEIGHT, label, inside, stretch=True)


def meter(value: float, maximum: float, label: str) -> SafeString:
    """Draw how much of `maximum` is reached; values outside are drawn at the nearest end."""
    share = min(max(value / maximum, 0.0), 1.0) if maximum > 0 else 0.0
    inside = format_html(
        '<rect class="meter-track" x="0.5" y="0.5" width="{0}" height="{1}" rx="{2}"/>'
        '<rect class="meter-fill" x="0.5" y="0.5" width="{3}" height="{1}" rx="{4}"/>'
        '<rect class="meter-edge" x="0.5" y="0.5" width="{0}" height="{1}" rx="{2}"/>',
        _number(METER_WIDTH - 1),
        _number(METER_HEIGHT - 1),
        _number((METER_HEIGHT - 1) / 2),
        _number(share * (METER_WIDTH - 1)),
        _number(min((METER_HEIGHT - 1) / 2, share * (METER_WIDTH - 1) / 2)),
    )
    return _svg("meter", METER_WIDTH, METER_HEIGHT, label, inside)


def heat(values: Iterable[float], label: str, marks: Iterable[str] = ()) -> SafeString:
    """Draw a row of boxes, darker for more; `marks` are words under the boxes, '' for none."""
    figures = list(values)
    most = max(figures, default=0) or 1
    boxes = format_html_join(
        "",
        '<rect class="heat-{}" x="{}" y="0" width="{}" height="14" rx="2"/>',
        ((level_of(value, most), at * HEAT_STEP, HEAT_BOX) for at, value in enumerate(figures)),
    )
    words = format_html_join(
        "",
        '<text x="{}" y="26">{}</text>',
        ((at * HEAT_STEP, mark) for at, mark in enumerate(marks) if mark),
    )
    return _svg("heat", max(len(figures) * HEAT_STEP, 1), 30, label, format_html("{}{}", boxes, words))


def level_of(value: float, most: float) -> int:
    """How dark a box is, 0 to 4. 0 is kept for nothing at all: one opening must be visible beside a thousand."""
    if value <= 0:
        return 0
    return max(1, min(HEAT_LEVELS, round(value / most * HEAT_LEVELS)))
