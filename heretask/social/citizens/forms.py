"""What people fill in about citizens."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class SearchForm(forms.Form):
    """Search among those one works with."""

    q = forms.CharField(
        label=gettext_lazy("Search among your citizens"),
        required=False,
        widget=forms.SearchInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"].validators = []  # Django's own sentence about NUL says nothing to a carer

    def clean_q(self) -> str:
        """The words, at most 200 characters."""
        words = str(self.cleaned_data["q"])
        if "\x00" in words:
            raise ValidationError(_("The search holds an invisible character. Type it again."))
        if len(words) > 200:
            raise ValidationError(_("Search with 200 characters at most."))
        return words


class UploadForm(forms.Form):
    """A spreadsheet with citizens."""

    file = forms.FileField(
        label=gettext_lazy("Spreadsheet with citizens"),
        help_text=gettext_lazy("CSV or XLSX, 10 MB at most."),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.txt"}),
        allow_empty_file=True,
        error_messages={
            "required": gettext_lazy("Choose a file of 10 MB at most."),
            "invalid": gettext_lazy("Choose a file of 10 MB at most."),
        },
    )


class EraseSearchForm(SearchForm):
    """Find somebody to erase, in the whole customer."""

    q = forms.CharField(
        label=gettext_lazy("Find the citizen to erase"),
        required=False,
        help_text=gettext_lazy("A part of the name, or a whole CPR number. By CPR number nobody else is opened."),
        widget=forms.SearchInput(attrs={"autocomplete": "off"}),
    )

    def clean_q(self) -> str:
        """The words, which must be some: nobody needs a list of everybody here."""
        words = super().clean_q().strip()
        if len(words) < 2:
            raise ValidationError(_("Write at least two letters of the name, or the CPR number."))
        return words


class EraseForm(forms.Form):
    """Erase somebody: who, typed, and why."""

    name = forms.CharField(
        label=gettext_lazy("Type the citizen's full name"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=gettext_lazy("As it stands above. It is compared and not kept."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        help_text=gettext_lazy("It stays in the log and is shown to those who worked with the citizen. No names."),
    )
