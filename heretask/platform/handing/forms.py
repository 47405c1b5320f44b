"""What giver and receiver fill in."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from heretask.platform.printing.policies import PERIODS

from . import policies
from .policies import To


class GiveForm(forms.Form):
    """Who is to have it, on what basis, and until when."""

    days = forms.TypedChoiceField(
        label=_("How far back?"), choices=list(PERIODS.items()), coerce=int, initial=7, widget=forms.RadioSelect,
        error_messages={"required": _("Choose how far back it goes.")},
    )  # fmt: skip
    name = forms.CharField(
        label=_("Who is to have it?"), max_length=policies.LONGEST,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Write the name of who is to have it.")},
    )  # fmt: skip
    relation = forms.CharField(
        label=_("What are they to the citizen, or where do they work?"), max_length=policies.LONGEST,
        widget=forms.TextInput(attrs={"autocomplete": "off"}), help_text=_("Like: daughter, own doctor, ambulance."),
        error_messages={"required": _("Write what they are to the citizen, or where they work.")},
    )  # fmt: skip
    basis = forms.ChoiceField(
        label=_("On what basis?"), choices=list(policies.BASES.items()), widget=forms.RadioSelect,
        error_messages={"required": _("Choose on what basis it is handed over.")},
    )  # fmt: skip
    why = forms.CharField(
        label=_("What is it for?"), max_length=policies.LONGEST_WHY,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Say in a few words what it is for.")},
    )  # fmt: skip
    last_day = forms.DateField(
        label=_("Last day it can be opened"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("At most 14 days from now."), error_messages={"required": _("Choose a day.")},
    )  # fmt: skip

    def __init__(self, *args: Any, periods: bool, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"last_day": timezone.localdate() + dt.timedelta(days=7)})
        super().__init__(*args, **kwargs)
        if not periods:
            del self.fields["days"]

    @property
    def asked(self) -> dict[str, Any]:
        """As the action takes it."""
        given = self.cleaned_data
        return {
            "to": To(given["name"], given["relation"], given["why"]), "basis": given["basis"],
            "last_day": given["last_day"], "days": given.get("days", 0),
        }  # fmt: skip


class LinkForm(forms.Form):
    """The first step of the receiver: what stands behind the # of the link; a script puts it there."""

    link = forms.CharField(
        label=_("What stands behind # in your link"), max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
        error_messages={"required": _("Open the link once more, or copy what stands behind #.")},
    )  # fmt: skip


class CodeForm(forms.Form):
    """The second step: the code, which came another way."""

    link = forms.CharField(widget=forms.HiddenInput, max_length=200)
    code = forms.CharField(
        label=_("The code that you were told"), max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        help_text=_("Eight letters and figures, like K7F3-9Q2M. You have five tries."),
        error_messages={"required": _("Write the code that you were told.")},
    )  # fmt: skip
