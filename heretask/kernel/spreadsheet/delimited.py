"""Reads CSV files as Danish offices make them: any usual delimiter, any usual character set."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator

from django.utils.translation import gettext as _

from heretask.kernel.spreadsheet.sheet import MAX_CELL, Collector, Sheet, Unreadable

_DELIMITERS = (";", "\t", ",")  # in order of preference; a comma is also the Danish decimal mark
_SAMPLE_RECORDS = 60
# Excel's own hint in the first line; Excel does not count that line as a row.
_NAMED_DELIMITER = re.compile(r'\A"?sep=([;,\t|:])"? *(\r\n|\r|\n)', re.IGNORECASE)
_END = "\x1eend\x1e"  # a line of ours put last: if an open quote swallows it, the file is broken
# Danish letters of UTF-8 that were once read as Windows-1252 and then saved: the text is spoilt, not just encoded.
_SPOILT = re.compile("Ã[¦¸¥†˜…\x85\x98\x86]")
_UNDEFINED_IN_1252 = re.compile(b"[\x81\x8d\x8f\x90\x9d]")


def read_delimited(data: bytes, name: str) -> Sheet:
    """Read a CSV file; line numbers are rows as Excel shows them, a cell of several lines being one row."""
    text = decode(data)
    named = _NAMED_DELIMITER.match(text)
    if named:
        text = text[named.end() :]
    delimiter = named.group(1) if named else guess_delimiter(text)
    collector = Collector(name)
    for line, cells in enumerate(_records(text, delimiter), 1):
        if cells == [_END]:
            break
        if cells and cells[-1].endswith(_END + "\n"):
            sentence = _('A quotation mark (") is opened in line %(line)d and never closed.')
            raise Unreadable(sentence % {"line": line})
        collector.add(line, list(cells))
    return collector.sheet()


def decode(data: bytes) -> str:
    """Turn bytes into text: a byte order mark decides, then UTF-8, then Windows-1252."""
    text = _by_mark(data)
    if text is None:
        text = _without_mark(data)
    if "\x00" in text:
        raise Unreadable(_("The file is not a spreadsheet. Use an .xlsx or a CSV file."))
    if _SPOILT.search(text):
        raise Unreadable(
            _("The Danish letters in the file are damaged (Ã¦ instead of æ). Export it again as 'CSV UTF-8'.")
        )
    return text


def _by_mark(data: bytes) -> str | None:
    marks = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
    for mark, encoding in marks:
        if data.startswith(mark):
            try:
                return data[len(mark) :].decode(encoding)
            except UnicodeDecodeError:
                raise _broken_letters() from None
    return None


def _without_mark(data: bytes) -> str:
    sample = data[:4000]
    zeros = sample.count(0)
    if zeros and len(data) % 2 == 0:  # UTF-16 without a mark: Latin text has its zeros in every other byte
        for encoding, offset in (("utf-16-le", 1), ("utf-16-be", 0)):
            if zeros > len(sample) // 4 and sample[offset::2].count(0) == zeros:
                try:
                    return data.decode(encoding)
                except UnicodeDecodeError:
                    raise _broken_letters() from None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        if _UNDEFINED_IN_1252.search(data):
            raise _broken_letters() from None
        return data.decode("cp1252")


def _broken_letters() -> Unreadable:
    return Unreadable(_("Some letters in the file are broken. Open it in Excel and save it as 'CSV UTF-8'."))


def guess_delimiter(text: str) -> str:
    """Find the delimiter under which most records have the same number of columns, more than one."""
    best, best_score = _DELIMITERS[0], (0.5, 0)
    for delimiter in _DELIMITERS:
        widths = [len(cells) for cells, _line in zip(_filled(text, delimiter), range(_SAMPLE_RECORDS), strict=False)]
        wide = Counter(width for width in widths if width > 1)
        if not wide:
            continue
        width, count = max(wide.items(), key=lambda item: (item[1], item[0]))
        score = (count / len(widths), width)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _filled(text: str, delimiter: str) -> Iterator[list[str]]:
    return (cells for cells in _records(text, delimiter) if cells != [_END] and any(cell.strip() for cell in cells))


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    lines = io.StringIO(text if text.endswith(("\n", "\r")) or not text else text + "\n", newline="")

    def with_end() -> Iterator[str]:
        yield from lines
        yield _END + "\n"

    reader = csv.reader(with_end(), delimiter=delimiter)
    line = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:  # the parser's own ceiling for one cell
            raise Unreadable(
                _("A cell after line %(line)d is longer than %(limit)d characters, or a quotation mark is missing.")
                % {"line": line, "limit": MAX_CELL}
            ) from None
        line += 1
        yield cells
