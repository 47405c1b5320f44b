"""Customers' spreadsheets: what is read, what is refused and in which words, and what leaves us.

CPR numbers here belong to nobody: 251248-9996 is the public test person of the Danish health systems, and 010101-0000
and its like fail modulus 11 with birth years in which only numbers that pass it were ever issued.
"""

import csv
import io
import os
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import openpyxl
import pytest
from django.conf import settings
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

if not settings.configured and "DJANGO_SETTINGS_MODULE" not in os.environ:
    settings.configure(USE_I18N=False)

from heretask.kernel.spreadsheet import (
    Checked,
    Column,
    Unreadable,
    check,
    cpr,
    csv_chunks,
    danish_date,
    neutralise,
    one_of,
    read_rows,
    restore,
    text,
    user_name,
    write_csv,
    write_xlsx,
)

TEST_PERSON = "251248-9996"
COLUMNS = (
    Column("name", ("Navn", "Name"), required=True),
    Column("cpr", ("CPR", "CPR-nummer", "Personnummer"), required=True, convert=cpr),
    Column("moved_in", ("Indflyttet", "Moved in"), convert=danish_date),
)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def workbook(*rows: list[Any], title: str = "Ark1") -> bytes:
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repacked(data: bytes, changes: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, changes.pop(part, b"") or old.read(part))
        for part, content in changes.items():
            new.writestr(part, content)
    return out.getvalue()


def sentence(data: bytes, name: str = "borgere.csv") -> str:
    with pytest.raises(Unreadable) as refusal:
        read_rows(data, name)
    assert refusal.value.sentence.endswith(".")
    return refusal.value.sentence


def reasons(checked: Checked, *, warnings: bool = False) -> list[tuple[int, str]]:
    return [(found.line, found.reason) for found in checked.problems if found.warning is warnings]


# Reading CSV


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("newline", ["\r\n", "\n", "\r"])
def test_reads_any_usual_csv(delimiter: str, encoding: str, newline: str) -> None:
    lines = [delimiter.join(cells) for cells in (["Navn", "By"], ["Åse Ærø", "Ølgod"], ["Søren", "Nørre Å"])]
    sheet = read_rows(newline.join(lines).encode(encoding), "a.csv")
    assert [row.cells for row in sheet.rows] == [("Navn", "By"), ("Åse Ærø", "Ølgod"), ("Søren", "Nørre Å")]


@pytest.mark.parametrize(
    ("content", "second_row"),
    [
        ("Navn;Vægt;Note\nAnna;62,5;a, b, c\nBo;81,0;d, e\n", ("Anna", "62,5", "a, b, c")),
        ("Borgere i Nord\nNavn;Vægt\nAnna;62,5\nBo;71,5\n", ("Navn", "Vægt")),
        ("sep=|\nNavn|By\nAnna|A;B\n", ("Anna", "A;B")),
        ("Navn\nAnna\nBo\n", ("Anna",)),
        ("Bemærkning\nHej, du\nFarvel\nTak\n", ("Hej, du",)),
        ("Navn\tNote\nAnna\tja; nej; måske\n", ("Anna", "ja; nej; måske")),
        ('Navn;Note\n"Villa" Sol;x\n', ("Villa Sol", "x")),
    ],
)
def test_finds_the_delimiter(content: str, second_row: tuple[str, ...]) -> None:
    assert read_rows(content.encode(), "a.csv").rows[1].cells == second_row


def test_line_numbers_are_those_of_excel() -> None:
    content = 'Navn;Note\r\n\r\nAnna;"to\r\nlinjer"\r\n;;;\r\n   \r\nBo;en\r\n'
    assert [(row.line, row.cells) for row in read_rows(content.encode(), "a.csv").rows] == [
        (1, ("Navn", "Note")),
        (3, ("Anna", "to\r\nlinjer")),
        (6, ("Bo", "en")),
    ]
    assert [row.line for row in read_rows(b"sep=;\r\nNavn;By\r\nAnna;Ribe\r\n", "a.csv").rows] == [1, 2]


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"\r\n \r\n;;\r\n", "empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not a spreadsheet"),
        (b"%PDF-1.7 ...", "not a spreadsheet"),
        (b"Navn;By\nAn\x00na;Ribe\n", "not a spreadsheet"),
        (b"<html><table>", "web page"),
        (b"\xef\xbb\xbfNavn;By\nS\xf8ren;Ribe\n", "broken"),
        (b"Navn;By\n\x81\x8d;Ribe\n", "broken"),
        ("Navn;By\nSøren;Ærø\n".encode().decode("cp1252").encode(), "damaged"),
        (b"Navn;By\n" + b"x" * 1_000_000 + b";Ribe\n", "longer"),
        (b"Navn;By\n" + b"x" * 10_001 + b";Ribe\n", "longer"),
        (b'Navn;By\nAnna;"Ribe\nBo;Ribe\n', "opened in line 2 and never closed"),
        (b"x\n" * 20_001, "20000 rows"),
        (b";".join([b"x"] * 201), "201 columns"),
        (b"x" * 25_000_001, "25 MB"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "old Excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
        (b"PK\x03\x04 rubbish", "damaged"),
    ],
)
def test_refuses_nasty_files_with_a_sentence(data: bytes, word: str) -> None:
    assert word in sentence(data)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        sheet = read_rows(data, "x")
    except Unreadable:
        return
    assert sheet.rows
    assert all(one.line < other.line for one, other in pairwise(sheet.rows))


