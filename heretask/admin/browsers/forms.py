"""The form that marks a browser."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from heretask.kernel.tenancy.models import Unit


class ShareForm(forms.Form):
    """For which unit, and what the computer is called there."""

    unit = forms.ChoiceField(label=_("Unit"))
    label = forms.CharField(
        label=_("What you call this computer"), max_length=60, help_text=_("Such as Duty room, by the window"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip

    def __init__(self, *args: Any, units: Sequence[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._units = {str(unit.id): unit for unit in units}
        field: Any = self.fields["unit"]
        field.choices = [(key, unit.name) for key, unit in self._units.items()]

    @property
    def chosen(self) -> Unit:
        """The unit that was chosen."""
        return self._units[self.cleaned_data["unit"]]
