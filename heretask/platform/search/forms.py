"""What people fill in to search across everything."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from heretask.kernel.secrets.words import words_of


class SearchForm(forms.Form):
    """One field."""

    q = forms.CharField(
        label=gettext_lazy("Search everything"), required=False, widget=forms.SearchInput(attrs={"autocomplete": "off"})
    )

    def __init__(self, *args: Any, first: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"].validators = []  # Django's own sentence about NUL says nothing to a carer
        if first:
            self.fields["q"].widget.attrs["autofocus"] = True

    def clean_q(self) -> str:
        """The words, at most 200 characters, with a letter or digit among them."""
        words = str(self.cleaned_data["q"])
        if "\x00" in words:
            raise ValidationError(_("The search holds an invisible character. Type it again."))
        if len(words) > 200:
            raise ValidationError(_("Search with 200 characters at most."))
        if not words_of(words):
            raise ValidationError(_("Write at least one word to search for."))
        return words.strip()
