"""Declaring a register: its fields, and who may see and change it. A feature declares one; the engine keeps it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from heretask.kernel.access.permissions import Permission

from .policies import Refused


class Kind(StrEnum):
    """What a field holds."""

    TEXT = "text"
    LONG = "long"  # text of several lines
    DATE = "date"
    NUMBER = "number"  # a whole one, from `least` to `most`; with choices, each of them has a word
    CHOICE = "choice"
    MANY = "many"  # any of the choices
    REFERENCE = "reference"


OPENLY = 80  # characters that a value may have which is not sealed


@dataclass(frozen=True, slots=True)
class Field:
    """One field. Words are sealed, but those that are `published` to everybody; all else only where `sealed` says so.

    `of` is the register whose entry a reference means. What is `acted` is written by an act alone, never in a form.
    """

    key: str
    label: Promise | str
    kind: Kind = Kind.TEXT
    choices: tuple[tuple[str, Promise | str], ...] = ()
    required: bool = False
    sealed: bool = False
    longest: int = 400
    least: int = 1
    most: int = 5
    published: bool = False
    acted: bool = False
    of: str = ""
    hint: Promise | str = ""

    @property
    def is_sealed(self) -> bool:
        """Whether its values are ciphertext in the database."""
        return self.sealed or (self.kind in {Kind.TEXT, Kind.LONG} and not self.published)

    def kept(self, value: Any) -> str:
        """`value` as it is kept; raises Refused for one that the field cannot hold. Nothing is an empty text."""
        given = self._plain(value)
        if not given:
            if self.required:
                raise Refused(_("%(field)s is missing.") % {"field": self.label})
            return ""
        if len(given) > self.longest:
            raise Refused(_("%(field)s is too long.") % {"field": self.label})
        try:
            return self._typed(given)
        except ValueError:
            raise Refused(_("%(field)s cannot be read.") % {"field": self.label}) from None

    def shown(self, kept: str) -> str | dt.date:
        """A kept value for people."""
        if self.kind is Kind.DATE and kept:
            return dt.date.fromisoformat(kept)
        if self.kind is Kind.MANY:
            words = dict(self.choices)
            return ", ".join(str(words.get(one, one)) for one in kept.split(",") if one)
        return str(dict(self.choices).get(kept, kept))

    def _plain(self, value: Any) -> str:
        if value is None:
            return ""
        given = ",".join(value) if isinstance(value, list | tuple | set | frozenset) else str(value)
        return given.replace("\r\n", "\n").strip()

    def _typed(self, given: str) -> str:
        """Raise ValueError for what is not of this kind."""
        if self.kind is Kind.DATE:
            return dt.date.fromisoformat(given).isoformat()
        if self.kind is Kind.REFERENCE:
            return str(UUID(given))
        if self.kind is Kind.NUMBER and not self.least <= int(given) <= self.most:
            raise ValueError
        if self.kind in {Kind.CHOICE, Kind.MANY}:
            chosen = {given} if self.kind is Kind.CHOICE else {one.strip() for one in given.split(",")}
            if not chosen <= dict(self.choices).keys():
                raise ValueError
            return ",".join(key for key, _word in self.choices if key in chosen)
        return str(int(given)) if self.kind is Kind.NUMBER else given


@dataclass(frozen=True, slots=True)
class Register:
    """A register: its fields, who may see and who may change it."""

    key: str
    title: Promise | str
    fields: tuple[Field, ...]
    see: Permission
    change: Permission

    def field(self, key: str) -> Field:
        """The field of that key; raises KeyError for one that was never declared."""
        return {field.key: field for field in self.fields}[key]

    def kept(self, values: Mapping[str, Any], *, whole: bool) -> dict[str, str]:
        """Values as they are kept; with `whole`, every field, so that one that is required cannot be left out."""
        given = {key: self.field(key).kept(value) for key, value in values.items()}
        return (
            {field.key: field.kept(None) for field in self.fields if field.key not in given} | given if whole else given
        )


REGISTERS: dict[str, Register] = {}


def register(made: Register) -> Register:
    """Declare a register."""
    if made.key in REGISTERS:
        raise ValueError(f"the register {made.key} is declared twice")
    if long := [f.key for f in made.fields if f.published and f.longest > OPENLY]:
        raise ValueError(f"not sealed, and longer than {OPENLY} characters: {', '.join(long)}")
    REGISTERS[made.key] = made
    return made
