"""What Management fills in about the servers."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from . import policies

_PLAIN = {"autocomplete": "off"}
_DAY = {"type": "date"}


class PersonForm(forms.Form):
    """A form in which somebody of the supplier is chosen."""

    user = forms.TypedChoiceField(label=_("Who"), coerce=UUID)

    def __init__(self, *args: Any, people: dict[UUID, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["user"]
        assert isinstance(field, forms.TypedChoiceField)  # noqa: S101  (declared above)
        field.choices = [(str(id_), name) for id_, name in sorted(people.items(), key=lambda one: one[1])]


class AnnounceForm(PersonForm):
    """Work on a server, before it begins. An end before the beginning is on the next day."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"))
    begins = forms.TimeField(label=_("From"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    ends = forms.TimeField(label=_("To"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    why = forms.CharField(
        label=_("What is to be done, and why"), max_length=300, widget=forms.TextInput(attrs=_PLAIN),
        help_text=_("No names of citizens. Is written in the log."),
    )  # fmt: skip

    def span(self) -> tuple[dt.datetime, dt.datetime]:
        """From when to when, by the clock in Denmark."""
        given = self.cleaned_data
        day, begins, ends = given["day"], given["begins"], given["ends"]
        last = day if ends > begins else day + dt.timedelta(days=1)
        return (
            timezone.make_aware(dt.datetime.combine(day, begins)), timezone.make_aware(dt.datetime.combine(last, ends)),
        )  # fmt: skip


class ExplainForm(forms.Form):
    """What a session was that nobody had announced."""

    why = forms.CharField(
        label=_("What was it, and how do you know?"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Ask whoever came. Is written in the log, with your name."),
    )  # fmt: skip


class AccountForm(PersonForm):
    """Whose an account is."""

    kind = forms.ChoiceField(
        label=_("Where"), choices=[(policies.SERVER, _("On the servers")), (policies.DATABASE, _("In the database"))]
    )
    name = forms.CharField(label=_("The account's name there"), max_length=63, widget=forms.TextInput(attrs=_PLAIN))
    key = forms.CharField(
        label=_("Fingerprint of the key"), max_length=60, required=False, widget=forms.TextInput(attrs=_PLAIN),
        help_text=_("As ssh-keygen -lf shows it: SHA256:… With it, any other key is a finding."),
    )  # fmt: skip


class PortalForm(forms.Form):
    """A log of the hosting portal, and what was seen in it."""

    since = forms.DateField(label=_("From"), widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"))
    until = forms.DateField(label=_("To"), widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"))
    result = forms.ChoiceField(
        label=_("What does it show?"),
        choices=[("clean", _("Nothing but what we did ourselves")), ("findings", _("Something else as well"))],
    )
    findings = forms.CharField(
        label=_("What was found"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed where it shows something else."),
    )  # fmt: skip
    file = forms.FileField(
        label=_("The file as it was received"), max_length=200,
        help_text=_("10 MB at most. It is kept sealed, with its check sum."),
        error_messages={"required": _("Choose a file of 10 MB at most.")},
    )  # fmt: skip
