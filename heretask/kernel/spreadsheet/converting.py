"""Turns one cell into one value, or says in a sentence why it cannot be done."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from typing import TypeVar

from django.utils.translation import gettext as _

from heretask.kernel.spreadsheet.sheet import Cell, Unreadable

Value = TypeVar("Value")

# Marks that turn the reading direction: a name could be made to look like another name.
_DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_ALLOWED_CONTROLS = "\t\n"
_CPR = re.compile(r"(\d{6})[- ]?(\d{4})", re.ASCII)
_USER_NAME = re.compile(r"[a-z0-9æøå][a-z0-9æøå._-]{0,62}(@[a-z0-9æøå][a-z0-9æøå-]{0,62})?")


def text(value: Cell) -> str:
    """Read text: trimmed, composed letters, no control or direction characters."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    plain = value if isinstance(value, str) else str(value)
    plain = unicodedata.normalize("NFC", plain.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if _DIRECTION.search(plain):
        raise Unreadable(_("The text contains hidden marks that turn the reading direction. Type it again by hand."))
    for letter in plain:
        if unicodedata.category(letter) in {"Cc", "Cs", "Cn"} and letter not in _ALLOWED_CONTROLS:
            raise Unreadable(_("The text contains an invisible control character. Type it again by hand."))
    return plain


def cpr(value: Cell) -> str:
    """Read a CPR number as ten digits.

    Modulus 11 is not asked for: since 2007 valid numbers fail it. Day + 60 is a replacement number. A number cell of
    nine digits has lost its leading zero; nine digits of text may as well lack any other digit, so they are refused.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        if not float(value).is_integer() or not 0 < value < 10**10:
            raise _no_cpr()
        digits = f"{int(value):010d}"
    else:
        plain = text(value).replace("\u2010", "-").replace("\u2011", "-").replace("\u2013", "-").replace("\xa0", " ")
        match = _CPR.fullmatch(plain)
        if not match:
            raise _nine_digits() if re.fullmatch(r"[0-9]{9}", plain) else _no_cpr()
        digits = match[1] + match[2]
    if birth_date(digits) is None:
        raise Unreadable(_("The first six digits of the CPR number are not a date of birth."))
    return digits


def birth_date(digits: str) -> date | None:
    """Return the date that ten digits stand for by the CPR office's table, or None where there is none."""
    day, month, year, series = int(digits[:2]), int(digits[2:4]), int(digits[4:6]), int(digits[6])
    day -= 60 if day > 60 else 0
    if series <= 3 or (series in {4, 9} and year >= 37):
        century = 1900
    elif series in {4, 9} or year <= 57:
        century = 2000
    else:
        century = 1800
    try:
        return date(century + year, month, day)
    except ValueError:
        return None


def one_of(words: Mapping[str, Value]) -> Callable[[Cell], Value]:
    """Make a converter that knows these words, however they are cased."""
    known = {_fold(word): value for word, value in words.items()}

    def convert(value: Cell) -> Value:
        word = _fold(text(value))
        if word not in known:
            raise Unreadable(_("This word is not known here. Use one of: %(words)s.") % {"words": ", ".join(words)})
        return known[word]

    return convert


def user_name(value: Cell) -> str:
    """Read a user name such as 'anna' or 'anna@solsikken', in small letters."""
    name = text(value).lower()
    if not _USER_NAME.fullmatch(name):
        raise Unreadable(
            _("A user name consists of letters, digits, dots and dashes, for example anna or anna@solsikken.")
        )
    return name


def _fold(word: str) -> str:
    return " ".join(unicodedata.normalize("NFC", word).casefold().split())


def _no_cpr() -> Unreadable:
    return Unreadable(_("A CPR number has ten digits, as in 010203-1234."))


def _nine_digits() -> Unreadable:
    return Unreadable(
        _(
            "The CPR number has only nine digits. If Excel has removed a zero in front, "
            "format the column as text, put the zero back and save again."
        )
    )
