"""What is filled in on the pages of breaches."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from heretask.system.records.forms import day_field

from .declarations import DECISIONS, KINDS
from .models import ScopeKind
from .policies import LANGUAGES, LONGEST, PARTS
from .policies import WAYS as WAYS_ALLOWED
from .words import PART_LABELS, WAYS

LANGUAGE_WORDS = {"da": _("in Danish"), "en": _("in English")}


def _words(label: Any, rows: int = 3, longest: int = LONGEST, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=longest, widget=forms.Textarea(attrs={"rows": rows}), **more)


def _line(label: Any, longest: int = 120, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=longest, widget=forms.TextInput(attrs={"autocomplete": "off"}), **more
    )  # fmt: skip


def _moment(label: Any, **more: Any) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label, widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"], **more,
    )  # fmt: skip


class BeginForm(forms.Form):
    """A new case."""

    title = _line(
        _("What is it about, in one line?"),
        help_text=_("It stands in the notices to customers. Name no citizen and no colleague."),
    )
    exercise = forms.BooleanField(
        label=_("This is an exercise"), required=False,
        help_text=_("The same path, every page and notice marked. Every customer is told; it counts as no breach."),
    )  # fmt: skip
    reported_at = _moment(
        _("Reported before now?"), required=False,
        help_text=_("Where somebody told you in another way: when. The 24 hours run from there."),
    )  # fmt: skip
    report = forms.UUIDField(required=False, widget=forms.HiddenInput)


class AssessForm(forms.Form):
    """Whether there is a risk."""

    risk = forms.ChoiceField(
        label=_("Is there a risk to customers' data?"), widget=forms.RadioSelect,
        choices=[("yes", _("Yes, or we cannot rule it out")), ("no", _("No: it is no breach"))],
    )  # fmt: skip
    text = _words(_("Why?"))


class SuspectForm(forms.Form):
    """What is suspected."""

    scope = forms.ChoiceField(
        label=_("What is suspected?"),
        choices=[
            (ScopeKind.USER, _("One login")), (ScopeKind.SESSION, _("One session")),
            (ScopeKind.GRANT, _("One access of ours to a customer")), (ScopeKind.ADDRESS, _("One network address")),
            (ScopeKind.CUSTOMER, _("Everything at one customer")),
            (ScopeKind.EVERYTHING, _("Everything of the database")),
        ],
    )  # fmt: skip
    given = _line(
        _("Which?"),
        required=False,
        help_text=_("A whole user name such as anna@solsikken, an id from the log, an address, or a customer."),
    )
    since = _moment(_("From"), initial=lambda: timezone.localtime() - dt.timedelta(days=1))
    until = _moment(_("Until"), initial=lambda: timezone.localtime() + dt.timedelta(minutes=1))


class LoginForm(forms.Form):
    """Whose login, and why."""

    login = _line(_("The whole user name"), 81)
    why = _line(
        _("Why?"),
        300,
        help_text=_("The customer's administrators read it, with your name. Write nothing about a citizen."),
    )


class OfForm(forms.Form):
    """Of whom."""

    of = _line(_("Of which login or customer?"), 81)


class GrantsForm(forms.Form):
    """At which customer."""

    of = _line(_("At which customer? Leave it empty for all"), 81, required=False)


class NoteForm(forms.Form):
    """Some words."""

    text = _words(_("Note"))


class PoliceForm(forms.Form):
    """Whether it was reported to the police."""

    reported = forms.ChoiceField(
        label=_("Reported to the police?"), widget=forms.RadioSelect, choices=[("yes", _("Yes")), ("no", _("No"))]
    )
    on = day_field(_("On which day"), required=False)
    number = _line(_("Their number"), 80, required=False)
    why = _words(_("If not: why not?"), 2, required=False)


class ApproveForm(forms.Form):
    """Approving just the text that was read."""

    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)
    why = _line(
        _("Why alone? Only where you wrote it yourself and the other manager cannot be reached within two hours"),
        300,
        required=False,
    )


class HandForm(forms.Form):
    """A customer that was told by hand."""

    how = forms.ChoiceField(label=_("How?"), choices=[(way, WAYS[way]) for way in WAYS_ALLOWED])
    at = _moment(_("When?"), initial=timezone.localtime)
    who = _line(_("Who of us told them?"))
    heard = _line(
        _("Who received it?"), required=False,
        help_text=_(
            "Name and position. Leave it empty for a letter nobody has answered: then it is told, not received."
        ),
    )  # fmt: skip
    text = _words(_("What was said?"), 2, required=False)


class LinkForm(forms.Form):
    """A report that is of the same thing."""

    report = forms.TypedChoiceField(label=_("Which report?"), coerce=UUID, empty_value=None)

    def __init__(self, *args: Any, reports: Iterable[tuple[UUID, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["report"].choices = [(str(own), word) for own, word in reports]  # type: ignore[attr-defined]


class HandleForm(forms.Form):
    """Working by the contingency plan."""

    scenario = _words(_("What has happened?"), 2, 1000)
    people = forms.TypedMultipleChoiceField(
        label=_("Who takes part?"), coerce=UUID, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, people: Iterable[tuple[UUID, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"].choices = [(str(own), name) for own, name in people]  # type: ignore[attr-defined]


class RegisterForm(forms.Form):
    """The register of breaches (GDPR art. 33(5))."""

    kind = forms.ChoiceField(label=_("What sort of breach?"), choices=KINDS)
    facts = _words(_("The facts"))
    effects = _words(_("Its effects"))
    remedies = _words(_("What was done about it"))


class CloseForm(forms.Form):
    """The end."""

    text = _words(_("What was learned? What do we change?"))


class DraftForm(forms.Form):
    """The free parts of the notices, in both languages."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for part in PARTS:
            for language in LANGUAGES:
                label = f"{PART_LABELS[part]} ({LANGUAGE_WORDS[language]})"
                self.fields[f"{part}_{language}"] = _words(label, 2 if part == "contact" else 4)

    @property
    def parts(self) -> dict[str, dict[str, str]]:
        """What was written, by language."""
        return {lang: {part: self.cleaned_data[f"{part}_{lang}"] for part in PARTS} for lang in LANGUAGES}

    @property
    def pairs(self) -> list[tuple[Any, list[Any]]]:
        """Each part with its fields."""
        return [(PART_LABELS[part], [self[f"{part}_{language}"] for language in LANGUAGES]) for part in PARTS]


class DecideForm(forms.Form):
    """A customer's own decision."""

    decision = forms.ChoiceField(label=_("What do you do?"), choices=DECISIONS, widget=forms.RadioSelect)
    decided_on = day_field(_("Decided on"), required=False)
    number = _line(_("Number at Datatilsynet"), 80, required=False)
    why = _words(_("Why it is not reported"), 2, required=False)
    facts = _words(_("The facts"), 2, required=False)
    effects = _words(_("Its effects"), 2, required=False)
    remedies = _words(_("What was done about it"), 2, required=False)
