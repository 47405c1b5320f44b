"""Whom the supplier calls."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .policies import MOST, Contact


def _line(label: Any, longest: int, **attrs: str) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=longest, required=False, widget=forms.TextInput(attrs={"autocomplete": "off", **attrs})
    )


class SheetForm(forms.Form):
    """As many contacts as there is room for; those that are left empty are none."""

    def __init__(self, *args: Any, contacts: list[Contact] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = contacts or []
        for number in range(MOST):
            one = known[number] if number < len(known) else Contact("", "")
            self.fields[f"name_{number}"] = _line(_("Name"), 120)
            self.fields[f"phone_{number}"] = _line(_("Telephone"), 24, inputmode="tel")
            self.fields[f"note_{number}"] = _line(_("When, or for what"), 120)
            self.initial.update({f"name_{number}": one.name, f"phone_{number}": one.phone, f"note_{number}": one.note})

    @property
    def contacts(self) -> list[Contact]:
        """What was written."""
        given = self.cleaned_data
        return [Contact(given[f"name_{n}"], given[f"phone_{n}"], given[f"note_{n}"]) for n in range(MOST)]

    @property
    def groups(self) -> list[tuple[int, list[Any]]]:
        """Each contact with its fields."""
        return [(n + 1, [self[f"name_{n}"], self[f"phone_{n}"], self[f"note_{n}"]]) for n in range(MOST)]
