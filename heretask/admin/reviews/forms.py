"""What somebody sends about a review."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class StartForm(forms.Form):
    """Beginning a review of everybody."""

    ends_care = forms.BooleanField(
        label=_("Rights of care staff that nobody has answered for end at the deadline, too"), required=False,
        help_text=_("Otherwise they turn red and stay."),
    )  # fmt: skip


class DecideForm(forms.Form):
    """What becomes of one right, and why."""

    reason = forms.CharField(
        label=_("Why?"), max_length=200, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    act = forms.ChoiceField(choices=[("keep", "keep"), ("remove", "remove")], widget=forms.HiddenInput)
