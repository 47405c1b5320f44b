"""Reads XLSX files, after making sure that unpacking them does no harm."""

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import closing
from typing import Any
from xml.parsers import expat

import openpyxl
from django.utils.translation import gettext as _

from heretask.kernel.spreadsheet.sheet import MAX_UNPACKED_BYTES, Cell, Collector, Sheet, Unreadable, is_blank

_MAX_RATIO = 200  # an honest sheet packs to a twentieth or a fiftieth; a bomb to a thousandth
_RATIO_MATTERS_FROM = 5_000_000
_MAX_PARTS = 2_000
_LAST_LINE = 1_048_576  # Excel's own limit
_MAX_SLOTS = 20_000_000  # cells incl. empty ones: a sheet coloured out to its far corner would cost minutes
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_MACRO = re.compile(rb"macroEnabled|vnd\.ms-office\.vbaProject", re.IGNORECASE)


def read_workbook(data: bytes, name: str) -> Sheet:
    """Read the first visible sheet that has content; other sheets with content are remarked upon."""
    formulas = _check_archive(data, name)
    try:
        return _read(data, name, formulas)
    except Unreadable:
        raise
    except Exception as error:  # a hostile file may break the parser anywhere
        raise _damaged() from error


def _read(data: bytes, name: str, formulas: bool) -> Sheet:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module="openpyxl")  # it warns of features that a reader need not know
        with closing(openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)) as values:
            visible = [sheet for sheet in values.worksheets if sheet.sheet_state == "visible"]
            filled = [sheet for sheet in visible if _has_content(sheet)]
            if not filled:
                raise Unreadable(_("The workbook has no visible sheet with anything in it."))
            collector = Collector(name)
            if formulas:
                with closing(openpyxl.load_workbook(io.BytesIO(data), read_only=True)) as plain:
                    _collect(collector, filled[0], plain[filled[0].title])
            else:
                _collect(collector, filled[0], None)
            return collector.sheet(_remarks([sheet.title for sheet in filled]))


def _remarks(titles: list[str]) -> tuple[str, ...]:
    if len(titles) == 1:
        return ()
    return (
        _("The workbook has several sheets. Only '%(read)s' was read, not: %(others)s.")
        % {"read": titles[0], "others": ", ".join(titles[1:])},
    )


def _has_content(sheet: Any) -> bool:
    return any(not is_blank(cell.value) for row in _rows(sheet) for cell in row)


def _collect(collector: Collector, sheet: Any, with_formulas: Any) -> None:
    twins = _rows(with_formulas) if with_formulas is not None else None
    for line, row in enumerate(_rows(sheet), 1):
        if twins is not None:
            _refuse_unstored_formulas(line, row, next(twins))
        collector.add(line, [_plain(cell.value) for cell in row])


def _rows(sheet: Any) -> Iterator[tuple[Any, ...]]:
    sheet.reset_dimensions()  # the size a file claims may be false
    slots = 0
    for line, row in enumerate(sheet.iter_rows(max_row=_LAST_LINE), 1):
        slots += len(row)
        if slots > _MAX_SLOTS or line > _LAST_LINE:
            raise Unreadable(
                _("The sheet is formatted far outside its content. Copy the filled cells to a new sheet and send that.")
            )
        yield row


def _refuse_unstored_formulas(line: int, values: tuple[Any, ...], formulas: tuple[Any, ...]) -> None:
    for column, (value, formula) in enumerate(zip(values, formulas, strict=False), 1):
        if formula.data_type == "f" and value.value is None:
            raise Unreadable(
                _(
                    "The cell in line %(line)d, column %(column)d is a formula without a stored result. "
                    "Open the file in Excel, save it, and try again, or paste the cells as values."
                )
                % {"line": line, "column": column}
            )


def _plain(value: Any) -> Cell:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)  # Excel has only one kind of number
    return value if value is None or isinstance(value, Cell) else str(value)


def _check_archive(data: bytes, name: str) -> bool:
    """Refuse what is no plain XLSX; tell whether any sheet has formulas."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            _check_sizes(parts)
            names = {part.filename for part in parts}
            _check_kind(archive, names, name)
            formulas = False
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    _check_no_doctype(archive, part)
                if part.filename.startswith("xl/worksheets/") and not formulas:
                    formulas = _mentions_formula(archive, part)
            return formulas
    except Unreadable:
        raise
    except Exception as error:  # as above: broken archives fail in many ways
        raise _damaged() from error


def _check_sizes(parts: list[zipfile.ZipInfo]) -> None:
    # Python reads no more of a part than the size stated here, so a false statement only yields a damaged file.
    if any(part.flag_bits & 0x1 for part in parts):
        raise Unreadable(_("The workbook is locked with a password. Save a copy without a password and send that."))
    unpacked = sum(part.file_size for part in parts)
    packed = max(1, sum(part.compress_size for part in parts))
    too_dense = unpacked > _RATIO_MATTERS_FROM and unpacked / packed > _MAX_RATIO
    if len(parts) > _MAX_PARTS or unpacked > MAX_UNPACKED_BYTES or too_dense:
        raise Unreadable(_("The workbook unpacks to far more than a spreadsheet should, and was not opened."))


def _check_kind(archive: zipfile.ZipFile, names: set[str], name: str) -> None:
    macros = any(part.lower().endswith(("vbaproject.bin", "vbadata.xml")) for part in names)
    types = archive.read("[Content_Types].xml") if "[Content_Types].xml" in names else b""
    if macros or _MACRO.search(types) or name.lower().endswith((".xlsm", ".xltm", ".xlam", ".xlsb")):
        raise Unreadable(_("The workbook contains macros. Save it as an ordinary .xlsx without macros and try again."))
    if "mimetype" in names:
        raise Unreadable(_("The file is an OpenDocument sheet. Save it as .xlsx or CSV and try again."))
    if not types or not any(part.startswith("xl/") for part in names):
        raise Unreadable(_("The file is a zip archive, not a spreadsheet. Use an .xlsx or a CSV file."))


def _check_no_doctype(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Refuse entity tricks: no honest workbook has a document type, and it can only stand before the first element."""
    state = {"doctype": False, "started": False}
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = lambda *_parts: state.update(doctype=True)
    parser.StartElementHandler = lambda *_parts: state.update(started=True)
    with archive.open(part) as stream:
        while not any(state.values()) and (chunk := stream.read(4096)):
            parser.Parse(chunk, False)
    if state["doctype"]:
        raise _damaged()


def _mentions_formula(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    tail = b""
    with archive.open(part) as stream:
        while chunk := stream.read(1_000_000):
            if _FORMULA.search(tail + chunk):
                return True
            tail = chunk[-40:]
    return False


def _damaged() -> Unreadable:
    return Unreadable(_("The workbook is damaged and cannot be read. Open it in Excel and save it again."))
