"""One's own address, and which notices go there."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from heretask.kernel.outbox import addresses


class AddressForm(forms.Form):
    """An e-mail address."""

    email = forms.CharField(
        label=_("E-mail address"), max_length=200,
        help_text=_("Mail travels openly: it says only that something waits here, with a link."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autocapitalize": "none", "spellcheck": "false"}),
    )  # fmt: skip

    def clean_email(self) -> str:
        """As it is kept, or the sentence of why not."""
        try:
            return addresses.check_address(str(self.cleaned_data["email"]))
        except addresses.Refused as refused:
            raise ValidationError(str(refused)) from None


class ChoiceForm(forms.Form):
    """Which notices come."""

    notices = forms.BooleanField(label=_("Tell me by e-mail when a message waits"), required=False)
    checkpoints = forms.BooleanField(
        label=_("Send me the newest checkpoint of the log every week"), required=False,
        help_text=_("You keep it outside HereTask: with it, nobody can shorten or rewrite the log unseen."),
    )  # fmt: skip

    def __init__(self, *args: Any, log: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not log:
            del self.fields["checkpoints"]
