"""What people fill in about tasks."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from heretask.kernel.access.addressed import Addresses
from heretask.ui.addressing import AddressField
from heretask.ui.templatetags.ht import clock

from . import policies, queries, rhythm
from .policies import Words
from .queries import Row
from .rhythm import Refused, Rule

_TIME = re.compile(r"(\d{1,2})(?:[.:](\d{2}))?")
RHYTHMS = [
    ("", _("Once")),
    (rhythm.DAILY, _("Every day, or every few days")),
    (rhythm.WORKDAYS, _("Monday to Friday")),
    (rhythm.WEEKLY, _("On some days of the week")),
    (rhythm.MONTHLY, _("On one day of the month")),
]


class TimesField(forms.CharField):
    """Times of day as people write them: '8', '8.30', '08:00, 20'."""

    def clean(self, value: Any) -> tuple[dt.time, ...]:
        """The times, each once, in order."""
        return tuple(sorted({self._time(part) for part in re.split(r"[,;\s]+", str(super().clean(value))) if part}))

    def _time(self, text: str) -> dt.time:
        found = _TIME.fullmatch(text)
        if not found or int(found[1]) > 23 or int(found[2] or 0) > 59:
            raise forms.ValidationError(_("Write times like 8.30 or 20.00."))
        return dt.time(int(found[1]), int(found[2] or 0))


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


class NewForm(WhatForm):
    """A new task: to whom as well, and how it recurs, if it does."""

    to = AddressField()
    often = forms.ChoiceField(label=_("How often?"), required=False, choices=RHYTHMS)
    every = forms.IntegerField(
        label=_("Every how many days, weeks or months?"), required=False, min_value=1, max_value=52, initial=1,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip
    days = forms.MultipleChoiceField(
        label=_("Days of the week"), required=False, choices=[(str(n), name) for n, name in WEEKDAYS.items()],
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    month_day = forms.IntegerField(
        label=_("Day of the month"), required=False, min_value=1, max_value=31,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        help_text=_("29 to 31: in a shorter month its last day."),
    )  # fmt: skip
    skip_holidays = forms.BooleanField(label=_("Not on Danish public holidays"), required=False)
    ends = forms.DateField(
        label=_("Last day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    count = forms.IntegerField(
        label=_("Or: on how many days?"), required=False, min_value=1, max_value=rhythm.LONGEST.days,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip

    def __init__(self, found: Addresses, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].offer(found)  # type: ignore[attr-defined]
        self.fields["times"].help_text = _("Like 8.30. A task that recurs may have several: 8, 12.30, 20.")

    @property
    def rule(self) -> Rule | None:
        """How it recurs; None for once."""
        given = self.cleaned_data
        if not given["often"]:
            return None
        return Rule(
            given["often"], given["times"], given["day"], given["ends"], given["count"], given["every"] or 1,
            tuple(int(day) for day in given["days"]), given["month_day"], given["skip_holidays"],
        )  # fmt: skip


def mark_of(rule: Rule) -> str:
    """What says that these very days were shown before they are made."""
    return hashlib.sha256(repr(rule).encode()).hexdigest()[:16]


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


def initial_of(row: Row, words: Words) -> dict[str, Any]:
    """A task as its form shows it."""
    return {
        "title": words.title, "note": words.note, "lines": "\n".join(words.lines),
        "day": row.due_at.astimezone(rhythm.COPENHAGEN).date(), "times": clock(row.due_at) if row.timed else "",
    }  # fmt: skip
