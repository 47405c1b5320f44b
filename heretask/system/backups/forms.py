"""What Management fills in about backups."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

GOOD = [("good", _("All backups succeeded")), ("bad", _("Something failed"))]


class ReportForm(forms.Form):
    """The hosting provider's report on its own backups."""

    reported_on = forms.DateField(
        label=_("Day of the report"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    result = forms.ChoiceField(label=_("Result"), choices=GOOD)
    site = forms.CharField(
        label=_("Data centre"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
