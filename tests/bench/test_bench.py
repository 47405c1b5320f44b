"""Whether the bench measures, and says truly whether a goal is reached. No figure of its own is asserted here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from .figures import Figure, Goal, Row, in_turns, of_rounds, of_times, quantile
from .report import Run, lines, page, table
from .telling import area

ROOT = Path(__file__).resolve().parents[2]


def _row(*ratios: float, at_least: bool = True, judged: str = "") -> Row:
    return Row(
        "G0",
        "this <against> that",
        Goal(0.5, at_least=at_least),
        "rows",
        [Figure(str(n), r, r, r) for n, r in enumerate(ratios)],
        judged,
    )


def test_area_is_a_half_for_equal_times_and_one_for_times_apart() -> None:
    assert area([1.0, 2.0, 3.0], [1.0, 2.0, 3.0]) == 0.5
    assert area([1.0, 2.0], [3.0, 4.0]) == area([3.0, 4.0], [1.0, 2.0]) == 1.0
    assert area([2.0, 2.0], [2.0, 1.0]) == 0.75


def test_a_goal_is_reached_only_where_every_size_reaches_it() -> None:
    assert _row(0.5, 0.9).reached
    assert not _row(0.49, 0.9).reached
    assert _row(0.49, 0.9, judged="1").reached
    assert not _row(0.49, 0.9, judged="0").reached
    assert _row(0.5, 0.1, at_least=False).reached
    assert not _row(0.51, 0.1, at_least=False).reached


def test_a_row_that_measured_nothing_reaches_nothing() -> None:
    assert not _row().reached
    assert not _row(0.9, judged="another").reached


def test_quantiles_lie_between_neighbours() -> None:
    assert quantile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert quantile([1.0, 2.0], 0.25) == 1.25
    assert quantile([5.0], 0.99) == 5.0


def test_each_round_is_compared_with_itself_so_that_a_slow_moment_touches_both() -> None:
    figure = of_rounds("1", [100.0, 10.0, 90.0], [200.0, 20.0, 200.0])
    assert figure.ratio == 0.5
    assert (figure.low, figure.high) == (0.475, 0.5)


def test_slowest_times_are_compared_apart_from_usual_ones() -> None:
    ours, theirs = [1.0] * 98 + [50.0] * 2, [1.0] * 100
    assert of_times("1", ours, theirs, 0.5).ratio == 1.0
    assert of_times("1", ours, theirs, 0.99).ratio > 10


def test_both_sides_get_every_round() -> None:
    calls: list[str] = []

    def side(name: str) -> float:
        calls.append(name)
        return float(len(calls))

    ours, theirs = in_turns(6, lambda: side("ours"), lambda: side("theirs"))
    assert len(ours) == len(theirs) == 6
    assert all(set(calls[n : n + 2]) == {"ours", "theirs"} for n in range(0, 12, 2))
    assert len({tuple(calls[n : n + 2]) for n in range(0, 12, 2)}) == 2, "the order must change"


def test_the_report_names_the_machine_and_runs_nothing() -> None:
    run = Run(0.0, {"processor": "<b>fast</b>"}, quick=False, rows=[_row(0.1, 0.7, 0.9)])
    html = page(run)
    assert "&lt;b&gt;fast&lt;/b&gt;" in html
    assert html.count("<svg") == 1
    assert "this &lt;against&gt; that" in html
    assert not [word for word in ("<script", "http://", "https://", "url(") if word in html]
    assert [line[-1] for line in lines(run)] == ["not reached", "reached", "reached"]
    assert "not reached" in table(run)


@pytest.mark.parametrize("only", ["G1,G2", "G4", "G5,G6", "G12", "G16", "G17", "G8", "G10", "G11,G11B", "G18"])
def test_a_quick_run_measures_every_row_at_three_sizes(only: str, tmp_path: Path) -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST_", "HERETASK_"))}
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench", "--quick", "--only", only, "--out", str(tmp_path)],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=240,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (written,) = tmp_path.glob("*.json")
    found = json.loads(written.read_text())
    assert {row["id"].upper() for row in found["rows"]} >= set(only.split(","))
    for row in found["rows"]:
        assert len(row["figures"]) == 3
        assert all(0 <= f["low"] <= f["high"] and f["ratio"] > 0 for f in row["figures"])
    assert found["quick"]
    assert found["machine"]["postgresql"]
    assert (tmp_path / "report.html").read_text().count("<svg") == len(found["rows"])
    assert "QUICK" in done.stdout
