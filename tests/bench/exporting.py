"""G5: taking the log out as CSV, against PostgreSQL's own COPY of the same rows passed on by the driver."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import psycopg

from heretask.admin.logs import exporting
from heretask.config import provision
from heretask.kernel.identity.sessions import operator
from heretask.kernel.log import record
from heretask.kernel.log.models import Event
from heretask.kernel.log.trace import store, trace
from heretask.kernel.tenancy.models import Customer
from heretask.social.journal.events import READ, SAVED, SEARCHED
from tests import database
from tests.cast import Cast, Member, make_cast

from .crew import Crew, crew
from .figures import Figure, Goal, Row, in_turns, median, of_rounds

SIZES = (5_000, 20_000, 60_000)
BATCH = 2_000
ALLOWED = 64  # MiB
Answer = tuple[float, int]  # rows a second, and by how many kibibytes the process has grown beyond its idle size


class Nowhere:
    """A sink that counts: where a file goes is the same for both sides, and neither's doing."""

    def __init__(self) -> None:
        self.taken = 0

    def write(self, plain: bytes, /) -> int:
        """Take the next piece."""
        self.taken += len(plain)
        return len(plain)


def measure(*, quick: bool) -> list[Row]:
    """Rows a second of both ways out of logs of three lengths, and by how much ours grows beyond an idle process."""
    rates, memory = [], []
    for size in (300, 600, 1_200) if quick else SIZES:
        cast = make_cast()
        _fill(cast, size)
        rate, held = _at(cast.solsikken, size, 2 if quick else 3)
        rates.append(rate)
        memory.append(held)
    what = "log as CSV, rows/s, against a COPY relay"
    return [
        Row("G5", what, Goal(0.8, at_least=True), "events", rates),
        Row(
            "G5",
            "log as CSV, growth of memory beyond idle, against 64 MiB",
            Goal(1.0, at_least=False),
            "events",
            memory,
        ),
    ]


def _at(customer: Customer, size: int, rounds: int) -> tuple[Figure, Figure]:
    answers: list[Answer] = []

    def rate(crew_of: Crew) -> float:
        answer: Answer = crew_of.ask("go")[0]
        if crew_of is ours:
            answers.append(answer)
        return answer[0]

    work = "tests.bench.exporting:"
    place = database.the_cluster().conninfo(database.clone_name())
    with (
        crew(1, f"{work}exporter", customer.id, size) as ours,
        crew(1, f"{work}relay", customer.id, size, place) as theirs,
    ):
        our_rates, their_rates = in_turns(rounds, lambda: rate(ours), lambda: rate(theirs))
    growth = [kibibytes / 1024 / ALLOWED for _rate, kibibytes in answers]
    worst = {"MiB_at_most": round(max(growth) * ALLOWED, 1), "rounds": rounds}
    held = Figure(f"{size:,}", median(growth), min(growth), max(growth), worst)
    return of_rounds(f"{size:,}", our_rates, their_rates), held


def exporter(_number: int, customer_id: UUID, size: int) -> Callable[[str], Answer]:
    """A process that takes the log out by the code that the operator's command and the job use."""
    customer = Customer.objects.using("owner").get(id=customer_id)
    by = provision.operator_of(customer)
    idle = _memory("VmRSS")

    def do(_command: str) -> Answer:
        _forget_peak()
        sink, begun = Nowhere(), time.perf_counter()
        made = exporting.export_to(sink, customer, by=by)
        took = time.perf_counter() - begun
        _expect(made.rows >= size and sink.taken > 0)
        return made.rows / took, _memory("VmHWM") - idle

    return do


def relay(_number: int, customer_id: UUID, size: int, place: str) -> Callable[[str], Answer]:
    """A process that passes on what COPY says, of the same rows in the same order."""
    columns = ", ".join(f'"{field.column}"' for field in Event._meta.concrete_fields)
    rows = f"select {columns} from kernel_event where customer_id = '{customer_id}' order by at, id"
    copy = f"copy ({rows}) to stdout (format csv, header)".encode()

    def do(_command: str) -> Answer:
        sink = Nowhere()
        with psycopg.connect(place) as admin, admin.cursor() as cursor:
            begun = time.perf_counter()
            with cursor.copy(copy) as out:
                for piece in out:
                    sink.write(bytes(piece))
            took, count = time.perf_counter() - begun, cursor.rowcount
        _expect(count >= size)
        return count / took, 0

    return do


def _fill(cast: Cast, size: int) -> None:
    """A log such as a house leaves behind: mostly journals read, some notes, some searches."""
    with operator(cast.solsikken, "bench"):
        people, here = [cast.anna, cast.bo, cast.clara], trace()
        start = time.time_ns() // 1000 - 20 * 86_400 * 1_000_000
        step = 19 * 86_400 * 1_000_000 // size
        subject = cast.nord.id
        for number in range(size):
            here.actor = people[number % 3].user.id
            _one(number, subject, people[number % 3], start + number * step)
            if number % BATCH == BATCH - 1:
                store(here)


def _one(number: int, subject: UUID, member: Member, at: int) -> None:
    shown = (subject,) * (number % 26)
    if number % 10 == 0:
        variables = {"q": "sov uroligt", "kind": "", "period": "14", "first": 0}
        record(
            SEARCHED,
            citizen=subject,
            on=("citizen", subject),
            hits=number % 26,
            variables=variables,
            shown=shown,
            at=at,
        )
    elif number % 10 < 3:
        record(SAVED, citizen=subject, on=("note", member.user.id), changed=["text", "kind", "happened_at"], at=at)
    else:
        record(READ, citizen=subject, on=("citizen", subject), hits=25, shown=shown, at=at)


def _expect(true: bool) -> None:
    if not true:
        raise RuntimeError("not everything was taken out")


def _memory(name: str) -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1])
    raise RuntimeError("this system does not say how much memory a process holds")


def _forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")
