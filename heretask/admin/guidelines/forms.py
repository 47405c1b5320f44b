"""What administrators fill in about guidelines."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from heretask.kernel.tenancy.guidelines import (
    DAYS,
    FLOOR_LENGTH,
    LONG_LENGTH,
    LONGEST_LENGTH,
    Guidelines,
)

from . import policies
from .policies import Refused


def _time(label: Any) -> forms.TimeField:
    return forms.TimeField(
        label=label, required=False, input_formats=["%H:%M", "%H.%M", "%H:%M:%S"],
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )  # fmt: skip


class GuidelinesForm(forms.Form):
    """All guidelines together, and who stands for it where one goes below its default."""

    second_factor = forms.BooleanField(
        label=_("Everybody signs in with a second factor"), required=False,
        help_text=_("Administrators always do, whatever is chosen here."),
    )  # fmt: skip
    password_length = forms.IntegerField(
        label=_("Characters in a password, at least"), min_value=FLOOR_LENGTH, max_value=LONGEST_LENGTH,
        help_text=_("The floor is 8. Without a second factor the default is 15."),
    )  # fmt: skip
    idle_minutes = forms.TypedChoiceField(
        label=_("Signed out after so many minutes without activity"), coerce=int, choices=[(n, n) for n in range(1, 6)],
        help_text=_("5 at most. It has effect at the next sign-in."),
    )  # fmt: skip
    work_from = _time(_("People may be signed in from"))
    work_until = _time(_("until"))
    work_days = forms.MultipleChoiceField(
        label=_("On these days"), choices=DAYS, widget=forms.CheckboxSelectMultiple, required=False,
        help_text=_("Hours over midnight belong to the day on which they begin. Leave the times empty for no hours."),
    )  # fmt: skip
    networks = forms.CharField(
        label=_("Networks from which people may sign in"), required=False, max_length=1500,
        help_text=_("One on each line, like 192.0.2.0/24. Leave it empty for everywhere."),
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "autocomplete": "off"}),
    )  # fmt: skip
    accepted_by = forms.CharField(
        label=_("Who accepts to go below a default?"), max_length=120, required=False,
        help_text=_("Name and position. Needed only below a default; it stands on this page."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Why?"), max_length=500, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )

    def clean_networks(self) -> tuple[str, ...]:
        """Each line as a network."""
        lines = [line.strip() for line in self.cleaned_data["networks"].replace(",", "\n").splitlines()]
        try:
            return tuple(dict.fromkeys(policies.check_network(line) for line in lines if line))
        except Refused as refused:
            raise forms.ValidationError(str(refused)) from refused

    def wanted(self, before: Guidelines) -> Guidelines:
        """What was filled in. Who gives up the second factor and says nothing of passwords gets the longer default."""
        given = self.cleaned_data
        length = given["password_length"]
        gives_up = before.second_factor and not given["second_factor"]
        if gives_up and length == before.password_length:
            length = max(length, LONG_LENGTH)
        hours = given["work_from"] is not None or given["work_until"] is not None
        return Guidelines(
            password_length=length, second_factor=given["second_factor"], idle_seconds=given["idle_minutes"] * 60,
            work_from=given["work_from"], work_until=given["work_until"],
            work_days="".join(sorted(given["work_days"])) if hours else "1234567", networks=given["networks"],
        )  # fmt: skip

    @classmethod
    def initial_of(cls, now: Guidelines) -> dict[str, Any]:
        """The form's beginning."""
        return {
            "second_factor": now.second_factor, "password_length": now.password_length,
            "idle_minutes": max(1, now.idle_seconds // 60), "work_from": now.work_from, "work_until": now.work_until,
            "work_days": list(now.work_days), "networks": "\n".join(now.networks),
        }  # fmt: skip