# Reading XLSX


def test_reads_a_workbook_with_its_types_and_lines() -> None:
    sheet = read_rows(
        workbook(["Navn", "CPR", "Indflyttet"], [], ["Åse", 101010000, datetime(2024, 3, 1)], [None, None, " "]),  # noqa: DTZ001
        "b.xlsx",
    )
    assert [row.line for row in sheet.rows] == [1, 3]
    checked = check(sheet, COLUMNS)
    assert checked.ok
    assert checked.rows[0].values == {"name": "Åse", "cpr": "0101010000", "moved_in": date(2024, 3, 1)}


def test_other_sheets_are_remarked_upon_and_hidden_ones_left_out() -> None:
    book = openpyxl.Workbook()
    book.active.title = "Tom"
    book.create_sheet("Skjult").append(["hemmeligt"])
    book["Skjult"].sheet_state = "hidden"
    book.create_sheet("Borgere").append(["Navn"])
    book.create_sheet("Ansatte").append(["Navn"])
    sheet = read_rows(saved(book), "b.xlsx")
    assert sheet.rows[0].cells == ("Navn",)
    assert "'Borgere'" in sheet.remarks[0]
    assert "Ansatte" in sheet.remarks[0]
    assert "Skjult" not in sheet.remarks[0]


def test_a_formula_needs_its_stored_result() -> None:
    data = workbook(["Navn", "Alder"], ["Anna", "=1+1"])
    assert "line 2, column 2 is a formula" in sentence(data, "b.xlsx")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        part = archive.read("xl/worksheets/sheet1.xml")
    stored = repacked(data, {"xl/worksheets/sheet1.xml": part.replace(b"</f><v", b"</f><v>2</v><v")})
    assert read_rows(stored, "b.xlsx").rows[1].cells == ("Anna", 2)


def test_failed_formulas_are_problems_of_their_cell() -> None:
    sheet = read_rows(b"Navn;CPR\n#I/T;0101010000\n", "a.csv")
    assert reasons(check(sheet, COLUMNS)) == [(2, "A formula failed here. Write the value itself.")]


def bomb(size: int) -> bytes:
    return repacked(workbook(["Navn"]), {"xl/media/big.bin": bytes(size)})


DOCTYPE = b'<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><sst>&b;</sst>'


@pytest.mark.parametrize(
    ("data", "name", "word"),
    [
        (bomb(6_000_000), "b.xlsx", "unpacks"),
        (bomb(101_000_000), "b.xlsx", "unpacks"),
        (repacked(workbook(["Navn"]), {"xl/vbaProject.bin": b"x"}), "b.xlsx", "macros"),
        (workbook(["Navn"]), "b.XLSM", "macros"),
        (repacked(workbook(["Navn"]), {"xl/sharedStrings.xml": DOCTYPE}), "b.xlsx", "damaged"),
        (repacked(workbook(["Navn"]), {"xl/worksheets/sheet1.xml": b"<worksheet><row>"}), "b.xlsx", "damaged"),
        (workbook([None]), "b.xlsx", "no visible sheet"),
        (workbook(["x"] * 201), "b.xlsx", "201 columns"),
        (workbook(["x" * 10_001]), "b.xlsx", "longer than"),
        (workbook(*[["x"]] * 20_001), "b.xlsx", "20000 rows"),
    ],
)
def test_refuses_nasty_workbooks(data: bytes, name: str, word: str) -> None:
    assert word in sentence(data, name)


@pytest.mark.parametrize("row", [99_999_999_999, 1_048_576])
def test_a_far_away_row_costs_nothing(row: int) -> None:
    data = workbook(["Navn"], ["Anna"])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        part = archive.read("xl/worksheets/sheet1.xml")
    far = part.replace(b'<row r="2"', b'<row r="%d"' % row).replace(b'r="A2"', b'r="A%d"' % row)
    try:
        sheet = read_rows(repacked(data, {"xl/worksheets/sheet1.xml": far}), "b.xlsx")
    except Unreadable:
        return
    assert sheet.rows[-1].line <= 1_048_576


