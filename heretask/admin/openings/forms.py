"""Whom somebody asks about."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .exporting import Wanted

DEFAULT = dt.timedelta(days=396)  # thirteen months: as long as the log is kept where nobody has chosen otherwise


class CitizenForm(forms.Form):
    """Part of a citizen's name."""

    q = forms.CharField(
        label=_("Name, or part of it"), max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"].widget.input_type = "search"


class LetterForm(forms.Form):
    """Which letter."""

    since = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    until = forms.DateField(label=_("To"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    recipient = forms.CharField(
        label=_("For whom?"), max_length=120, help_text=_("The citizen, or who asks for them. Stands on the letter."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    why = forms.CharField(
        label=_("Why?"), max_length=200, help_text=_("Such as: asked for on the telephone on 3 November."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    def clean(self) -> dict[str, Any]:
        """The days must be in order."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("since") and given.get("until") and given["since"] > given["until"]:
            self.add_error("until", _("The last day must not be before the first."))
        return given

    def wanted(self, citizen: UUID) -> Wanted:
        """The letter that is asked for."""
        return Wanted(citizen=citizen, **self.cleaned_data)

    @staticmethod
    def beginning() -> dict[str, Any]:
        """What stands in a new form."""
        today = timezone.localdate()
        return {"since": today - DEFAULT, "until": today, "language": settings.LANGUAGE_CODE}


class NamesForm(forms.Form):
    """Whether letters name staff, and why that is chosen."""

    names = forms.TypedChoiceField(
        label=_("How do letters speak of staff?"), widget=forms.RadioSelect, coerce=lambda value: value == "names",
        choices=[("roles", _("By role and unit")), ("names", _("By name, role and unit"))],
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Why do you choose this?"), max_length=200, help_text=_("Is written in the log."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
