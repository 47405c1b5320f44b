"""From a template and data to a PDF. Data travels as JSON and is set as text; no word of it is ever read as markup."""

from __future__ import annotations

import datetime as dt
import json
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst

FOLDER = Path(__file__).parent
# what the fonts on board can show, as ranges of code points: Latin, accents, Greek, Cyrillic, punctuation, currencies
SHOWN = (
    (0x20, 0x7E), (0xA0, 0xAC), (0xAE, 0x2AF), (0x300, 0x377), (0x37A, 0x37F), (0x384, 0x38A), (0x38E, 0x3A1),
    (0x3A3, 0x4FF), (0x1E00, 0x1EFF), (0x2010, 0x2027), (0x2030, 0x2040), (0x20A0, 0x20BF),
)  # fmt: skip
MISSING = "\u25a1"  # an empty box: something stood here that no font on board can show


def pdf(template: str, data: Mapping[str, Any], *, at: dt.datetime) -> bytes:
    """The document that `template` (the name of a file beside this one) makes of `data`; the same bytes for the same.

    `data` has `lang`, `title`, `customer`, `page` (the words around a page's number: 'Page', 'of') and `foot` besides
    what the template itself asks for. Costs processor time only: no file is written, and nothing is fetched.
    """
    told = {**_settable(data), "date": [at.year, at.month, at.day]}
    return typst.compile(
        str(FOLDER / f"{template}.typ"), root=str(FOLDER), format="pdf", ignore_system_fonts=True,
        pdf_standards=["a-3a", "ua-1"],  # archivable with its structure, and usable with a screen reader
        sys_inputs={"data": json.dumps(told, ensure_ascii=False)},
    )  # fmt: skip


def settable(text: str) -> str:
    """The text without what cannot be set: no control characters, and a box for what has no letter on board.

    A standard for archives forbids letters that are not shown, so the compiler would refuse the whole document.
    """
    kept = "".join(" " if letter.isspace() else letter for letter in text)
    return "".join(
        letter if any(low <= ord(letter) <= high for low, high in SHOWN) else MISSING
        for letter in kept
        if unicodedata.category(letter) not in {"Cc", "Cf", "Cs"}
    )


def _settable(value: Any) -> Any:
    if isinstance(value, str):
        return settable(value)
    if isinstance(value, Mapping):
        return {name: _settable(part) for name, part in value.items()}
    return [_settable(part) for part in value] if isinstance(value, list | tuple) else value
