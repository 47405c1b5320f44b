"""One's own address and telephone, and which notices go there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from heretask.kernel.outbox import addresses, telephones


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


class NumberForm(forms.Form):
    """A telephone number."""

    telephone = forms.CharField(
        label=_("Telephone number"), max_length=30,
        help_text=_("Eight figures. From abroad: + and the country's code first."),
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel"}),
    )  # fmt: skip

    def clean_telephone(self) -> str:
        """As it was written, if it is a number; else the sentence of why not."""
        given = str(self.cleaned_data["telephone"])
        try:
            telephones.check_number(given)
        except addresses.Refused as refused:
            raise ValidationError(str(refused)) from None
        return given


class CodeForm(forms.Form):
    """The code of an SMS."""

    code = forms.CharField(
        label=_("Code from the SMS"), max_length=12,
        help_text=_("Six figures. It counts for ten minutes, and you have five tries."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )  # fmt: skip


class ChoiceForm(forms.Form):
    """Which notices come, and how."""

    notices = forms.MultipleChoiceField(
        label=_("When a message waits"), required=False, widget=forms.CheckboxSelectMultiple
    )
    urgent = forms.MultipleChoiceField(
        label=_("When a message is urgent and must be confirmed"), required=False, widget=forms.CheckboxSelectMultiple
    )
    checkpoints = forms.BooleanField(
        label=_("Send me the newest checkpoint of the log every week"), required=False,
        help_text=_("You keep it outside HereTask: with it, nobody can shorten or rewrite the log unseen."),
    )  # fmt: skip

    def __init__(self, *args: Any, ways: Sequence[str], log: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = {"mail": _("By e-mail"), "sms": _("By SMS")}
        for kind in ("notices", "urgent"):
            field = self.fields[kind]
            assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101  (for the type checker)
            field.choices = [(way, words[way]) for way in ways]
        if "sms" in ways:
            self.fields["notices"].help_text = _(
                "By SMS at most every half hour, and only if you have not read it by then."
            )
            self.fields["urgent"].help_text = _("By SMS at once.")
        if not log or "mail" not in ways:
            del self.fields["checkpoints"]
