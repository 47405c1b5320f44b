"""Whose login, and why."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class NameForm(forms.Form):
    """A whole user name."""

    q = forms.CharField(
        label=_("The whole user name"), max_length=81, help_text=_("Such as anna@solsikken. Nothing shorter is found."),
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"].widget.input_type = "search"


class WhyForm(forms.Form):
    """Why."""

    why = forms.CharField(
        label=_("Why?"), max_length=300,
        help_text=_("The customer's administrators read it, with your name. Write nothing about a citizen."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
