"""What administrators fill in about users."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from . import bulk, policies, queries
from .policies import Refused

START = [("password", _("Start password")), ("link", _("One-time link"))]


class SearchForm(forms.Form):
    """Looking for a user."""

    q = forms.CharField(
        label=_("Name, user name, role or unit"), required=False, max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"].widget.input_type = "search"


class NameForm(forms.Form):
    """A person's name."""

    name = forms.CharField(
        label=_("Name"), max_length=policies.LONGEST_NAME, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )

    def clean_name(self) -> str:
        """Refuse hidden characters."""
        return _refusable(policies.check_name, self.cleaned_data["name"])


class UserNameForm(forms.Form):
    """A new user name."""

    user_name = forms.CharField(
        label=_("User name"), max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )  # fmt: skip

    def clean_user_name(self) -> str:
        """Refuse a name that cannot be one, or was given before."""
        return _refusable(policies.check_name_is_free, self.cleaned_data["user_name"])


class RoleForm(forms.Form):
    """A role, where, and until when."""

    role = forms.ChoiceField(label=_("Role"))
    unit = forms.ChoiceField(label=_("Unit"), required=False)
    until = forms.DateField(
        label=_("Last day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Leave empty for no end."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = {str(unit.id): unit for unit in queries.units_offered()}
        roles = queries.roles_offered()
        self.fields["role"].choices = [("", _("Choose a role")), *((r.key, r.label) for r in roles)]  # type: ignore[attr-defined]
        none = _("The whole customer")
        self.fields["unit"].choices = [("", none), *((key, unit.name) for key, unit in self.units.items())]  # type: ignore[attr-defined]
        if not any(role.units for role in roles):
            del self.fields["unit"]

    @property
    def chosen_unit(self) -> Any:
        """The chosen unit, or None."""
        return self.units.get(self.cleaned_data.get("unit") or "")


class BulkForm(RoleForm):
    """One act for several users."""

    act = forms.ChoiceField(
        label=_("What is to be done?"),
        choices=[(bulk.GIVE, _("Give a role")), (bulk.END, _("End a role")), (bulk.CLOSE, _("Close the logins"))],
    )
    field_order = ("act", "role", "unit", "until")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].required = False

    def clean(self) -> dict[str, Any]:
        """A role is needed where the act is about one."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("act") in {bulk.GIVE, bulk.END} and not given.get("role") and "role" not in self.errors:
            self.add_error("role", _("Choose a role."))
        return given

    @property
    def chosen(self) -> list[UUID]:
        """The users who were chosen in the list; what is no id is passed over."""
        found = []
        given = self.data.getlist("user") if isinstance(self.data, QueryDict) else []
        for one in given[: bulk.MOST]:
            try:
                found.append(UUID(one))
            except ValueError:
                continue
        return list(dict.fromkeys(found))

    @property
    def wanted(self) -> bulk.Wanted:
        """What is to be done."""
        given = self.cleaned_data
        return bulk.Wanted(given["act"], given["role"], self.chosen_unit, given["until"])


class CreateForm(RoleForm, NameForm):
    """A new login."""

    user_name = forms.CharField(
        label=_("User name"), max_length=40, required=False,
        help_text=_(
            "What they sign in with. Leave it empty to have one made from the name. It is never given to anybody else."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )  # fmt: skip
    start = forms.ChoiceField(
        label=_("How they get in the first time"), choices=START, initial="password", widget=forms.RadioSelect
    )
    field_order = ("name", "user_name", "role", "unit", "until", "start")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # as soon as the name is written, the server suggests a user name; without scripts it does so when sent
        self.fields["name"].widget.attrs |= {
            "hx-post": reverse_lazy("admin.users_suggest"), "hx-trigger": "change", "hx-target": "#user-name-part",
            "hx-include": "[name=user_name]",
        }  # fmt: skip

    def clean_user_name(self) -> str:
        """The given name, or one made from the person's."""
        given = self.cleaned_data["user_name"] or queries.suggest_user_name(self.cleaned_data.get("name", ""))
        if not given:
            if "name" not in self.cleaned_data:
                return ""
            raise forms.ValidationError(_("Write a user name: none can be made from this name."))
        return _refusable(policies.check_name_is_free, given)


class UploadForm(forms.Form):
    """A spreadsheet of users."""

    file = forms.FileField(
        label=_("Spreadsheet"), max_length=200,
        help_text=_(
            "CSV or Excel (.xlsx), 10 MB at most, with the columns Navn, Brugernavn, Rolle, Enhed and Slutdato."
        ),
        error_messages={"required": _("Choose a file of 10 MB at most.")},
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.txt"}),
    )  # fmt: skip
    make_units = forms.BooleanField(label=_("Make the units that are missing"), required=False)


def _refusable(check: Any, value: str) -> str:
    try:
        return str(check(value))
    except Refused as refused:
        raise forms.ValidationError(str(refused)) from refused
