"""Which letters there are. A letter is a fixed text of ours; what is put into it has a type that can hold no name.

There is no way to give one a sentence: `plain` takes ids, numbers, dates and hashes of the kinds a letter declares.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import formats, translation
from django.utils.functional import Promise

from heretask.kernel.secrets.words import words_of

LARGEST = 999_999_999  # a CPR number has ten digits
SMS = 160  # signs of one SMS
GSM = frozenset(  # those of GSM 03.38 that count once; with any other an SMS has 70 signs, or two for one
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_PLACE = re.compile(r"%\((\w+)\)s")


class Hash(str):
    """A SHA-256 in hex, or its beginning as people note it: 64 digits or 16."""

    __slots__ = ()

    def __new__(cls, value: bytes) -> Hash:
        """Of 32 bytes, or of the first 8, and nothing else."""
        if len(value) not in {8, 32}:
            raise TypeError("a hash has 32 bytes, its beginning 8")
        return super().__new__(cls, value.hex())


Plain = type[UUID] | type[int] | type[dt.date] | type[Hash]


Still = Callable[[UUID, Mapping[str, str]], bool]


def _always(_user: UUID, _given: Mapping[str, str]) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Letter:
    """A text with places for `fields`, and a link to `route`, whose parts are the fields named in `parts`.

    `sms` is its text as an SMS; a letter without one goes by mail alone. Whether it is `urgent` decides who gets it:
    people choose for both kinds by themselves.
    """

    key: str
    subject: Promise
    body: Promise
    route: str
    fields: Mapping[str, Plain]
    parts: tuple[str, ...] = ()
    still: Still = _always
    sms: Promise | None = None
    urgent: bool = False

    def plain(self, given: Mapping[str, Any]) -> dict[str, str]:
        """The parameters as they are kept; raises TypeError for one that is missing, unknown or of another kind."""
        if given.keys() != self.fields.keys():
            raise TypeError(f"{self.key} takes {sorted(self.fields)}")
        kept = {}
        for name, kind in self.fields.items():
            value = given[name]
            if type(value) is not kind or (isinstance(value, int) and not 0 <= value <= LARGEST):
                raise TypeError(f"{name} of {self.key} is no {kind.__name__} that may leave")
            kept[name] = value.isoformat() if isinstance(value, dt.date) else str(value)
        return kept

    def finished(self, parameters: Mapping[str, str], language: str, way: str = "mail") -> Finished:
        """The letter in somebody's language, with the link to what it is about; as an SMS without a subject."""
        with translation.override(language):
            values = {name: _shown(self.fields[name], text) for name, text in parameters.items()}
            path = reverse(self.route, kwargs={name: UUID(parameters[name]) for name in self.parts})
            address = settings.HERETASK_ADDRESS.rstrip("/")
            link = address + path
            subject, body = (str(self.subject), str(self.body)) if way == "mail" else ("", str(self.sms))
            if way != "mail" and not fits(body % {**values, "link": link}):
                link = f"{address}/"  # what waits stands on the first page, too
            return Finished(
                subject, body % {**values, "link": link},
                fixed=frozenset(words_of(_PLACE.sub(" ", f"{subject} {body}"))),
                ours=(link, *(values[name] for name, kind in self.fields.items() if kind is not int)),
            )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finished:
    """A letter as it would leave; `fixed` are our own words, `ours` the link, ids, dates and hashes put in."""

    subject: str
    body: str
    fixed: frozenset[str]
    ours: tuple[str, ...]

    @property
    def text(self) -> str:
        """All that a reader of it sees."""
        return f"{self.subject}\n\n{self.body}" if self.subject else self.body


LETTERS: dict[str, Letter] = {}


def letter(
    key: str,
    subject: Promise,
    body: Promise,
    *,
    route: str,
    parts: tuple[str, ...] = (),
    still: Still = _always,
    sms: Promise | None = None,
    urgent: bool = False,
    **fields: Plain,
) -> Letter:
    """Declare a letter; `body` and `sms` have the place %(link)s, and one for each field that is shown.

    `still(user, parameters)` is asked once more when it is about to go.
    """
    if key in LETTERS:
        raise ValueError(f"the letter {key} is declared twice")
    LETTERS[key] = Letter(key, subject, body, route, fields, parts, still, sms, urgent)
    return LETTERS[key]


def fits(text: str) -> bool:
    """Whether a text is one SMS."""
    return len(text) <= SMS and set(text) <= GSM


def _shown(kind: Plain, text: str) -> str:
    """A parameter as people read it."""
    return formats.date_format(dt.date.fromisoformat(text), "j. F Y") if kind is dt.date else text
