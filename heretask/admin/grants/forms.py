"""What administrators say about the supplier's access."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class StandingForm(forms.Form):
    """What is approved beforehand."""

    scope = forms.ChoiceField(
        label=_("How far?"), widget=forms.RadioSelect, initial="structure",
        choices=[("structure", _("Structure only: names and texts stay sealed")), ("content", _("Content"))],
    )  # fmt: skip
    minutes = forms.TypedChoiceField(
        label=_("How long at most?"), coerce=int, initial=60,
        choices=[(30, _("30 minutes")), (60, _("1 hour")), (240, _("4 hours")), (480, _("8 hours"))],
    )  # fmt: skip
    until = forms.DateField(
        label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("90 days away at most. You can withdraw it at any time."),
    )  # fmt: skip

    @property
    def ends(self) -> dt.datetime:
        """The end of the last day."""
        day: dt.date = self.cleaned_data["until"]
        return timezone.make_aware(dt.datetime.combine(day, dt.time(23, 59)))


class JudgeForm(forms.Form):
    """What somebody thinks of an access that nobody here had answered."""

    words = forms.CharField(
        label=_("Was it right?"), max_length=400, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Your name and the time stand beside it. Write nothing about a citizen."),
    )  # fmt: skip
