"""A new customer, and why one is closed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


def _text(label: Any, longest: int, hint: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, max_length=longest, help_text=hint, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


class CustomerForm(forms.Form):
    """The customer, and who runs it at first."""

    name = _text(_("The customer's name"), 120)
    slug = _text(_("Short name"), 40, _("After the @ when people sign in: small letters, digits, hyphens. For ever."))
    person = _text(_("The first administrator"), 120, _("The person's whole name."))
    user_name = _text(_("Their user name"), 40, _("Before the @: anna, anna.skov"))


class WhyForm(forms.Form):
    """Why."""

    why = _text(_("Why?"), 300, _("The other manager reads it, and so do the customer's administrators."))
