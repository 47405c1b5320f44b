"""Files in a form: from the camera or the device, and those that were chosen before and wait."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from heretask.kernel.files.accepting import Accepted
from heretask.kernel.files.policies import MOST, too_many

from .receiving import Received


class _Many(forms.FileInput):
    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Any]:  # noqa: ARG002  (Django's signature)
        return list(files.getlist(name)) if hasattr(files, "getlist") else []


class FilesField(forms.Field):
    """Up to twelve files. What was accepted is kept whatever else is wrong; each refused one is a sentence."""

    widget = _Many

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, label=gettext_lazy("Photos and files"), **kwargs)

    def clean(self, value: Any) -> list[Accepted]:
        """The accepted ones; raises ValidationError with a sentence for each other one."""
        refused = [one for one in value or () if isinstance(one, Received) and one.refused]
        if refused:
            raise ValidationError([_("%(name)s: %(why)s") % {"name": one.name, "why": one.refused} for one in refused])
        return accepted_of(value)


def accepted_of(value: Any) -> list[Accepted]:
    """Those of a form's files that may be kept."""
    return [one.accepted for one in value or () if isinstance(one, Received) and one.accepted]


class Attaching(forms.Form):
    """A form with files: mixed into the form of what they stand with, and shown by `ui/_attach.html`."""

    attached = FilesField()

    @property
    def said(self) -> dict[str, Any]:
        """What a valid form says, but for its files."""
        return {name: value for name, value in self.cleaned_data.items() if name != "attached"}

    @property
    def waiting_ids(self) -> list[UUID]:
        """Those that wait already and are still wanted."""
        return self._ids("waiting")

    @property
    def still(self) -> list[UUID] | None:
        """Those that stand there already and are to stay; None where the page did not ask."""
        return self._ids("held") if self.data.get("held_listed") else None

    def _ids(self, name: str) -> list[UUID]:
        found = []
        for text in self.data.getlist(name) if hasattr(self.data, "getlist") else ():
            with suppress(ValueError):
                found.append(UUID(text))
        return list(dict.fromkeys(found))

    @property
    def accepted(self) -> list[Accepted]:
        """The new ones that may be kept, also where the form is refused."""
        return accepted_of(self.files.getlist("attached")) if hasattr(self.files, "getlist") else []

    def clean(self) -> dict[str, Any]:
        """Count the new ones and those that wait together."""
        cleaned = super().clean() or self.cleaned_data
        if len(self.accepted) + len(self.waiting_ids) > MOST:
            self.add_error("attached", too_many())
        return cleaned
