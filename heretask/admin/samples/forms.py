"""What somebody sends about a sample."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from . import policies

_WORDS = forms.TextInput(attrs={"autocomplete": "off"})


class ExplainForm(forms.Form):
    """Why somebody opened a citizen; each reason is a button of its own."""

    words = forms.CharField(
        label=_("In your own words"), max_length=300, required=False, widget=_WORDS,
        help_text=_("Write nothing about the citizen that you would not write in a letter to your leader."),
    )  # fmt: skip
    choice = forms.ChoiceField(choices=list(policies.CHOICES.items()), widget=forms.HiddenInput)


class JudgeForm(forms.Form):
    """What somebody else makes of it."""

    words = forms.CharField(label=_("Why?"), max_length=300, required=False, widget=_WORDS)
    verdict = forms.ChoiceField(choices=list(policies.VERDICTS.items()), widget=forms.HiddenInput)


class KnownForm(forms.Form):
    """Somebody well known."""

    name = forms.CharField(label=_("First and family name"), max_length=120, widget=_WORDS)
