"""What people fill in about paper."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from . import policies
from .policies import Handed


class PrintForm(forms.Form):
    """Why it is printed, and where there is a choice how far back it goes."""

    days = forms.TypedChoiceField(
        label=_("How far back?"), choices=list(policies.PERIODS.items()), coerce=int, initial=7,
        widget=forms.RadioSelect, error_messages={"required": _("Choose how far back it goes.")},
    )  # fmt: skip
    reason = forms.ChoiceField(
        label=_("Why do you print it?"), choices=list(policies.REASONS.items()), widget=forms.RadioSelect,
        error_messages={"required": _("Say why you print it.")},
    )  # fmt: skip
    words = forms.CharField(
        label=_("In your own words"), required=False, max_length=policies.LONGEST,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("It is kept sealed, and stands in the log for those who may read it."),
    )  # fmt: skip
    form = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, periods: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not periods:
            del self.fields["days"]

    @property
    def asked(self) -> dict[str, Any]:
        """As the action takes it."""
        given = self.cleaned_data
        return {
            "reason": given["reason"], "words": given["words"], "form": given["form"], "days": given.get("days", 0)
        }  # fmt: skip


class HandForm(forms.Form):
    """Who has the paper now."""

    name = forms.CharField(
        label=_("Name"), max_length=policies.LONGEST_NAME, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Write the name of who has it now.")},
    )  # fmt: skip
    relation = forms.CharField(
        label=_("What are they to the citizen, or where do they work?"), max_length=policies.LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "off"}), help_text=_("Like: daughter, own doctor, ambulance."),
        error_messages={"required": _("Write what they are to the citizen, or where they work.")},
    )  # fmt: skip
    why = forms.CharField(
        label=_("Why do they have it?"), max_length=policies.LONGEST,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Say in a few words why they have it.")},
    )  # fmt: skip

    @property
    def handed(self) -> Handed:
        """As the action takes it."""
        given = self.cleaned_data
        return Handed(given["name"], given["relation"], given["why"])
