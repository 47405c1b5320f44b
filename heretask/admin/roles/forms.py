"""What a role of the customer's own is made of."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from heretask.kernel.access.permissions import Permission
from heretask.kernel.access.roles import OFFERED

from .actions import Wanted
from .policies import LONGEST_LABEL, LONGEST_SENTENCE


class RightsField(forms.MultipleChoiceField):
    """The rights in one of the systems, each as its sentence."""

    def __init__(self, system: str, **kwargs: Any) -> None:
        self.system = system
        super().__init__(required=False, widget=forms.CheckboxSelectMultiple, **kwargs)

    def choices_now(self) -> list[tuple[str, Any]]:
        """In the order of the catalogue."""
        return [(p.value, p.sentence) for p in Permission if p in OFFERED and p.system == self.system]


class RoleForm(forms.Form):
    """A role: its name, what it is for, where it holds, and what it allows."""

    label = forms.CharField(
        label=_("Name of the role"), max_length=LONGEST_LABEL, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    sentence = forms.CharField(
        label=_("What it is for"), max_length=LONGEST_SENTENCE, required=False,
        help_text=_("One sentence that your colleagues understand."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    units = forms.BooleanField(
        label=_("It is given for one unit at a time"), required=False, initial=True,
        help_text=_("Rights over citizens hold in that unit only. Rights in Admin and System hold in the whole house."),
    )  # fmt: skip
    social = RightsField("social", label=_("In Social"))
    admin = RightsField("admin", label=_("In Admin"))
    system = RightsField("system", label=_("In System"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in list(self.fields.items()):
            if isinstance(field, RightsField):
                field.choices = field.choices_now()
                if not field.choices:
                    del self.fields[name]

    @property
    def wanted(self) -> Wanted:
        """What was filled in."""
        given = self.cleaned_data
        rights = tuple(p for name in ("social", "admin", "system") for p in given.get(name, []))
        return Wanted(given["label"], given["sentence"], given["units"], rights)

    @classmethod
    def initial_of(cls, state: dict[str, Any]) -> dict[str, Any]:
        """The form's beginning for a role as it stands."""
        by_system = {
            name: [p for p in state["permissions"] if p.startswith(f"{name}.")]
            for name in ("social", "admin", "system")
        }
        return {"label": state["label"], "sentence": state["sentence"], "units": state["units"], **by_system}
