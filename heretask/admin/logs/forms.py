"""What can be asked of the log."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from heretask.kernel.log.queries import Filters
from heretask.kernel.log.registry import Category


class FilterForm(forms.Form):
    """Filters of the log; person, citizen and session come from links and travel along unseen."""

    q = forms.CharField(
        label=_("Person, citizen or word"), required=False, max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=_("What happened"),
        required=False,
        choices=[("", _("Everything")), *((c.value, c.label) for c in Category)],
    )
    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    person = forms.UUIDField(required=False, widget=forms.HiddenInput)
    citizen = forms.UUIDField(required=False, widget=forms.HiddenInput)
    session = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"].widget.input_type = "search"

    def clean(self) -> dict[str, Any]:
        """The days must be in order."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("since") and given.get("until") and given["since"] > given["until"]:
            self.add_error("until", _("The last day must not be before the first."))
        return given

    @property
    def filters(self) -> Filters:
        """What was asked."""
        return Filters(**{name: self.cleaned_data[name] for name in self.fields})


class WhyForm(forms.Form):
    """Why somebody takes the log out."""

    why = forms.CharField(
        label=_("Why?"), max_length=200, help_text=_("Is written in the log beside the extract."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
