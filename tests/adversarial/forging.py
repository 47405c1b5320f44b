"""What an attacker can make of an extract: lines changed, tags and check sums made to fit, whole trees built and signed.

Everything an attacker may have is used, the form of an event, the proof's format and, where the kind of attack says
so, the sealer's key. What nobody has is a signature by that key under a root it never signed.
"""

from __future__ import annotations

import base64
import csv
import datetime as dt
import hashlib
import io
import json
from dataclasses import dataclass, field, replace
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from heretask.kernel.log import notes, verify
from heretask.kernel.log.covering import Base
from heretask.kernel.log.lines import HEADER, quoted
from heretask.kernel.log.merkle import Frontier
from heretask.kernel.log.proving import ProofWriter

FORMS = verify.Forms()
AT = {name: number for number, name in enumerate(verify.COLUMNS)}


@dataclass(frozen=True)
class Bundle:
    """An extract as it is handed out, and what its customer noted before."""

    csv: bytes
    proof: bytes
    noted: tuple[str, ...] = ()
    kind: str = ""

    def check(self) -> verify.Report:
        """What the verifier says of it."""
        noted = [note for text in self.noted for note in verify.notes_from(text)]
        try:
            return verify.Check(io.BytesIO(self.csv), io.BytesIO(self.proof), noted).run()
        except verify.Stop as stop:
            report = verify.Report()
            report.faults.append(stop.fault)
            return report

    @property
    def lines(self) -> list[bytes]:
        """The lines below the headings."""
        return [record for _line, record in verify.Lines(io.BytesIO(self.csv[len(HEADER) :])).take(1 << 30)]

    @property
    def head(self) -> dict[str, object]:
        """What the proof says of the whole."""
        head: dict[str, object] = json.loads(self.proof.split(b"\n", 2)[1])
        return head

    def with_lines(self, lines: list[bytes]) -> Bundle:
        """Other lines; the proof as it was."""
        return replace(self, csv=HEADER + b"".join(lines))

    def with_head(self, **changes: object) -> Bundle:
        """Something else said of the whole."""
        first, _, rest = self.proof.split(b"\n", 2)
        return replace(self, proof=b"\n".join([first, json.dumps({**self.head, **changes}).encode(), rest]))


def cells_of(line: bytes) -> list[bytes]:
    """The cells of a line, as text without quotation marks."""
    return [cell.encode() for cell in next(csv.reader(io.StringIO(line.decode(), newline=""), delimiter=";"))]


def line_of(cells: list[bytes]) -> bytes:
    """A line of cells that are in their neutralised form already."""
    plain = [cell.decode() for cell in cells]
    packed = ['"' + cell.replace('"', '""') + '"' if any(c in cell for c in ';"\r\n') else cell for cell in plain]
    return ";".join(packed).encode() + b"\r\n"


def changed(line: bytes, **cells: bytes | str) -> bytes:
    """A line with other cells; nothing else is made to fit."""
    made = cells_of(line)
    for name, value in cells.items():
        made[AT[name]] = value if isinstance(value, bytes) else value.encode()
    return line_of(made)


def fitted(line: bytes) -> bytes:
    """A line whose leaf is computed anew from its cells."""
    cells = cells_of(line)
    if cells[AT["commitment"]] != verify.OLDER:
        cells[AT["leaf"]] = FORMS.leaf(cells).hex().encode()
    return line_of(cells)


def moved(line: bytes, microseconds: int, *, with_id: bool) -> bytes:
    """A line at another time, in every cell that tells it."""
    cells = cells_of(line)
    at = int(cells[AT["at"]]) + microseconds
    cells[AT["at"]] = str(at).encode()
    begins = FORMS.begins(cells).decode().split(";")
    id_ = UUID(cells[AT["id"]].decode())
    if with_id:
        id_ = UUID(int=(at // 1000) << 80 | id_.int & ((1 << 80) - 1))
    return changed(line, time_utc=begins[0], time_copenhagen=begins[1], at=str(at), id=str(id_))


def tags_of(lines: list[bytes]) -> list[bytes]:
    """What the proof says of these lines."""
    found = []
    for line in lines:
        cells = cells_of(line)
        found.append(verify.tag_of(FORMS.leaf(cells), line, cells[AT["salt"]]))
    return found


def refitted(bundle: Bundle) -> Bundle:
    """The proof's tags, counts and check sum made to fit the lines, wherever its gaps and checkpoint allow."""
    out, lines, gaps = [], bundle.lines, {"g": 0, "x": 0, "l": 0}
    first, head, *body = bundle.proof.splitlines()
    for part in body[:-1]:
        kind, begin, count, data = part.decode().split(" ")
        if kind in gaps:
            gaps[kind] += int(count)
        else:
            mine, lines = lines[: int(count)], lines[int(count) :]
            data = base64.b64encode(b"".join(tags_of(mine))).decode()
        out.append(f"{kind} {begin} {count} {data}".encode())
    end = {**json.loads(body[-1][4:]), "csv_sha256": hashlib.sha256(bundle.csv).hexdigest()}
    return replace(bundle, proof=b"\n".join([first, head, *out, f"end {json.dumps(end)}".encode(), b""]))


@dataclass
class Tree:
    """A log of the attacker's own: lines of a whole extract, in a tree built anew."""

    origin: str
    keys: list[Ed25519PrivateKey]
    lines: list[bytes]
    masked: bool = False
    noted: tuple[str, ...] = ()
    bridges: list[str] = field(default_factory=list)
    extra_keys: list[str] = field(default_factory=list)

    def numbered(self) -> list[bytes]:
        """The lines with their places, and leaves that fit."""
        return [fitted(changed(line, place=str(place))) for place, line in enumerate(self.lines)]

    def bundle(self, kind: str) -> Bundle:
        """Everything made to fit, and signed with these keys."""
        lines, frontier, out = self.numbered(), Frontier(), io.BytesIO()
        for line in lines:
            frontier.append(FORMS.leaf(cells_of(line)))
        note, public = self.sign(frontier)
        base = Base(frontier.size, frontier.root(), note, (*public, *self.extra_keys), tuple(self.bridges))
        writer = ProofWriter(out, base, UUID(self.origin.rpartition("/")[2]), whole=True)
        writer.begin(origin=self.origin, masked=self.masked, until="")
        table = HEADER + b"".join(lines)
        writer.placed(range(len(lines)), tags_of(lines))
        writer.end(csv_sha256=hashlib.sha256(table).hexdigest())
        return Bundle(table, out.getvalue(), self.noted, kind)

    def sign(self, frontier: Frontier) -> tuple[str, list[str]]:
        """A checkpoint of the tree as it is."""
        body = notes.body(self.origin, frontier.size, frontier.root(), dt.datetime.now(dt.UTC))
        return notes.sign(body, self.origin, self.keys)

    def note_at(self, size: int) -> str:
        """A checkpoint of the first `size` lines."""
        frontier = Frontier()
        for line in self.numbered()[:size]:
            frontier.append(FORMS.leaf(cells_of(line)))
        return self.sign(frontier)[0]


def text_cell(text: str) -> str:
    """As the exporter writes a text, without quotation marks."""
    cell = quoted(text)
    return cell[1:-1].replace('""', '"') if cell.startswith('"') else cell
