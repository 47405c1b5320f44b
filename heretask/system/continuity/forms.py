"""What Management writes of plans and exercises."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from heretask.kernel.periods import months_after
from heretask.system.records.forms import day_field

from . import queries
from .declarations import CUSTOMER, HOW, OUTCOMES, PARTIES, PLANS, PROVIDER, YEAR


def _words(label: Any, rows: int, longest: int, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=longest, widget=forms.Textarea(attrs={"rows": rows}), **more)


def _line(label: Any, longest: int, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=longest, widget=forms.TextInput(attrs={"autocomplete": "off"}), **more
    )


def _people() -> list[tuple[str, str]]:
    return [(str(one.id), one.values["name"]) for one in queries.people()]


class WriteForm(forms.Form):
    """A new version of a plan."""

    text = _words(_("Text"), 16, 16000)
    review_on = day_field(_("To be reviewed by"), initial=lambda: months_after(timezone.localdate(), YEAR))


class VersionForm(forms.Form):
    """Just the version that was read."""

    version = forms.UUIDField(widget=forms.HiddenInput)


class PartyForm(VersionForm):
    """That somebody else has agreed."""

    party = forms.ChoiceField(label=_("Who?"), choices=[(key, PARTIES[key]) for key in (PROVIDER, CUSTOMER)])
    who = _line(_("Name, and of which company"), 120)
    agreed_on = day_field(_("Agreed on"), initial=timezone.localdate)
    how = forms.ChoiceField(label=_("How?"), choices=[(key, word) for key, word in HOW.items() if key != "here"])
    reference = _line(_("Where is it kept?"), 120, required=False)


class PrepareForm(forms.Form):
    """An exercise to come."""

    plan = forms.ChoiceField(label=_("Plan"), choices=[(one.slug, one.title) for one in PLANS.values()])
    scenario = _words(_("What is assumed to have happened?"), 4, 1000)
    people = forms.TypedMultipleChoiceField(
        label=_("Who takes part?"), coerce=UUID, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"].choices = _people()  # type: ignore[attr-defined]


class StepForm(forms.Form):
    """What happened just now."""

    text = _line(_("What happened?"), 400)


class FindingForm(forms.Form):
    """What did not go as the plan says."""

    text = _line(_("What did not go as the plan says?"), 400)


class ActionForm(forms.Form):
    """What must be mended by whom."""

    what = _line(_("What must be done?"), 400)
    person = forms.TypedChoiceField(label=_("Who answers for it?"), coerce=UUID)
    due_on = day_field(_("To be done by"), initial=lambda: months_after(timezone.localdate(), 1))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = _people()  # type: ignore[attr-defined]


class ConcludeForm(forms.Form):
    """What the exercise showed."""

    outcome = forms.ChoiceField(label=_("Outcome"), choices=list(OUTCOMES.items()), widget=forms.RadioSelect)
    conclusion = _words(_("What did it show?"), 4, 2000)


class DoneForm(forms.Form):
    """What was done."""

    note = _line(_("What was done?"), 400)
