"""Dates as Danes write them."""

import re
from datetime import date, datetime

from django.utils.translation import gettext as _

from heretask.kernel.spreadsheet.sheet import Cell, Unreadable

_MONTHS = {
    word: number
    for number, words in enumerate(
        (
            ("januar", "jan"), ("februar", "feb"), ("marts", "mar"), ("april", "apr"), ("maj",), ("juni", "jun"),
            ("juli", "jul"), ("august", "aug"), ("september", "sep", "sept"), ("oktober", "okt"),
            ("november", "nov"), ("december", "dec"),
        ),
        1,
    )
    for word in words
}  # fmt: skip
_MIDNIGHT = r"(?:[T ]00:00(?::00(?:\.0+)?)?)?"  # an export writes a plain date as a moment
_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})" + _MIDNIGHT)
_DANISH = re.compile(r"(?P<day>\d{1,2})\s*[-./ ]\s*(?P<month>\d{1,2})\s*[-./ ]\s*(?P<year>\d{4}|\d{2})" + _MIDNIGHT)
_NAMED = re.compile(r"(?:den\s+)?(?P<day>\d{1,2})\.?\s*(?P<month>[a-z]{3,9})\.?\s*(?P<year>\d{4})", re.IGNORECASE)
_FIRST_YEAR, _LAST_YEAR = 1850, 2150


def danish_date(value: Cell) -> date:
    """Read '31-12-1999', '31.12.1999', '31/12 1999', '31. december 1999', '1999-12-31' or a date cell."""
    if isinstance(value, datetime):
        return _within(value.date())
    if isinstance(value, date):
        return _within(value)
    if not isinstance(value, str):
        raise Unreadable(_("This is a number, not a date. Write the date as 31-12-1999."))
    text = value.strip()
    if not text.isascii():
        raise _no_date()
    match = _ISO.fullmatch(text) or _DANISH.fullmatch(text) or _NAMED.fullmatch(text)
    if not match:
        raise _no_date()
    if len(match["year"]) == 2:
        raise Unreadable(_("Write the year with four digits, as in 31-12-1999."))
    return _within(_existing(int(match["year"]), _month(match["month"]), int(match["day"])))


def _month(word: str) -> int:
    if word.isdigit():
        return int(word)
    if word.lower() not in _MONTHS:
        raise _no_date()
    return _MONTHS[word.lower()]


def _existing(year: int, month: int, day: int) -> date:
    if not 1 <= month <= 12:
        raise Unreadable(
            _("There is no month %(month)d. Write the day first, then the month, as in 31-12-1999.") % {"month": month}
        )
    try:
        return date(year, month, day)
    except ValueError:
        raise Unreadable(
            _("There is no day %(day)d in month %(month)d of %(year)d.") % {"day": day, "month": month, "year": year}
        ) from None


def _within(day: date) -> date:
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise Unreadable(_("The year %(year)d cannot be right.") % {"year": day.year})
    return day


def _no_date() -> Unreadable:
    return Unreadable(_("This is not a date. Write it as 31-12-1999."))
