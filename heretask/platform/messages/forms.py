"""What people fill in to write a message. No field cuts a text short: what is too long is refused with a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from heretask.kernel.access.addressed import Addresses, To
from heretask.ui.addressing import AddressField
from heretask.ui.attaching import Attaching

from . import policies
from .policies import Refused


class _Text(forms.CharField):
    widget = forms.Textarea

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, strip=False, **kwargs)
        self.required = True  # said so to the reader; an empty one gets our own sentence

    def clean(self, value: Any) -> str:
        """The text as it is kept."""
        try:
            return policies.check_text(str(value or ""), empty=True)
        except Refused as refused:
            raise ValidationError(str(refused)) from refused


class _Subject(forms.CharField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.required = True
        self.validators = []  # Django's own sentence about NUL says nothing to a carer

    def clean(self, value: Any) -> str:
        """One line, as it is kept."""
        try:
            return policies.check_subject(str(value or ""), empty=True)
        except Refused as refused:
            raise ValidationError(str(refused)) from refused


class _Saying(Attaching):
    """A form that needs words, unless photos or files come with it."""

    def clean(self) -> dict[str, Any]:
        """Ask for the words that are missing, each in its field."""
        cleaned = super().clean()
        if not self.accepted and not self.waiting_ids:
            for name in ("subject", "text"):
                if cleaned.get(name) == "":
                    self.add_error(name, _("Write something first."))
        return cleaned


def _urgent() -> forms.BooleanField:
    return forms.BooleanField(
        label=_("Urgent: everybody confirms that they have read it"), required=False,
    )  # fmt: skip


class NewMessage(_Saying):
    """A new message, to up to three addresses."""

    to = AddressField(label=_("To whom?"))
    also = AddressField(label=_("Also to"), required=False)
    third = AddressField(label=_("And to"), required=False)
    subject = _Subject(label=_("Subject"), widget=forms.TextInput(attrs={"autocomplete": "off"}))
    text = _Text(
        label=_("Message"), help_text=_("It stays in HereTask. A mail says only that it waits. Photos need no words.")
    )
    urgent = _urgent()

    def __init__(self, *args: Any, offered: Addresses, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("to", "also", "third"):
            self.fields[name].offer(offered)  # type: ignore[attr-defined]

    @property
    def addressed(self) -> list[To]:
        """All who were chosen."""
        given = (self.cleaned_data.get(name) for name in ("to", "also", "third"))
        return [to for to in given if to]


class Reply(_Saying):
    """An answer to all who take part."""

    text = _Text(label=_("Your answer"), widget=forms.Textarea(attrs={"rows": 3}))
    urgent = _urgent()


class Narrow(forms.Form):
    """What the list is narrowed down to."""

    show = forms.ChoiceField(
        label=_("Show"), required=False,
        choices=[("", _("All")), ("unread", _("Not read")), ("urgent", _("Urgent, not confirmed"))],
    )  # fmt: skip
    person = forms.TypedChoiceField(label=_("With"), required=False, empty_value=None)
    days = forms.TypedChoiceField(
        label=_("Period"), required=False, coerce=int, empty_value=None,
        choices=[("", _("Everything")), ("7", _("7 days")), ("30", _("30 days"))],
    )  # fmt: skip

    def __init__(self, *args: Any, people: Mapping[UUID, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [  # type: ignore[attr-defined]
            ("", _("Everybody")), *((str(own), name) for own, name in people.items())
        ]  # fmt: skip
