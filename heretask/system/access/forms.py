"""What is asked for, and the code with which one enters."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from heretask.kernel.grants.asking import Askable

from .actions import Wanted

LENGTHS = ((30, _("30 minutes")), (60, _("1 hour")), (120, _("2 hours")), (240, _("4 hours")), (480, _("8 hours")))


class AskForm(forms.Form):
    """A request to a customer; with `glass` one to the other manager, which names no citizens."""

    customer = forms.ChoiceField(label=_("Customer"))
    scope = forms.ChoiceField(
        label=_("How far?"), widget=forms.RadioSelect, initial="structure",
        choices=[
            ("structure", _("Structure only: pages and numbers, every name and text stays sealed")),
            ("citizens", _("Named citizens: their journals alone")),
            ("content", _("Content: names and journals, but nobody who is sealed")),
        ],
    )  # fmt: skip
    citizens = forms.CharField(
        label=_("Which citizens?"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For named citizens: the addresses of their pages, as the customer sent them."),
    )  # fmt: skip
    purpose = forms.CharField(
        label=_("What for?"), max_length=400, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("The customer's administrators read it. Write nothing about a citizen."),
    )  # fmt: skip
    case_number = forms.CharField(
        label=_("Number of the case"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    minutes = forms.TypedChoiceField(label=_("How long?"), choices=LENGTHS, coerce=int, initial=60)

    def __init__(self, customers: Iterable[Askable], *args: Any, glass: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        closed = _("closed")
        choices = [(str(c.id), c.name if c.active else f"{c.name} ({closed})") for c in customers]
        self.fields["customer"].choices = choices  # type: ignore[attr-defined]
        if glass:
            del self.fields["citizens"]
            scope = self.fields["scope"]
            scope.choices = [one for one in scope.choices if one[0] != "citizens"]  # type: ignore[attr-defined]

    @property
    def wanted(self) -> Wanted:
        """What the action needs."""
        given = self.cleaned_data
        return Wanted(
            UUID(given["customer"]), given["scope"], given.get("citizens", ""), given["purpose"], given["case_number"],
            given["minutes"],
        )  # fmt: skip


class CodeForm(forms.Form):
    """A one-time code of this moment."""

    code = forms.CharField(
        label=_("One-time code"), max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )  # fmt: skip
