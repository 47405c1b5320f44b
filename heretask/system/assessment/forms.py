"""Asking for a sample."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from heretask.kernel.evidence.populations import Population
from heretask.system.records.forms import day_field

from . import policies


def _month_ago() -> dt.date:
    return timezone.localdate() - dt.timedelta(days=30)


class SampleForm(forms.Form):
    """Out of what, in which days, by which seed, and how many rows."""

    population = forms.ChoiceField(label=_("What is drawn from"))
    first = day_field(_("First day"), initial=_month_ago)
    last = day_field(_("Last day"), initial=timezone.localdate)
    wanted = forms.IntegerField(
        label=_("How many rows"), initial=10, min_value=policies.FEWEST, max_value=policies.MOST
    )
    seed = forms.CharField(
        label=_("Your seed"), max_length=policies.SEED[1], widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Any words that nobody could have guessed. The same words draw the same rows again."),
    )  # fmt: skip

    def __init__(self, populations: Iterable[Population], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["population"].choices = [(one.key, one.label) for one in populations]  # type: ignore[attr-defined]
