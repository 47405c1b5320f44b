"""What is asked of who hands a file over."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from heretask.kernel.files import opening
from heretask.kernel.files.handing import BASES, WAYS
from heretask.kernel.files.policies import Refused


class _Receiver(forms.CharField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.required = True  # said so to the reader; an empty one gets our own sentence
        self.validators = []  # Django's own sentence about NUL says nothing to a carer

    def clean(self, value: Any) -> str:
        """One line, as it is kept."""
        try:
            return opening.check_receiver(str(value or ""))
        except Refused as refused:
            raise ValidationError(str(refused)) from refused


class HandOver(forms.Form):
    """To whom, why and how."""

    receiver = _Receiver(
        label=_("To whom?"), help_text=_("A person and where they work, or an authority."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    basis = forms.ChoiceField(
        label=_("Why may they have it?"), choices=BASES, widget=forms.RadioSelect,
        error_messages={"required": _("Choose why they may have it.")},
    )  # fmt: skip
    way = forms.ChoiceField(
        label=_("How is it handed over?"), choices=WAYS, widget=forms.RadioSelect,
        error_messages={"required": _("Choose how it is handed over.")},
    )  # fmt: skip