def test_a_zip_or_an_opendocument_sheet_is_named_as_such() -> None:
    for parts, word in (({"a.txt": b"x"}, "zip archive"), ({"mimetype": b"application/vnd.oasis"}, "OpenDocument")):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for part, content in parts.items():
                archive.writestr(part, content)
        assert word in sentence(out.getvalue())


# Checking


def test_all_problems_of_a_file_are_collected() -> None:
    content = (
        "Borgere i Nord;;;;\n"
        " navn *;PERSONNUMMER;Indflyttet;Farve;NAVN\n"
        "Anna;251248-9996;01.02.2024;rød;\n"
        ";123;31-02-2000;;\n"
        "Bo;0101010000;;;\n"
        "Carl;2512489996;;;\n"
    )
    checked = check(read_rows(content.encode(), "a.csv"), COLUMNS, unique=lambda values: values["cpr"])
    assert reasons(checked) == [
        (2, "The column stands twice: also as 'navn *'."),
        (4, "This cell must be filled in."),
        (4, "A CPR number has ten digits, as in 010203-1234."),
        (4, "There is no day 31 in month 2 of 2000."),
        (6, "The same as line 3."),
    ]
    assert reasons(checked, warnings=True) == [(2, "This column is not known here, and is left out.")]
    assert [row.line for row in checked.rows] == [3, 5]
    assert checked.rows[1].values == {"name": "Bo", "cpr": "0101010000", "moved_in": None}
    assert not checked.ok


def test_missing_headings_and_missing_rows_are_told_together() -> None:
    checked = check(read_rows(b"Navn\n", "a.csv"), COLUMNS)
    assert [reason for _line, reason in reasons(checked)] == [
        "The column 'CPR' is missing.",
        "There are no rows under the headings.",
    ]


def test_a_shown_value_is_short_and_printable() -> None:
    content = "Navn;CPR\nAnna;" + "9" * 500 + "\nB\x07o;0101010000\n"
    long, odd = check(read_rows(content.encode(), "a.csv"), COLUMNS).problems
    assert len(long.value_shown) == 60
    assert odd.value_shown == "B\ufffdo"


# Converters


@pytest.mark.parametrize(
    "value",
    ["31-12-1999", "31.12.1999", "31/12 1999", "31/12-1999", " 31-12-1999 ", "1999-12-31", "1999-12-31 00:00:00",
     "31. december 1999", "31 dec. 1999", "den 31. december 1999", date(1999, 12, 31),
     datetime(1999, 12, 31, tzinfo=UTC)],
)  # fmt: skip
def test_dates_as_danes_write_them(value: Any) -> None:
    assert danish_date(value) == date(1999, 12, 31)


@pytest.mark.parametrize(
    ("value", "word"),
    [
        ("31-02-2000", "no day 31"),
        ("12/31/1999", "no month 31"),
        ("31-12-99", "four digits"),
        ("i går", "not a date"),
        ("31. ventôse 1999", "not a date"),
        ("31. foo 1999", "not a date"),
        (36525, "a number"),
        (True, "a number"),
        ("01-01-0001", "cannot be right"),
        ("٣١-١٢-١٩٩٩", "not a date"),
    ],
)
def test_dates_that_are_none(value: Any, word: str) -> None:
    with pytest.raises(Unreadable, match=word):
        danish_date(value)


@given(
    st.dates(date(1850, 1, 1), date(2150, 12, 31)), st.sampled_from(["%d-%m-%Y", "%d.%m.%Y", "%d/%m %Y", "%Y-%m-%d"])
)
def test_every_date_comes_back(day: date, form: str) -> None:
    assert danish_date(day.strftime(form)) == day


@pytest.mark.parametrize(
    ("value", "digits"),
    [
        (TEST_PERSON, "2512489996"),
        ("2512489996", "2512489996"),
        ("251248 9996", "2512489996"),
        ("251248\u20139996", "2512489996"),
        (2512489996, "2512489996"),
        (101010000, "0101010000"),
        (101010000.0, "0101010000"),
        ("010101-0000", "0101010000"),  # fails modulus 11
        ("610101-0000", "6101010000"),  # replacement number: day + 60
    ],
)
def test_cpr_numbers(value: Any, digits: str) -> None:
    assert cpr(value) == digits


