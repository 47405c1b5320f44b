"""Forms of the registers: made from their declarations, and the few that an act of its own needs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from heretask.kernel.access.decide import Actor
from heretask.kernel.evidence.promises import PROMISES
from heretask.kernel.periods import months_after
from heretask.system.records.forms import day_field, form_for
from heretask.system.records.registers import Kind, Register

from . import queries
from .actions import FORMATS
from .declarations import PROMISE_CHOICES, REPORTS, YES_NO
from .suggestions import FIRST

FORMAT_WORDS = {"csv": _("CSV, for any program"), "xlsx": _("XLSX, for Excel"), "json": _("JSON, for programs")}


def _words(label: Any, rows: int = 3, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=1500, widget=forms.Textarea(attrs={"rows": rows}), **more)


def entry_form(register: Register, by: Actor) -> type[forms.Form]:
    """The fields of a register that a person fills in."""
    keys = [f.key for f in register.fields if not f.acted]
    choices = queries.choices_for(register, by)
    many = [f.key for f in register.fields if f.kind is Kind.MANY and f.choices == PROMISE_CHOICES]
    for key in many:
        choices[key] = [(id_, f"{id_}: {promise.sentence}") for id_, promise in PROMISES.items()]
    made = form_for(register, keys, choices)
    for key in many:
        made.base_fields[key].finds = _("Find a promise by its words")  # type: ignore[attr-defined]
    return made


def changing_form(register: Register, by: Actor) -> type[forms.Form]:
    """The same, and why it is changed."""
    why = _words(_("Why is it changed?"), 2, help_text=_("Stands in the history, with your name."))
    return type("ChangingForm", (entry_form(register, by),), {"why": why})


class ExportForm(forms.Form):
    """Taking a register out."""

    form = forms.ChoiceField(
        label=_("As"), choices=[(key, FORMAT_WORDS[key]) for key in FORMATS], widget=forms.RadioSelect, initial="csv"
    )
    why = _words(_("What is it for?"), 2, help_text=_("It stands in the log with what was taken out."))


def next_year() -> Any:
    """A year from now, less a day for who is late."""
    return months_after(timezone.localdate(), 12)


class LookForm(forms.Form):
    """Looking at a risk."""

    words = _words(
        _("What do you see?"), help_text=_("Does it still stand like this? Have the measures worked?")
    )  # fmt: skip
    review_on = day_field(_("To be looked at again by"), initial=next_year)


class BeginForm(forms.Form):
    """Which of the first risks to begin with."""

    risks = forms.MultipleChoiceField(
        label=_("Begin with these"), choices=[(one.key, one.what) for one in FIRST],
        widget=forms.CheckboxSelectMultiple, initial=[one.key for one in FIRST],
    )  # fmt: skip


class ReviewForm(forms.Form):
    """The answer on monitoring that closes the yearly review."""

    enough = forms.ChoiceField(label=_("Is monitoring still enough?"), choices=YES_NO, widget=forms.RadioSelect)
    words = _words(_("Why, and what will be changed?"))


class DeclaringForm(ReviewForm):
    """The same, with the planted faults by hand, where the systems planted none."""

    planted = forms.IntegerField(label=_("Planted faults since the last answer"), min_value=0, max_value=9999)
    found = forms.IntegerField(label=_("Of them found"), min_value=0, max_value=9999)
    declared = forms.BooleanField(label=_("I declare these numbers. Nothing in the systems has counted them."))


class AssessForm(forms.Form):
    """An assessment of a subcontractor."""

    done_on = day_field(_("Done on"), initial=timezone.localdate)
    words = _words(_("What was looked at, and what came of it?"))


class DecideForm(forms.Form):
    """A decision on a difference."""

    accepted = forms.ChoiceField(
        label=_("Decision"), choices=[("yes", _("Accepted")), ("no", _("Not accepted"))], widget=forms.RadioSelect
    )
    why = _words(_("Why?"), 2, help_text=_("You decide in your own name."))
    told_on = day_field(_("Customers were told"), required=False)


class NoteForm(forms.Form):
    """The words that close a yearly duty."""

    words = _words(_("What was done, and what came of it?"))


def report_form(by: Actor) -> type[forms.Form]:
    """A report with its file."""
    file = forms.FileField(
        label=_("The file as it was received"), max_length=200, required=False,
        help_text=_("10 MB at most. It is kept sealed, with its check sum."),
    )  # fmt: skip
    return type("ReportForm", (entry_form(REPORTS, by),), {"file": file})
