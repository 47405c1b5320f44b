"""Writes CSV and XLSX that open in Danish Excel, in constant memory, and in which no cell is a formula."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from typing import BinaryIO
from zoneinfo import ZoneInfo

import openpyxl
from django.utils.translation import gettext as _

from heretask.kernel.spreadsheet.sheet import Unreadable

_COPENHAGEN = ZoneInfo("Europe/Copenhagen")
_FLUSH_AT = 65_536  # characters gathered before they are handed on
_MAX_XLSX_CELL = 32_767  # Excel's own limit
_MAX_XLSX_ROWS = 1_048_576
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

# What a spreadsheet may take for a formula: the signs, also full-width, also behind blanks that some programs trim
# away, and a leading tab, carriage return or line feed. Apostrophes already in front count too: that makes adding one
# reversible.
_RISKY = r"[\s\u200b\u2060\ufeff]*[\t\r\n=+\-@\uff1d\uff0b\uff0d\uff20]"
_NEEDS_MARK = re.compile(rf"'*{_RISKY}")
_HAS_MARK = re.compile(rf"'+{_RISKY}")


def neutralise(cell: str) -> str:
    """Put an apostrophe before a text that a spreadsheet could run as a formula; `restore` takes it away again."""
    return "'" + cell if _NEEDS_MARK.match(cell) else cell


def restore(cell: str) -> str:
    """Take away the apostrophe that `neutralise` put there; every other text comes back as it is."""
    return cell[1:] if _HAS_MARK.match(cell) else cell


def csv_chunks(rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """Yield a CSV file piece by piece: semicolons, UTF-8 with a byte order mark, never the whole in memory."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    buffer.write("\ufeff")
    for row in rows:
        writer.writerow([_csv_cell(cell) for cell in row])
        if buffer.tell() > _FLUSH_AT:
            yield _emptied(buffer)
    yield _emptied(buffer)


def write_csv(rows: Iterable[Sequence[object]], out: BinaryIO) -> None:
    """Write rows as CSV to a binary file."""
    out.writelines(csv_chunks(rows))


def write_xlsx(rows: Iterable[Sequence[object]], out: BinaryIO, title: str = "HereTask") -> None:
    """Write rows as a workbook of one sheet to a binary file."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\\/*?:\[\]]", " ", title)[:31] or "HereTask")
    for line, row in enumerate(rows, 1):
        if line > _MAX_XLSX_ROWS:
            raise Unreadable(_("There are more rows than Excel can hold. Choose CSV instead."))
        sheet.append([_xlsx_cell(cell) for cell in row])
    book.save(out)


def _emptied(buffer: io.StringIO) -> bytes:
    piece = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return piece.encode("utf-8", errors="replace")


def _csv_cell(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return _("yes") if cell else _("no")
    if isinstance(cell, int):
        return str(cell)  # a negative number is a number; only text can be a formula
    if isinstance(cell, float):
        return str(cell).replace(".", ",")
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return neutralise(str(cell))


def _xlsx_cell(cell: object) -> object:
    if isinstance(cell, datetime):  # Excel knows no zones
        return cell.astimezone(_COPENHAGEN).replace(tzinfo=None) if cell.tzinfo else cell
    if cell is None or isinstance(cell, bool | int | float | date | time):
        return cell
    plain = _NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", neutralise(str(cell)))
    if len(plain) > _MAX_XLSX_CELL:
        raise Unreadable(_("A text is longer than Excel can hold in a cell. Choose CSV instead."))
    return plain
