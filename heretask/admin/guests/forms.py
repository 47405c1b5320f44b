"""What administrators fill in about guests."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from heretask.admin.users import policies as users
from heretask.admin.users.queries import suggest_user_name
from heretask.kernel.access.roles import ROLES

from . import policies
from .actions import Wanted


class InviteForm(forms.Form):
    """Whom somebody invites."""

    name = forms.CharField(
        label=_("Name"), max_length=users.LONGEST_NAME, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    sender = forms.CharField(
        label=_("From which authority or firm?"), max_length=policies.LONGEST,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    why = forms.CharField(
        label=_("What for?"), max_length=policies.LONGEST, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Such as: announced inspection on 3 November."),
    )  # fmt: skip
    role = forms.ChoiceField(label=_("What do they read?"), widget=forms.RadioSelect)
    until = forms.DateField(
        label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("30 days at most. It ends by itself."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [  # type: ignore[attr-defined]
            (role.key, f"{role.label}: {role.sentence}") for role in ROLES.values() if role.guest
        ]
        self.fields["until"].widget.attrs |= {
            "min": timezone.localdate().isoformat(), "max": policies.last_day().isoformat()
        }  # fmt: skip

    def clean_name(self) -> str:
        """Refuse hidden characters."""
        try:
            return users.check_name(self.cleaned_data["name"])
        except users.Refused as refused:
            raise forms.ValidationError(str(refused)) from refused

    @property
    def wanted(self) -> Wanted:
        """What the action needs; the user name is made from the person's."""
        given = self.cleaned_data
        return Wanted(
            given["name"], suggest_user_name(given["name"]) or suggest_user_name("gæst"), given["role"],
            given["sender"], given["why"], given["until"],
        )  # fmt: skip

    @staticmethod
    def beginning() -> dict[str, Any]:
        """What stands in a new form: two weeks."""
        return {"until": timezone.localdate() + dt.timedelta(days=13), "role": "inspector"}


class SearchForm(forms.Form):
    """Which citizens."""

    q = forms.CharField(
        label=_("Add citizens by name or unit"), max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"].widget.input_type = "search"


class ListForm(forms.Form):
    """Which of those found."""

    citizens = forms.TypedMultipleChoiceField(label=_("Citizens"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, found: list[tuple[Any, str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["citizens"].choices = [(str(i), f"{name}, {place}") for i, name, place in found]  # type: ignore[attr-defined]
