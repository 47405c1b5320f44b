"""What people fill in about who works with whom."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from heretask.social.citizens.forms import SearchForm as CitizensSearchForm

from . import policies
from .queries import Colleague

KINDS = [
    ("key_worker", _("Key worker, without end")),
    ("shift", _("On shift, for some hours")),
    ("substitute", _("Substitute, until a day")),
]


class SearchForm(CitizensSearchForm):
    """Find a colleague by name."""

    q = forms.CharField(
        label=_("Find a colleague by name"), required=True,
        widget=forms.SearchInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Write a part of the name.")},
    )  # fmt: skip


class RelationForm(forms.Form):
    """Who of those found, why, and until when."""

    person = forms.ChoiceField(label=_("Who?"), widget=forms.RadioSelect)
    kind = forms.ChoiceField(label=_("Why do they work with the citizen?"), widget=forms.RadioSelect, choices=KINDS)
    hours = forms.IntegerField(
        label=_("Hours, for a shift"), required=False, min_value=1, max_value=policies.LONGEST_SHIFT,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    until = forms.DateField(
        label=_("Last day, for a substitute"), required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip

    def __init__(self, found: list[Colleague], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [  # type: ignore[attr-defined]
            (str(one.id), ", ".join([one.name, *one.places])) for one in found
        ]

    @property
    def chosen(self) -> dict[str, Any]:
        """What the action needs."""
        given = self.cleaned_data
        return {
            "user_id": UUID(given["person"]), "kind": given["kind"], "hours": given["hours"], "until": given["until"]
        }  # fmt: skip


class ReasonForm(forms.Form):
    """Why somebody is sealed or unsealed."""

    reason = forms.CharField(
        label=_("Reason"), max_length=policies.LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It stands in the log and on the citizen's page for those who reach them."),
    )  # fmt: skip
