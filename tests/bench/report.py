"""What a run leaves: a table in the terminal, its figures as JSON, and one page with curves that needs nothing else."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from .figures import Figure, Row

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 360.0, 170.0, 44.0, 14.0, 12.0, 34.0
STYLE = """
:root { color-scheme: light dark; --ink: #1c2430; --soft: #5b6675; --line: #d4dae2; --ours: #1f5fa8; --goal: #a8541f; --ground: #fff }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6eaf0; --soft: #a3aebb; --line: #3a4450; --ours: #7fb2ea; --goal: #e5a06f; --ground: #161b21 } }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--ground); max-width: 62rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; width: 100% } th, td { text-align: left; padding: .35rem .6rem; border-bottom: 1px solid var(--line) }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums } .soft { color: var(--soft) }
section { display: inline-block; margin: 1.5rem 1.5rem 0 0; width: 360px; vertical-align: top } h2 { font-size: 1rem; margin: 0 }
svg text { font: 11px system-ui, sans-serif; fill: var(--soft) } .axis { stroke: var(--line) } .curve { fill: none; stroke: var(--ours); stroke-width: 2 }
.spread { stroke: var(--ours); stroke-width: 1.5 } .dot { fill: var(--ours) } .goal { stroke: var(--goal); stroke-dasharray: 4 3; stroke-width: 1.5 }
"""
FIGURES = (
    "A figure is the ratio of two ways, measured in turns in one run: the median, and in brackets where its middle half "
    "lies. No time of its own is a goal."
)


@dataclass
class Run:
    """One run: when, where, what."""

    started: float
    machine: dict[str, str]
    quick: bool
    seconds: float = 0.0
    rows: list[Row] = field(default_factory=list)

    @property
    def time(self) -> str:
        """When it began, in UTC, as a file's name."""
        return dt.datetime.fromtimestamp(self.started, dt.UTC).strftime("%Y-%m-%dT%H%M%SZ")

    def as_data(self) -> dict[str, Any]:
        """Everything as it is written down."""
        return {
            "time": self.time, "quick": self.quick, "seconds": round(self.seconds, 1), "machine": self.machine,
            "rows": [row.as_data() for row in self.rows],
        }  # fmt: skip


def write(run: Run, folder: Path) -> Path:
    """Leave the figures and the page; returns the page."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{run.time}.json").write_text(json.dumps(run.as_data(), indent=1, ensure_ascii=False) + "\n")
    target = folder / "report.html"
    target.write_text(page(run))
    return target


def verdict(row: Row) -> str:
    """The word at the end of a row."""
    return "reached" if row.reached else "not reached"


def table(run: Run) -> str:
    """The rows for a terminal."""
    lines = [("id", "what", "size", "goal", "ratio", "middle half", "")]
    for row in run.rows:
        for at, figure in enumerate(row.figures):
            judged = not row.judged or figure.size == row.judged
            word = ("reached" if row.goal.reached_by(figure.ratio) else "not reached") if judged else "-"
            head = (row.id, row.what) if at == 0 else ("", "")
            lines.append((*head, f"{figure.size} {row.sizes}", str(row.goal), _x(figure.ratio), _spread(figure), word))
    wide = [max(len(line[at]) for line in lines) for at in range(7)]
    machine = ", ".join(f"{key} {value}" for key, value in run.machine.items())
    text = "\n".join("  ".join(cell.ljust(wide[at]) for at, cell in enumerate(line)).rstrip() for line in lines)
    quick = "  QUICK: too short to say anything but that it runs.\n" if run.quick else ""
    return f"{text}\n{machine}; {run.time}, {run.seconds:.0f} s\n{quick}"


def page(run: Run) -> SafeString:
    """The report."""
    rows = format_html_join(
        "", '<tr><td>{}</td><td>{}</td><td class="n">{}</td><td class="n">{}</td><td class="n">{}</td><td class="n">{}</td><td>{}</td></tr>',
        ((r.id, r.what, f"{f.size} {r.sizes}", str(r.goal), _x(f.ratio), _spread(f), verdict(r) if not r.judged or f.size == r.judged else "–")
         for r in run.rows for f in r.figures),
    )  # fmt: skip
    drawn = format_html_join(
        "", '<section><h2>{} · {}</h2><p class="soft">goal {}: {}</p>{}</section>',
        ((row.id, row.what, str(row.goal), verdict(row), curve(row)) for row in run.rows),
    )  # fmt: skip
    details = format_html_join(
        "", "<tr><td>{}</td><td>{}</td><td>{}</td></tr>",
        ((r.id, f"{f.size} {r.sizes}", ", ".join(f"{k} {v}" for k, v in f.more.items())) for r in run.rows for f in r.figures),
    )  # fmt: skip
    return format_html(
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        "<title>HereTask: figures of {}</title><style>{}</style><h1>Figures of {}</h1><p>{}</p><p class=\"soft\">{}</p>{}"
        '<table><tr><th>id<th>what<th class="n">size<th class="n">goal<th class="n">ratio<th class="n">middle half<th></tr>{}</table>{}'
        "<h2>Behind the ratios</h2><p class=\"soft\">Absolute figures of this machine at this moment; they say nothing about another.</p>"
        "<table>{}</table></html>",
        run.time, mark_safe(STYLE), run.time, FIGURES, ", ".join(f"{k} {v}" for k, v in run.machine.items()),  # noqa: S308  (our own words)
        format_html("<p><strong>{}</strong></p>", "A quick run: it says that the bench runs, nothing else.") if run.quick else "",
        rows, drawn, details,
    )  # fmt: skip


def curve(row: Row) -> SafeString:
    """How the ratio goes with the size: a dot with its spread for each, the goal dashed."""
    figures = row.figures
    top = max([row.goal.limit, *(f.high for f in figures)]) * 1.15
    step = (WIDTH - LEFT - RIGHT) / max(len(figures), 1)

    def across(at: int) -> str:
        return f"{LEFT + step * (at + 0.5):.1f}"

    def down(value: float) -> str:
        return f"{HEIGHT - BOTTOM - min(value, top) / top * (HEIGHT - TOP - BOTTOM):.1f}"

    points = " ".join(f"{across(at)},{down(f.ratio)}" for at, f in enumerate(figures))
    marks = format_html_join(
        "", '<path class="spread" d="M{} {}V{}"/><circle class="dot" cx="{}" cy="{}" r="3.5"/><text x="{}" y="{}" text-anchor="middle">{}</text>',
        ((across(at), down(f.low), down(f.high), across(at), down(f.ratio), across(at), HEIGHT - 18, f.size) for at, f in enumerate(figures)),
    )  # fmt: skip
    levels = format_html_join(
        "", '<text x="{}" y="{}" text-anchor="end">{}</text>',
        ((LEFT - 6, down(value), _x(value)) for value in sorted({0.0, row.goal.limit})),
    )  # fmt: skip
    said = f"{row.what}: " + ", ".join(f"{_x(f.ratio)} at {f.size} {row.sizes}" for f in figures) + f"; goal {row.goal}"
    return format_html(
        '<svg viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img" aria-label="{said}">'
        '<path class="axis" d="M{l} {t}V{b}H{r}"/><path class="goal" d="M{l} {g}H{r}"/>{levels}'
        '<polyline class="curve" points="{points}"/>{marks}<text x="{m}" y="{f}" text-anchor="middle">{sizes}</text></svg>',
        w=int(WIDTH), h=int(HEIGHT), said=said, l=LEFT, t=TOP, b=HEIGHT - BOTTOM, r=WIDTH - RIGHT, g=down(row.goal.limit),
        levels=levels, points=points, marks=marks, m=(LEFT + WIDTH - RIGHT) / 2, f=HEIGHT - 4, sizes=row.sizes,
    )  # fmt: skip


def _x(ratio: float) -> str:
    return f"{ratio:.2f}x" if ratio >= 0.1 or ratio == 0 else f"{ratio:.3f}x"


def _spread(figure: Figure) -> str:
    return f"[{_x(figure.low)[:-1]}-{_x(figure.high)[:-1]}]"
