"""The field in which somebody is addressed: a plain list to choose from; with scripts it is searched while typing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from heretask.kernel.access.addressed import Addresses, To


class AddressField(forms.ChoiceField):
    """To a person, a unit or a role; cleaned, it is a `To`. Its form gives it `addresses(…)` by `offer`."""

    default_error_messages = {
        "required": _("Choose a person, a unit or a role."),
        "invalid_choice": _("Nobody can be reached there any more. Choose a person, a unit or a role from the list."),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("To whom?"))
        super().__init__(**kwargs)
        self.widget.attrs.setdefault("data-finds", _("Type to find a name, a unit or a role"))

    def offer(self, found: Addresses) -> None:
        """Let these be chosen."""
        groups = ((_("Units"), found.units), (_("People"), found.people), (_("Roles"), found.roles))
        self.choices = [
            ("", _("Choose …")),
            *((label, [(one.to.code, one.label) for one in rows]) for label, rows in groups if rows),
        ]

    def clean(self, value: Any) -> To | None:
        """The address, or None where none was asked for."""
        return To.read(str(super().clean(value)))

    def prepare_value(self, value: Any) -> Any:
        """An address shows as its code."""
        return value.code if isinstance(value, To) else value
