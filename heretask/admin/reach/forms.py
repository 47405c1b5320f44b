"""What somebody asks about reach."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from heretask.kernel.access.permissions import Permission


class WhyForm(forms.Form):
    """Which right is asked about; the citizen comes as an opaque id from a search."""

    permission = forms.ChoiceField(label=_("Which right?"))
    citizen = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, supplier: bool = False, about_citizen: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [p for p in Permission if supplier or not p.value.startswith("system.backups")]
        chosen = [p for p in offered if not about_citizen or _of_citizens(p)]
        self.fields["permission"].choices = [(p.value, p.sentence) for p in chosen]  # type: ignore[attr-defined]


class CitizenForm(forms.Form):
    """Looking for a citizen to ask about."""

    q = forms.CharField(
        label=_("Name of the citizen"), max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"].widget.input_type = "search"


def _of_citizens(permission: Permission) -> bool:
    """Whether a right is one over single citizens, decided for each."""
    return permission.system == "social" and permission.value.partition(":")[2] not in {"import", "erase"}
