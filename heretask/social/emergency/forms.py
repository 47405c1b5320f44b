"""What people fill in in an emergency, and their leaders afterwards."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from heretask.social.citizens.forms import SearchForm as CitizensSearchForm

from . import policies
from .queries import Hit


class SearchForm(CitizensSearchForm):
    """Find a citizen one does not work with."""

    q = forms.CharField(
        label=_("Whole CPR number, or full name"), required=True,
        help_text=_("The look-up is written in the log, whoever is found."),
        widget=forms.SearchInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Write the whole CPR number, or the full name exactly as it is written.")},
    )  # fmt: skip

    def clean_q(self) -> str:
        """The words, which must be whole."""
        try:
            return policies.check_words(super().clean_q())
        except policies.Refused as refused:
            raise ValidationError(str(refused)) from refused


class OpenForm(forms.Form):
    """Who of those found, and why."""

    citizen = forms.ChoiceField(label=_("Who?"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("What has happened?"), max_length=policies.LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        help_text=_("The citizen's leader reads it and answers. No CPR number."),
    )  # fmt: skip

    def __init__(self, hits: list[Hit], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["citizen"].choices = [(str(hit.id), f"{hit.name}, {hit.unit_name}") for hit in hits]  # type: ignore[attr-defined]
        if len(hits) == 1:
            self.fields["citizen"].initial = str(hits[0].id)


class AnswerForm(forms.Form):
    """What a leader says of an opening."""

    justified = forms.TypedChoiceField(
        label=_("Was it justified?"), widget=forms.RadioSelect, coerce=lambda value: value == "yes",
        choices=[("yes", _("Justified")), ("no", _("Not justified"))],
    )  # fmt: skip
    remark = forms.CharField(
        label=_("Remark"), required=False, max_length=policies.LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The one who opened reads it. Needed where it was not justified."),
    )  # fmt: skip
