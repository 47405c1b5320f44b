"""What is filled in to tell every customer something."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from . import policies
from .models import LONGEST_TEXT, LONGEST_TITLE
from .policies import Words


def _title(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=LONGEST_TITLE, widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip


def _text(label: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 4}))


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), initial=policies.today
    )


class AnnouncementForm(forms.Form):
    """In both languages, for whom, from when until when."""

    title_da = _title(_("Heading in Danish"))
    text_da = _text(_("Text in Danish"))
    title_en = _title(_("Heading in English"))
    text_en = _text(_("Text in English"))
    admins = forms.TypedChoiceField(
        label=_("For whom?"), coerce=lambda value: value == "admins", initial="all", widget=forms.RadioSelect,
        choices=[("all", _("Everybody")), ("admins", _("Administrators"))],
    )  # fmt: skip
    starts = _day(_("From"))
    ends = _day(_("Until and including"))
    must = forms.BooleanField(
        label=_("Everybody must acknowledge it"), required=False,
        help_text=_("It then stands on their start page until they have, or until it is over."),
    )  # fmt: skip

    @property
    def words(self) -> Words:
        """What is said."""
        given = self.cleaned_data
        return Words(given["title_da"], given["text_da"], given["title_en"], given["text_en"])