@pytest.mark.parametrize(
    ("value", "word"),
    [
        ("310299-0000", "not a date of birth"),
        ("000101-0000", "not a date of birth"),
        ("920101-0000", "not a date of birth"),
        (0, "ten digits"),
        (1.5, "ten digits"),
        (-101010000, "ten digits"),
        (True, "ten digits"),
        ("251248-999", "ten digits"),
        ("101010000", "only nine digits"),
        ("٠١٠١٠١٠٠٠٠", "ten digits"),
    ],
)
def test_cpr_numbers_that_are_none(value: Any, word: str) -> None:
    with pytest.raises(Unreadable, match=word):
        cpr(value)


@pytest.mark.parametrize(
    ("value", "read"), [(" Åse\xa0", "Åse"), ("A\u030ase", "Åse"), (7, "7"), ("a\r\nb", "a\nb"), (True, "yes")]
)
def test_text(value: Any, read: str) -> None:
    assert text(value) == read


@pytest.mark.parametrize("value", ["a\x00b", "a\x07b", "a\u202eb", "a\u2066b", "a\x9fb"])
def test_text_with_hidden_characters_is_refused(value: str) -> None:
    with pytest.raises(Unreadable):
        text(value)


def test_words_and_user_names() -> None:
    sex = one_of({"kvinde": "f", "k": "f", "mand": "m"})
    assert sex("  KVINDE ") == "f"
    with pytest.raises(Unreadable, match="Use one of: kvinde, k, mand"):
        sex("ja")
    assert user_name("Anna@Solsikken") == "anna@solsikken"
    assert user_name("søren.b") == "søren.b"
    for wrong in ("", "anna solsikken", "anna@solsikken.dk", "anna@", "<b>", "a" * 80):
        with pytest.raises(Unreadable):
            user_name(wrong)


# Writing


@given(st.text(alphabet=st.sampled_from("'=+-@＝＋－＠\t\r\n aø\ufeff\u200b1")) | st.text())
def test_neutralise_and_restore_lose_nothing(cell: str) -> None:
    safe = neutralise(cell)
    assert restore(safe) == cell
    assert not safe.lstrip("\ufeff\u200b \n").startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r"))


def test_text_without_danger_is_untouched() -> None:
    for plain in ("Anna", "'s-Hertogenbosch", "2-3", "", "'", "a=b"):
        assert neutralise(plain) == plain


LETTERS = st.characters(exclude_characters="\r\n\x1e", exclude_categories=("Cs", "Cc"))
GRID = st.lists(
    st.lists(st.text(LETTERS, max_size=12), min_size=2, max_size=5).map(lambda row: ["Ærø", *row, "Å"]),
    min_size=1,
    max_size=8,
)


@given(GRID)
def test_what_we_write_as_csv_we_read(rows: list[list[str]]) -> None:
    data = b"".join(csv_chunks(rows))
    assert data.startswith(b"\xef\xbb\xbf")
    parsed = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";")
    assert [[restore(cell) for cell in row] for row in parsed] == rows


def test_what_we_write_comes_back_through_a_check() -> None:
    rows: list[list[object]] = [["Navn", "CPR", "Indflyttet"], ["=1+1 Åse", TEST_PERSON, date(2024, 2, 29)]]
    for write in (write_csv, write_xlsx):
        out = io.BytesIO()
        write(iter(rows), out)
        values = check(read_rows(out.getvalue(), "a"), COLUMNS).rows[0].values
        assert values == {"name": "=1+1 Åse", "cpr": "2512489996", "moved_in": date(2024, 2, 29)}


def test_no_written_cell_is_a_formula() -> None:
    out = io.BytesIO()
    write_xlsx([['=HYPERLINK("x")', "+45 12", "@SUM(A1)", -5, "\x00\x07"]], out, title="a/b:[c]" * 9)
    row = next(openpyxl.load_workbook(out).active.iter_rows())
    assert [cell.data_type for cell in row] == ["s", "s", "s", "n", "s"]
    assert row[3].value == -5


def test_numbers_and_moments_in_csv() -> None:
    moment = datetime(2024, 7, 1, 12, 30, tzinfo=UTC)
    line = b"".join(csv_chunks([[1.5, -5, None, True, moment, 'a"b']])).decode("utf-8-sig")
    assert line == '1,5;-5;;yes;2024-07-01 12:30:00+00:00;"a""b"\r\n'


def test_csv_is_written_in_pieces() -> None:
    pulled = 0

    def rows() -> Iterator[list[str]]:
        nonlocal pulled
        for number in range(100_000):
            pulled = number
            yield ["x" * 100]

    next(csv_chunks(rows()))
    assert pulled < 2_000
