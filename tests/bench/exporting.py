"""G5: taking the log out with its proof, against PostgreSQL's own COPY of the same rows passed on by the driver."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import psycopg

from heretask.admin.logs import exporting
from heretask.config import provision
from heretask.kernel.identity.sessions import operator
from heretask.kernel.log import bundle, record
from heretask.kernel.log.models import Event
from heretask.kernel.log.trace import store, trace
from heretask.kernel.secrets.files import SealedFileReader, SealedFileWriter, remove
from heretask.kernel.tenancy.base import uuid7
from heretask.kernel.tenancy.models import Customer
from heretask.social.journal.events import READ, SAVED, SEARCHED
from tests import database
from tests.cast import Cast, Member, make_cast
from tests.sealing import seal

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
    rates, bundles, growth = [], [], []
    for size in (300, 600, 1_200) if quick else SIZES:
        cast = make_cast()
        fill(cast, size)
        rate, whole, held = _at(cast.solsikken, size, 2 if quick else 5)
        rates.append(rate)
        bundles.append(whole)
        growth.append(held)
    what = "log as CSV with its proof, rows/s, against a COPY relay"
    packed = "the same packed, sealed on disk and opened for a download, rows/s"
    return [
        Row("G5", what, Goal(0.8, at_least=True), "events", rates),
        Row("G5", packed, Goal(0.8, at_least=True), "events", bundles),
        Row(
            "G5",
            "an export, growth of memory beyond idle, against 64 MiB",
            Goal(1.0, at_least=False),
            "events",
            growth,
        ),
    ]


def _at(customer: Customer, size: int, rounds: int) -> tuple[Figure, Figure, Figure]:
    answers: list[Answer] = []

    def rate(crew_of: Crew, command: str = "files") -> float:
        answer: Answer = crew_of.ask(command)[0]
        if crew_of is ours:
            answers.append(answer)
        return answer[0]

    work = "tests.bench.exporting:"
    place = database.the_cluster().conninfo(database.clone_name())
    with (
        crew(1, f"{work}exporter", customer.id, size) as ours,
        crew(1, f"{work}relay", customer.id, size, place) as theirs,
    ):
        rate(ours)
        rate(theirs)  # a first round that counts for neither: caches and plans
        answers.clear()
        our_rates, bundle_rates, their_rates = in_turns(
            rounds, lambda: rate(ours), lambda: rate(ours, "bundle"), lambda: rate(theirs)
        )
    growth = [kibibytes / 1024 / ALLOWED for _rate, kibibytes in answers]
    worst = {"MiB_at_most": round(max(growth) * ALLOWED, 1), "rounds": rounds}
    held = Figure(f"{size:,}", median(growth), min(growth), max(growth), worst)
    label = f"{size:,}"
    return of_rounds(label, our_rates, their_rates), of_rounds(label, bundle_rates, their_rates), held


def exporter(_number: int, customer_id: UUID, size: int) -> Callable[[str], Answer]:
    """A process that takes the log out by the code that the operator's command and the job use."""
    customer = Customer.objects.using("owner").get(id=customer_id)
    by = provision.operator_of(customer)
    idle = memory("VmRSS")

    def do(command: str) -> Answer:
        made = exporting.prepared(customer, by=by, seal_now=seal)
        forget_peak()
        sink, begun = Nowhere(), time.perf_counter()
        if command == "bundle":
            with made.enter() as here:
                key = here.customer_key
            file = uuid7()
            with SealedFileWriter(key, customer.id, file) as out:
                bundle.write_zip(made, out, "log.csv", customer_key=key, customer_id=customer.id)
            for piece in SealedFileReader(key, customer.id, file):
                sink.write(piece)
            remove(customer.id, file)
        else:
            made.write_to(sink, Nowhere())
        took = time.perf_counter() - begun
        _expect(made.rows >= size and sink.taken > 0 and not made.without_place)
        return made.rows / took, memory("VmHWM") - idle

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


def fill(cast: Cast, size: int) -> None:
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
    seal()


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


def memory(name: str) -> int:
    """A line of this process's memory, in kibibytes."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1])
    raise RuntimeError("this system does not say how much memory a process holds")


def forget_peak() -> None:
    """From here on `VmHWM` is counted anew."""
    Path("/proc/self/clear_refs").write_text("5")
