"""What is filled in to put up a notice."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from . import policies
from .policies import Words


class NoticeForm(forms.Form):
    """For whom, what, and from when until when."""

    title = forms.CharField(
        label=_("Heading"), max_length=policies.LONGEST_TITLE, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Write a heading.")},
    )  # fmt: skip
    text = forms.CharField(
        label=_("Notice"), max_length=policies.LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("An empty line begins a paragraph; a line that begins with a hyphen becomes a point of a list."),
        error_messages={"required": _("Write the notice.")},
    )  # fmt: skip
    to = forms.ChoiceField(label=_("For whom?"))
    starts = forms.DateField(
        label=_("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Choose a day.")},
    )  # fmt: skip
    ends = forms.DateField(
        label=_("Until and including"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Choose a day.")},
    )  # fmt: skip
    must = forms.BooleanField(
        label=_("Everybody must acknowledge it"), required=False,
        help_text=_("It stands on their start page until they have. You see who has."),
    )  # fmt: skip
    pinned = forms.BooleanField(label=_("Keep it at the top"), required=False)

    def __init__(self, choices: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = choices  # type: ignore[attr-defined]

    @property
    def words(self) -> Words:
        """What is sealed of it."""
        return Words(self.cleaned_data["title"], self.cleaned_data["text"])
