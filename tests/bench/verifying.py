"""G6: `verify.py` on a whole log, against nothing but the hashes that any verifier must compute, and its memory."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from heretask.admin.logs import exporting
from heretask.config import provision
from heretask.kernel.log import verify
from tests.cast import make_cast
from tests.sealing import seal

from .crew import Crew, crew
from .exporting import ALLOWED, SIZES, Answer, fill, forget_peak, memory
from .figures import Figure, Goal, Row, in_turns, median, of_rounds


def measure(*, quick: bool) -> list[Row]:
    """Lines a second at three lengths, of one process and of the command; and by how much the verifier grows."""
    rates, commands, growth = [], [], []
    for size in (300, 600, 1_200) if quick else SIZES:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "log.csv"
            _export(path, size)
            rate, command, held = _at(path, size, 2 if quick else 5)
        rates.append(rate)
        commands.append(command)
        growth.append(held)
    return [
        Row(
            "G6",
            "verify.py in one process, lines/s, against the bare hashes",
            Goal(0.15, at_least=True),
            "events",
            rates,
        ),
        Row("G6", "the command, its start and helpers included", Goal(0.15, at_least=True), "events", commands),
        Row("G6", "verify.py, growth of memory, against 64 MiB", Goal(1.0, at_least=False), "events", growth),
    ]


def _export(path: Path, size: int) -> None:
    cast = make_cast()
    fill(cast, size)
    made = exporting.prepared(cast.solsikken, by=provision.operator_of(cast.solsikken), seal_now=seal)
    exporting.write_to(path, made)


def _at(path: Path, size: int, rounds: int) -> tuple[Figure, Figure, Figure]:
    answers: list[Answer] = []

    def rate(crew_of: Crew) -> float:
        answer: Answer = crew_of.ask("go")[0]
        if crew_of is ours:
            answers.append(answer)
        return answer[0]

    with crew(1, "tests.bench.verifying:verifier", path) as ours, crew(1, "tests.bench.verifying:hasher", path) as bare:
        our_rates, command_rates, bare_rates = in_turns(
            rounds, lambda: rate(ours), lambda: _command(path, size), lambda: rate(bare)
        )
    held = [kibibytes / 1024 / ALLOWED for _rate, kibibytes in answers]
    worst = {"MiB_at_most": round(max(held) * ALLOWED, 1), "rounds": rounds}
    label = f"{size:,}"
    grown = Figure(label, median(held), min(held), max(held), worst)
    return of_rounds(label, our_rates, bare_rates), of_rounds(label, command_rates, bare_rates), grown


def _command(path: Path, size: int) -> float:
    """As people run it."""
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-I", verify.__file__, str(path)], stdout=subprocess.DEVNULL, check=True)
    return size / (time.perf_counter() - begun)


def verifier(_number: int, path: Path) -> Callable[[str], Answer]:
    """A process that checks the extract as `verify.py` does."""
    idle = memory("VmRSS")

    def do(_command: str) -> Answer:
        forget_peak()
        begun = time.perf_counter()
        report = verify.check_file(path)
        took = time.perf_counter() - begun
        if report.status or not report.rows:
            raise RuntimeError(f"it does not hold: {report.faults}")
        return report.rows / took, memory("VmHWM") - idle

    return do


def hasher(_number: int, path: Path) -> Callable[[str], Answer]:
    """A process that has the forms of all events ready, and hashes them and the tree over them."""
    forms: list[bytes] = []
    plain = hashlib.sha256

    def watched(data: bytes = b"") -> object:
        if data[:1] == b"\0":
            forms.append(data)
        return plain(data)

    verify._sha256 = watched  # type: ignore[assignment]
    verify.check_file(path)
    verify._sha256 = plain

    def do(_command: str) -> Answer:
        edge, begun = verify.Edge(), time.perf_counter()
        edge.add(0, [plain(form).digest() for form in forms])
        edge.root()
        return len(forms) / (time.perf_counter() - begun), 0

    return do
