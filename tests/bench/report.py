"""What a run leaves: a table in the terminal, its figures as JSON, and one page with curves that needs nothing else."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.template import Context, Engine

from .figures import Figure, Row

WIDTH, HEIGHT, LEFT, RIGHT, TOP, GROUND = 360.0, 170.0, 48.0, 346.0, 12.0, 136.0
HEAD = ("id", "what", "size", "goal", "ratio", "middle half", "")


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
        rows = [row.as_data() for row in self.rows]
        head = {"time": self.time, "quick": self.quick, "seconds": round(self.seconds, 1), "machine": self.machine}
        return {**head, "rows": rows}


def write(run: Run, folder: Path) -> Path:
    """Leave the figures and the page; returns the page."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{run.time}.json").write_text(json.dumps(run.as_data(), indent=1, ensure_ascii=False) + "\n")
    target = folder / "report.html"
    target.write_text(page(run))
    return target


def lines(run: Run) -> list[tuple[str, ...]]:
    """The table's lines: one for each row at each size."""
    made: list[tuple[str, ...]] = []
    for row in run.rows:
        for figure in row.figures:
            word = "–"
            if row.judges(figure):
                word = "reached" if row.goal.reached_by(figure.ratio) else "not reached"
            size = f"{figure.size} {row.sizes}"
            made.append((row.id, row.what, size, str(row.goal), _x(figure.ratio), _spread(figure), word))
    return made


def table(run: Run) -> str:
    """The table for a terminal."""
    cells = [HEAD, *lines(run)]
    wide = [max(len(line[at]) for line in cells) for at in range(len(HEAD))]
    text = "\n".join("  ".join(cell.ljust(wide[at]) for at, cell in enumerate(line)).rstrip() for line in cells)
    machine = ", ".join(f"{key} {value}" for key, value in run.machine.items())
    quick = "QUICK: too short to say anything but that it runs.\n" if run.quick else ""
    return f"{text}\n{machine}; {run.time}, {run.seconds:.0f} s\n{quick}"


def page(run: Run) -> str:
    """The page, whole in itself."""
    template = Engine().from_string(Path(__file__).with_name("report.html").read_text())
    curves = [(row, curve(row)) for row in run.rows]
    return template.render(Context({"run": run, "lines": lines(run), "curves": curves}))


def curve(row: Row) -> dict[str, Any]:
    """How the ratio goes with the size, as coordinates: a dot with its spread for each size, and the goal."""
    top = max([row.goal.limit, *(figure.high for figure in row.figures)]) * 1.15
    step = (RIGHT - LEFT) / max(len(row.figures), 1)

    def down(value: float) -> str:
        return f"{GROUND - value / top * (GROUND - TOP):.1f}"

    dots = [
        {
            "x": f"{LEFT + step * (at + 0.5):.1f}",
            "y": down(f.ratio),
            "low": down(f.low),
            "high": down(f.high),
            "size": f.size,
        }
        for at, f in enumerate(row.figures)
    ]
    said = ", ".join(f"{_x(figure.ratio)} at {figure.size} {row.sizes}" for figure in row.figures)
    return {
        "width": f"{WIDTH:g}", "height": f"{HEIGHT:g}", "left": f"{LEFT:g}", "right": f"{RIGHT:g}", "top": f"{TOP:g}",
        "ground": f"{GROUND:g}", "middle": f"{(LEFT + RIGHT) / 2:g}", "goal": down(row.goal.limit), "dots": dots,
        "points": " ".join(f"{dot['x']},{dot['y']}" for dot in dots), "said": f"{row.what}: {said}; goal {row.goal}",
        "levels": [(down(value), _x(value)) for value in (0.0, row.goal.limit)],
    }  # fmt: skip


def _x(ratio: float) -> str:
    return f"{ratio:.2f}x" if ratio >= 0.1 or ratio == 0 else f"{ratio:.3f}x"


def _spread(figure: Figure) -> str:
    return f"[{_x(figure.low)[:-1]}–{_x(figure.high)[:-1]}]"
