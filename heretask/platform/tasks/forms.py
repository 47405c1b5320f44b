"""What people fill in about tasks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from heretask.kernel import rhythm
from heretask.kernel.access.addressed import Addresses
from heretask.kernel.rhythm import Refused, Rule
from heretask.ui.addressing import AddressField
from heretask.ui.recurring import RHYTHMS, RecurringFields, TimesField
from heretask.ui.recurring import initial_of as rule_initial
from heretask.ui.templatetags.ht import clock

from . import policies, queries
from .changing import Onwards
from .policies import Words
from .queries import Row


class WhatForm(forms.Form):
    """What is to be done, and when."""

    title = forms.CharField(
        label=_("What is to be done?"), max_length=policies.LONGEST_TITLE,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Write what is to be done.")},
    )  # fmt: skip
    day = forms.DateField(
        label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Choose a day.")},
    )  # fmt: skip
    times = TimesField(
        label=_("Time of day"), required=False, max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "text"}),
        help_text=_("Like 8.30. Leave it empty where the day alone counts."),
    )  # fmt: skip
    note = forms.CharField(
        label=_("More about it"), required=False, max_length=policies.LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    lines = forms.CharField(
        label=_("A list to tick off"), required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One thing on each line."),
    )  # fmt: skip

    @property
    def words(self) -> Words:
        """What is sealed of it."""
        given = self.cleaned_data
        return Words(given["title"], given["note"], tuple(given["lines"].splitlines()))

    @property
    def due(self) -> dict[str, Any]:
        """By when, as the actions need it; raises Refused for several times of a task that comes once."""
        day, times = self.cleaned_data["day"], self.cleaned_data["times"]
        if len(times) > 1:
            raise Refused(str(_("A task that comes once has one time of day.")), "times")
        if not times:
            return {"due_at": queries.end_of_day(day), "timed": False}
        return {"due_at": rhythm.moment(day, times[0]), "timed": True}


class NewForm(RecurringFields, WhatForm):
    """A new task: to whom as well, and how it recurs, if it does."""

    to = AddressField()

    def __init__(self, found: Addresses, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].offer(found)  # type: ignore[attr-defined]
        self.fields["times"].help_text = _("Like 8.30. A task that recurs may have several: 8, 12.30, 20.")

    @property
    def rule(self) -> Rule | None:
        """How it recurs; None for once."""
        return self.rule_at(self.cleaned_data["times"])


class OnwardsForm(NewForm):
    """The same of one that recurs, for it and those after it."""

    def __init__(self, found: Addresses, *args: Any, **kwargs: Any) -> None:
        super().__init__(found, *args, **kwargs)
        self.fields["often"].choices = RHYTHMS[1:]  # type: ignore[attr-defined]
        self.fields["often"].required = True
        self.fields["day"].label = _("From which day on?")
        self.fields["times"].help_text = _("Like 8.30. There may be several: 8, 12.30, 20.")


class HandOverForm(forms.Form):
    """To whom instead, with a few words."""

    to = AddressField(label=_("Hand over to"))
    text = forms.CharField(
        label=_("A few words to them"), required=False, max_length=policies.LONGEST_COMMENT,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip

    def __init__(self, found: Addresses, *args: Any, **kwargs: Any) -> None:
        kwargs["auto_id"] = "hand_%s"  # beside the comment's field of the same name
        super().__init__(*args, **kwargs)
        self.fields["to"].offer(found)  # type: ignore[attr-defined]


class CommentForm(forms.Form):
    """A comment."""

    text = forms.CharField(
        label=_("Write a comment"), max_length=policies.LONGEST_COMMENT, widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Write the comment first.")},
    )  # fmt: skip


def initial_onwards(found: Onwards) -> dict[str, Any]:
    """A task and its rule as the form shows them in which both are changed."""
    return {
        **initial_of(found.shown.row, found.shown.words), **rule_initial(found.rule),
        "times": ", ".join(clock(one) for one in sorted(found.rule.times)), "to": found.to,
    }  # fmt: skip


def initial_of(row: Row, words: Words) -> dict[str, Any]:
    """A task as its form shows it."""
    return {
        "title": words.title, "note": words.note, "lines": "\n".join(words.lines),
        "day": row.due_at.astimezone(rhythm.COPENHAGEN).date(), "times": clock(row.due_at) if row.timed else "",
    }  # fmt: skip
