"""Closing a duty with a note, and handing it over."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from heretask.system.records.forms import day_field

from . import queries


class CloseForm(forms.Form):
    """The day it was done, and what was done."""

    day = day_field(_("Done on"), initial=timezone.localdate)
    note = forms.CharField(
        label=_("What was done, and what came of it?"), max_length=4000, widget=forms.Textarea(attrs={"rows": 5})
    )


class HandOverForm(forms.Form):
    """Who answers for it from now on, and why."""

    person = forms.TypedChoiceField(label=_("Who answers for it"), required=False, empty_value=None)
    why = forms.CharField(
        label=_("Why?"), max_length=300, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("It stands in the duty's history."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(str(item.id), item.values["name"]) for item in queries.people()]
        self.fields["person"].choices = [("", _("Management")), *people]  # type: ignore[attr-defined]
