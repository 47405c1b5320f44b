"""What administrators fill in about units."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from heretask.kernel.tenancy.models import UnitKind

from .policies import LONGEST_NAME


class SearchForm(forms.Form):
    """Looking for a unit."""

    q = forms.CharField(
        label=_("Name or kind of unit"), required=False, max_length=80,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"].widget.input_type = "search"


class UnitForm(forms.Form):
    """A unit's name and kind."""

    name = forms.CharField(
        label=_("Name of the unit"), max_length=LONGEST_NAME, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=UnitKind.choices)
