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
    DATE = "date"
    CHOICE = "choice"
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class Field:
    """One field. Text is always sealed; a date, a choice or a reference only where `sealed` says so."""

    key: str
    label: Promise | str
    kind: Kind = Kind.TEXT
    choices: tuple[tuple[str, Promise | str], ...] = ()
    required: bool = False
    sealed: bool = False
    longest: int = 400

    @property
    def is_sealed(self) -> bool:
        """Whether its values are ciphertext in the database."""
        return self.sealed or self.kind is Kind.TEXT

    def kept(self, value: Any) -> str:
        """`value` as it is kept; raises Refused for one that the field cannot hold. Nothing is an empty text."""
        given = "" if value is None else str(value).strip()
        if not given:
            if self.required:
                raise Refused(_("%(field)s is missing.") % {"field": self.label})
            return ""
        if len(given) > self.longest:
            raise Refused(_("%(field)s is too long.") % {"field": self.label})
        try:
            if self.kind is Kind.DATE:
                return dt.date.fromisoformat(given).isoformat()
            if self.kind is Kind.REFERENCE:
                return str(UUID(given))
        except ValueError:
            raise Refused(_("%(field)s cannot be read.") % {"field": self.label}) from None
        if self.kind is Kind.CHOICE and given not in dict(self.choices):
            raise Refused(_("%(field)s cannot be read.") % {"field": self.label})
        return given

    def shown(self, kept: str) -> str | dt.date:
        """A kept value for people."""
        if self.kind is Kind.DATE and kept:
            return dt.date.fromisoformat(kept)
        return str(dict(self.choices).get(kept, kept))


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
    REGISTERS[made.key] = made
    return made
