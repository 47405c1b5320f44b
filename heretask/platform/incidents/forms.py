"""What people fill in about a security incident."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class _Words(forms.CharField):
    """Text whose rules are the policies', so that what is refused says why and stays as it was written."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, strip=False, **kwargs)
        self.required = True
        self.validators = []

    def clean(self, value: Any) -> str:
        """As it was given."""
        return str(value or "")


class ReportForm(forms.Form):
    """The two fields of a report."""

    what = _Words(
        label=_("What happened?"), widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_(
            "Also when you only suspect it: a lost telephone, a letter that went wrong, somebody who saw what was not"
            " theirs to see."
        ),
    )  # fmt: skip
    noticed = _Words(
        label=_("When and where did you notice it?"), widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


class LookUpForm(forms.Form):
    """The number and the word of a report that was made without signing in."""

    number = forms.CharField(
        label=_("Number"), max_length=20, widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"})
    )
    word = forms.CharField(
        label=_("Word"), max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )  # fmt: skip


class StepForm(forms.Form):
    """What Management says to the reporter."""

    text = _Words(
        label=_("To whoever reported it"), widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The reporter and their administrators read it. No names of citizens, no CPR numbers."),
    )  # fmt: skip
