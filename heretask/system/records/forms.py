"""A form made from a register's declaration, so that a register needs no form of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .registers import Field, Kind, Register


def day_field(label: Any, **more: Any) -> forms.DateField:
    """A day, in the browser's own way of choosing one."""
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more)


Choices = Sequence[tuple[str, Any]]


class ScaleField(forms.ChoiceField):
    """Steps side by side, each a number with its word; where none need be chosen, 'not said' stands first."""

    widget = forms.RadioSelect
    scale = True  # how the page draws it

    def __init__(self, *, choices: Choices, required: bool, **more: Any) -> None:
        empty = [] if required else [("", _("not said"))]
        super().__init__(choices=[*empty, *choices], required=required, **more)


def form_for(
    register: Register, keys: Sequence[str], references: Mapping[str, Choices] | None = None
) -> type[forms.Form]:
    """A form with those fields, in that order; `references` are what a reference may be to, by its field."""
    known = references or {}
    made = {key: _made(register.field(key), known.get(key, register.field(key).choices)) for key in keys}
    return type("RegisterForm", (forms.Form,), made)


def _made(field: Field, choices: Choices) -> forms.Field:
    common: dict[str, Any] = {"label": field.label, "required": field.required, "help_text": field.hint}
    if field.kind is Kind.DATE:
        return day_field(**common)
    if field.kind is Kind.MANY:
        return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **common)
    if field.kind is Kind.NUMBER and choices:
        return ScaleField(choices=choices, **common)
    if field.kind in {Kind.CHOICE, Kind.REFERENCE}:
        empty = [] if field.required else [("", "–")]
        return forms.ChoiceField(choices=[*empty, *choices], **common)
    if field.kind is Kind.NUMBER:
        return forms.IntegerField(min_value=field.least, max_value=field.most, **common)
    if field.kind is Kind.LONG:
        return forms.CharField(max_length=field.longest, widget=forms.Textarea(attrs={"rows": 3}), **common)
    return forms.CharField(max_length=field.longest, widget=forms.TextInput(attrs={"autocomplete": "off"}), **common)
