"""What Management records about staff, and what people record about themselves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from heretask.kernel.periods import months_after
from heretask.system.records.forms import day_field, form_for
from heretask.system.records.queries import Item

from . import queries
from .declarations import CLEAR, EQUIPMENT, NOT_CLEAR, STATED, YES_NO
from .two_people import WHAT

QUESTIONS = {
    "encrypted": _("Is its disk encrypted?"),
    "locks": _("Does it lock by itself after 5 minutes, and do you lock it when you leave it?"),
    "locked_away": _("Is it locked away when nobody uses it?"),
}
EquipmentForm = form_for(EQUIPMENT, ("what", "number", "encrypted", "handed_on"))


def _words(label: Any, rows: int = 3, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=2000, widget=forms.Textarea(attrs={"rows": rows}), **more)


class DayForm(forms.Form):
    """A day."""

    day = day_field(_("Day"), initial=timezone.localdate)


class CheckForm(forms.Form):
    """A criminal record check: its day and its outcome, nothing else."""

    day = day_field(_("Day of the certificate"))
    outcome = forms.ChoiceField(
        label=_("What does it say?"), widget=forms.RadioSelect,
        choices=[(CLEAR, _("Nothing on it")), (NOT_CLEAR, _("Something on it"))],
        help_text=_("Look at the certificate and give it back. It is never kept here."),
    )  # fmt: skip


class TrainingForm(forms.Form):
    """A training."""

    day = day_field(_("Done on"), initial=timezone.localdate)
    what = _words(_("What was done?"), 2)


class ConsultationForm(forms.Form):
    """A consultation, as somebody else records it."""

    day = day_field(_("Done on"), initial=timezone.localdate)
    remarks = _words(_("Their remarks"))


class OwnConsultationForm(forms.Form):
    """One's own remarks."""

    remarks = _words(
        _("Your remarks"),
        help_text=_("What is hard to follow, what is missing, what would you change? 'Nothing to add' is an answer."),
    )


class StatementForm(forms.Form):
    """How each of one's devices is: three questions and a place for each."""

    def __init__(self, *args: Any, devices: Sequence[Item] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.devices = devices
        for device in devices:
            for key in STATED:
                self.fields[f"{key}-{device.id}"] = forms.ChoiceField(
                    label=QUESTIONS[key],
                    choices=YES_NO,
                    widget=forms.RadioSelect,
                    initial=device.values[key] if device.values["stated_on"] else None,
                )
            self.fields[f"place-{device.id}"] = forms.CharField(
                label=_("Where is it kept?"), max_length=200, initial=device.values["place"],
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
                help_text=_("For example: in the locked cupboard at home, and in the safe at the office."),
            )  # fmt: skip

    def groups(self) -> list[tuple[Item, list[forms.BoundField]]]:
        """Each device with its fields."""
        return [(device, [self[f"{key}-{device.id}"] for key in (*STATED, "place")]) for device in self.devices]

    def clean(self) -> dict[str, Any]:
        """Everything by device, as the action takes it."""
        given = super().clean() or {}
        keys = (*STATED, "place")
        answers = {d.id: {key: given.get(f"{key}-{d.id}", "") for key in keys} for d in self.devices}
        return {"answers": answers}


class SignForm(forms.Form):
    """Signing just the version that was read."""

    version = forms.UUIDField(widget=forms.HiddenInput)
    sure = forms.BooleanField(label=_("I have read the rules and will keep to them, also after my employment"))


class ReturnForm(forms.Form):
    """Taking a device back."""

    device = forms.UUIDField(widget=forms.HiddenInput)
    day = day_field(_("Returned on"), initial=timezone.localdate)


class OverrideForm(forms.Form):
    """Going on although something is overdue."""

    what = forms.ChoiceField(label=_("What is overdue?"), choices=list(WHAT.items()), widget=forms.RadioSelect)
    until = day_field(_("Until, 30 days at most"))
    why = forms.CharField(
        label=_("Why?"), max_length=300, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("The other manager reads it, and it stands in the log."),
    )  # fmt: skip


class LoginForm(forms.Form):
    """Which login somebody has."""

    login = forms.TypedChoiceField(label=_("Login"), required=False, empty_value=None)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        none = ("", _("No login"))
        self.fields["login"].choices = [none, *((str(id_), name) for id_, name in queries.logins())]  # type: ignore[attr-defined]


class HireForm(LoginForm):
    """Somebody new on the register."""

    name = forms.CharField(label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    hired_on = day_field(_("Hired"), initial=timezone.localdate)
    field_order = ["name", "hired_on", "login"]


class PublishForm(forms.Form):
    """A new version of a document."""

    text = forms.CharField(label=_("Text"), max_length=20000, widget=forms.Textarea(attrs={"rows": 16}))
    review_on = day_field(_("To be reviewed by"), initial=lambda: months_after(timezone.localdate(), 12))
