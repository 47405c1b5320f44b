"""What is asked for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from heretask.kernel.approvals.asking import ACTS, at_the_server
from heretask.kernel.identity.people import names_of

from .queries import newcomers

REASON = _("The other manager reads it, and it stands in the log.")


class ServerForm(forms.Form):
    """Something that is done at the server."""

    act = forms.ChoiceField(label=_("What?"), choices=lambda: [(n, ACTS[n].label) for n in at_the_server()])
    slug = forms.CharField(
        label=_("One customer only"), max_length=40, required=False,
        help_text=_("The short name after the @. Empty: all customers."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    why = forms.CharField(
        label=_("Why?"), max_length=300, help_text=REASON, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


class ReplaceForm(forms.Form):
    """Who comes, and what the board decided."""

    incoming = forms.ChoiceField(
        label=_("Who comes instead?"),
        help_text=_("Somebody with a login here, who has signed in and set up one-time codes."),
    )  # fmt: skip
    minutes_on = forms.DateField(
        label=_("The minutes are of"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    decision = forms.CharField(
        label=_("Number of the decision"), max_length=40,
        help_text=_("As in the minutes of the board. All customers read date and number."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    why = forms.CharField(
        label=_("What was decided?"), max_length=300, help_text=REASON,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = newcomers()
        names = names_of(user.id for user in found)
        field = self.fields["incoming"]
        field.choices = [(str(user.id), f"{names[user.id]} ({user.user_name})") for user in found]  # type: ignore[attr-defined]
