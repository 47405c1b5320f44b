"""What every spreadsheet is read into: numbered rows of cells, its limits, and the one exception."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _

Cell = str | int | float | bool | datetime | date | time | timedelta | None

MAX_BYTES = 25_000_000  # the file as it was sent
MAX_UNPACKED_BYTES = 100_000_000  # an XLSX is a zip; this is what it may unfold to
MAX_ROWS = 20_000  # rows with something in them, the headings included
MAX_COLUMNS = 200
MAX_CELL = 10_000  # characters


class Unreadable(Exception):
    """A file, or a value in it, cannot be used; `sentence` says why, in words for the person who sent it."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row with something in it; `line` is the row number that Excel shows."""

    line: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file's rows in order, blank ones left out, and remarks about the file as a whole."""

    name: str
    rows: tuple[SheetRow, ...]
    remarks: tuple[str, ...] = ()


def is_blank(cell: Cell) -> bool:
    """Tell whether a cell holds nothing that a person would see."""
    return cell is None or (isinstance(cell, str) and not cell.strip(" \t\r\n\xa0\ufeff"))


class Collector:
    """Takes rows one at a time, skips blank ones, and refuses what exceeds the limits."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.rows: list[SheetRow] = []

    def add(self, line: int, cells: list[Cell]) -> None:
        """Keep one row under its line number."""
        while cells and is_blank(cells[-1]):
            cells.pop()
        if not cells:
            return
        if len(self.rows) == MAX_ROWS:
            sentence = _("The file has more than %(limit)d rows. Split it into several files.")
            raise Unreadable(sentence % {"limit": MAX_ROWS})
        if len(cells) > MAX_COLUMNS:
            raise Unreadable(
                _("Line %(line)d has %(count)d columns; at most %(limit)d can be read.")
                % {"line": line, "count": len(cells), "limit": MAX_COLUMNS}
            )
        for number, cell in enumerate(cells, 1):
            if isinstance(cell, str) and len(cell) > MAX_CELL:
                raise Unreadable(
                    _("The cell in line %(line)d, column %(column)d is longer than %(limit)d characters.")
                    % {"line": line, "column": number, "limit": MAX_CELL}
                )
        self.rows.append(SheetRow(line, tuple(cells)))

    def sheet(self, remarks: tuple[str, ...] = ()) -> Sheet:
        """Return what was collected; a file with nothing in it is refused."""
        if not self.rows:
            raise Unreadable(_("The file is empty."))
        return Sheet(self.name, tuple(self.rows), remarks)
