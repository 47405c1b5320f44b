"""What Management writes about watching."""

from django import forms
from django.utils.translation import gettext_lazy as _


class TakeForm(forms.Form):
    """Taking on an alarm."""

    words = forms.CharField(
        label=_("What was it, or what do you do about it?"), max_length=600, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip


class LimitForm(forms.Form):
    """Another limit for a signal."""

    figure = forms.FloatField(label=_("Limit"))
    why = forms.CharField(label=_("Why?"), max_length=300, required=False)


class ConclusionForm(forms.Form):
    """The conclusion on an exercise."""

    words = forms.CharField(
        label=_("Is the watching still enough?"), max_length=1000, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
