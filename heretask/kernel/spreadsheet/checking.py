"""Checks a whole sheet against the columns a caller wants, and collects every problem in it."""

import unicodedata
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from heretask.kernel.spreadsheet.converting import text
from heretask.kernel.spreadsheet.sheet import Cell, Sheet, SheetRow, Unreadable, is_blank
from heretask.kernel.spreadsheet.writing import restore

_HEADINGS_WITHIN = 10  # a title or two may stand above the headings
_SHOWN = 60  # characters of a bad value that are shown again
# What Excel shows where a formula failed, in English and in Danish.
_FAILED_FORMULAS = frozenset(
    {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"}
    | {"#I/T", "#REFERENCE!", "#VÆRDI!", "#DIVISION/0!", "#NAVN?", "#NUL!", "#OVERLØB!"}
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column the caller wants: its key, the headings it may have, and how its cells are read."""

    key: str
    headings: tuple[str, ...]
    required: bool = False
    convert: Callable[[Cell], Any] = text


@dataclass(frozen=True, slots=True)
class Row:
    """A row without problems; a column left blank or missing has the value None."""

    line: int
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to correct; a warning does not stop the file from being used."""

    line: int
    column_heading: str
    value_shown: str
    reason: str
    warning: bool = False


@dataclass(frozen=True, slots=True)
class Checked:
    """The rows that can be used, and everything that was found."""

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        """Tell whether nothing but warnings was found."""
        return all(problem.warning for problem in self.problems)


@dataclass(frozen=True, slots=True)
class _Place:
    column: Column
    index: int
    heading: str


def check(
    sheet: Sheet, columns: Sequence[Column], unique: Callable[[dict[str, Any]], Hashable | None] | None = None
) -> Checked:
    """Read every row; `unique` gives the key that no two rows may share, or None where a row has none."""
    position = _heading_position(sheet, columns)
    places, problems = _places(sheet.rows[position], columns)
    problems = [Problem(0, "", "", remark, warning=True) for remark in sheet.remarks] + problems
    rows: list[Row] = []
    seen: dict[Hashable, int] = {}
    below = sheet.rows[position + 1 :]
    if not below:
        problems.append(Problem(0, "", "", _("There are no rows under the headings.")))
    for source in below:
        values, found = _read_row(source, places, columns)
        key = unique(values) if unique and not found else None
        if key is not None and key in seen:
            found = [Problem(source.line, "", "", _("The same as line %(line)d.") % {"line": seen[key]})]
        elif key is not None:
            seen[key] = source.line
        problems += found
        if not found:
            rows.append(Row(source.line, values))
    return Checked(tuple(rows), tuple(problems))


def _heading_position(sheet: Sheet, columns: Sequence[Column]) -> int:
    known = {_fold(heading) for column in columns for heading in column.headings}
    hits = [sum(_heading(cell) in known for cell in row.cells) for row in sheet.rows[:_HEADINGS_WITHIN]]
    return hits.index(max(hits))


def _places(row: SheetRow, columns: Sequence[Column]) -> tuple[list[_Place], list[Problem]]:
    by_heading = {_fold(heading): column for column in columns for heading in column.headings}
    places: dict[str, _Place] = {}
    problems = []
    for index, cell in enumerate(row.cells):
        if is_blank(cell):
            continue
        shown = show(cell)
        column = by_heading.get(_heading(cell))
        if column is None:
            reason = _("This column is not known here, and is left out.")
            problems.append(Problem(row.line, shown, "", reason, warning=True))
        elif column.key in places:
            reason = _("The column stands twice: also as '%(other)s'.") % {"other": places[column.key].heading}
            problems.append(Problem(row.line, shown, "", reason))
        else:
            places[column.key] = _Place(column, index, shown)
    for column in columns:
        if column.required and column.key not in places:
            reason = _("The column '%(heading)s' is missing.") % {"heading": column.headings[0]}
            problems.append(Problem(row.line, column.headings[0], "", reason))
    return list(places.values()), problems


def _read_row(row: SheetRow, places: list[_Place], columns: Sequence[Column]) -> tuple[dict[str, Any], list[Problem]]:
    values: dict[str, Any] = dict.fromkeys(column.key for column in columns)
    problems = []
    for place in places:
        cell = row.cells[place.index] if place.index < len(row.cells) else None
        try:
            values[place.column.key] = _value(cell, place.column)
        except Unreadable as refusal:
            problems.append(Problem(row.line, place.heading, show(cell), refusal.sentence))
    return values, problems


def _value(cell: Cell, column: Column) -> Any:
    if is_blank(cell):
        if column.required:
            raise Unreadable(_("This cell must be filled in."))
        return None
    if isinstance(cell, str):
        if cell.strip().upper() in _FAILED_FORMULAS:
            raise Unreadable(_("A formula failed here. Write the value itself."))
        cell = restore(cell)
    return column.convert(cell)


def show(cell: Cell) -> str:
    """Give a value back in a form that is short and safe to show."""
    if cell is None:
        return ""
    plain = " ".join(str(cell).split())
    plain = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in plain)
    return plain if len(plain) <= _SHOWN else plain[: _SHOWN - 1] + "…"


def _heading(cell: Cell) -> str:
    return _fold(str(cell)) if cell is not None else ""


def _fold(heading: str) -> str:
    return " ".join(unicodedata.normalize("NFC", heading).casefold().strip("\ufeff*: \t\r\n\xa0").split())
