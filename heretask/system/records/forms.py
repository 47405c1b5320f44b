"""A form made from a register's declaration, so that a register needs no form of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from .registers import Field, Kind, Register


def day_field(label: Any, **more: Any) -> forms.DateField:
    """A day, in the browser's own way of choosing one."""
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more)


def form_for(register: Register, keys: Sequence[str]) -> type[forms.Form]:
    """A form with those fields, in that order."""
    return type("RegisterForm", (forms.Form,), {key: _made(register.field(key)) for key in keys})


def _made(field: Field) -> forms.Field:
    common: dict[str, Any] = {"label": field.label, "required": field.required}
    if field.kind is Kind.DATE:
        return day_field(**common)
    if field.kind in {Kind.CHOICE, Kind.REFERENCE}:
        empty = [] if field.required else [("", "–")]
        return forms.ChoiceField(choices=[*empty, *field.choices], **common)
    return forms.CharField(max_length=field.longest, widget=forms.TextInput(attrs={"autocomplete": "off"}), **common)
