"""How long the log is to be kept."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from heretask.kernel.retention.queries import FEWEST, MOST

from .policies import FEWEST_MESSAGES


class MonthsForm(forms.Form):
    """So many months, and why; `sure` comes with the second question, where it gets shorter."""

    months = forms.IntegerField(
        label=_("Months"), min_value=FEWEST, max_value=MOST,
        help_text=_("Whole calendar months; 6 at least, 13 where nobody has chosen."),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Why do you change it?"), max_length=200, required=False,
        help_text=_("Needed where it gets shorter. Is written in the log."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    sure = forms.IntegerField(required=False, widget=forms.HiddenInput)


class MessagesForm(forms.Form):
    """How long messages are kept, and why it is changed."""

    messages = forms.IntegerField(
        label=_("Months that messages are kept"), min_value=FEWEST_MESSAGES, max_value=MOST,
        help_text=_("24 where nobody has chosen. Older ones go at night; nobody can bring them back."),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Why do you change it?"), max_length=200, required=False,
        help_text=_("Needed where it gets shorter. Is written in the log."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["auto_id"] = "messages_%s"  # the other form on the page has a field of the same name
        super().__init__(*args, **kwargs)
