"""The log as a file: one line an event in the order of the tree, with a proof beside it, in constant memory.

A file holds what the proof of each event covers, in its raw form; the search variables only where they are asked for
(`masked`), since a commitment can stand for them. No citizen's name is opened for it: sentences name citizens by their
id. Cells that a spreadsheet could run are marked with an apostrophe, which the verifier takes off again.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from django.db import connections

from .covering import Base, base_for
from .lines import HEADER, Lines
from .notes import origin_of
from .proving import ProofWriter, Sink
from .queries import Filters, Meaning, moment
from .rows import Load, Part, Reading
from .sentences import Teller
from .trace import Trace

PART = 2_000
Enter = Callable[[], AbstractContextManager[Trace]]


@dataclass(slots=True)
class Export:
    """One export: what is taken, and how far it is. Everything up to `until` (microseconds) is in it.

    `enter` opens one short transaction for a part; `told` is called inside it with the number of rows written so far.
    `since` are sizes of earlier checkpoints that it must be comparable with.
    """

    filters: Filters
    until: int
    enter: Enter
    places: Mapping[str, str] = field(default_factory=dict)
    meaning: Meaning | None = None
    masked: bool = True
    since: Sequence[int] = ()
    told: Callable[[int], None] | None = None
    part: int = PART
    ahead: bool = True  # load the next part in a thread of its own, in transactions of its own
    rows: int = 0
    without_place: int = 0
    sha256: str = ""  # of the CSV
    base: Base = field(default_factory=Base)

    def write_to(self, table: Sink, proof: Sink) -> None:
        """Write CSV and proof; afterwards `rows` and `sha256` say what they are."""
        digest, held = hashlib.sha256(HEADER), io.BytesIO()
        with self.enter() as here:
            self.base = base_for(self.since)
            reading = Reading(self.filters, self.meaning, self.base, until=self.until, part=self.part)
            lines = Lines(here.customer_id, Teller(self.places), masked=self.masked, meaning=self.meaning)
            writer = ProofWriter(held, self.base, here.customer_id, whole=reading.whole)
            writer.begin(origin=origin_of(here.customer_id), masked=self.masked, until=moment(self.until).isoformat())
        table.write(HEADER)
        for part, has_place in self._loaded(reading):
            with self.enter() as here:
                data = self._part(part, lines, writer, here, has_place=has_place)
            digest.update(data)
            table.write(data)
            _drain(held, proof)
        self.sha256 = digest.hexdigest()
        with self.enter():
            writer.end(csv_sha256=self.sha256)
        self.without_place = writer.without_place
        _drain(held, proof)

    def _loaded(self, reading: Reading) -> Iterator[tuple[Part, bool]]:
        """The parts in order; the next one is loaded while this one is written."""
        if not self.ahead:
            for load, has_place in _parts(reading):
                yield self._load(load), has_place
            return
        with ThreadPoolExecutor(1) as pool:
            try:
                waiting: tuple[Future[Part], bool] | None = None
                for load, has_place in _parts(reading):
                    before, waiting = waiting, (pool.submit(self._load, load), has_place)
                    if before:
                        yield before[0].result(), before[1]
                if waiting:
                    yield waiting[0].result(), waiting[1]
            finally:
                pool.submit(connections.close_all)

    def _load(self, load: Load) -> Part:
        with self.enter():
            return load()

    def _part(self, part: Part, lines: Lines, writer: ProofWriter, here: Trace, *, has_place: bool) -> bytes:
        lines.learn(part.rows)
        made, tags, places = lines.made(part.rows, here)
        writer.forgotten(part.forgotten)
        if has_place:
            writer.placed(places, tags)
        else:
            writer.unplaced(tags)
        self.rows += len(made)
        if self.told:
            self.told(self.rows)
        return b"".join(made)


def _parts(reading: Reading) -> Iterator[tuple[Load, bool]]:
    yield from ((load, True) for load in reading.placed())
    yield from ((load, False) for load in reading.unplaced())


def _drain(held: io.BytesIO, out: Sink) -> None:
    out.write(held.getvalue())
    held.seek(0)
    held.truncate()
