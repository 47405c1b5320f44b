"""What recurs, on pages: the fields in which a rule is chosen, and the rule in words."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from heretask.kernel import rhythm
from heretask.kernel.rhythm import MONTHLY, WEEKLY, WORKDAYS, Rule
from heretask.ui.templatetags.ht import clock, day_short

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


class RecurringFields(forms.Form):
    """How often, on which days, and until when; for a form that has a `day` too."""

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

    def rule_at(self, times: tuple[dt.time, ...]) -> Rule | None:
        """How it recurs, at those times of day; None for once."""
        given = self.cleaned_data
        if not given["often"]:
            return None
        return Rule(
            given["often"], times, given["day"], given["ends"], given["count"], given["every"] or 1,
            tuple(int(day) for day in given["days"]), given["month_day"], given["skip_holidays"],
        )  # fmt: skip


def initial_of(rule: Rule) -> dict[str, Any]:
    """A rule as `RecurringFields` show it, and the day it begins on."""
    return {
        "often": rule.rhythm, "every": rule.every, "days": [str(one) for one in rule.days],
        "month_day": rule.month_day, "skip_holidays": rule.skip_holidays, "ends": rule.ends, "count": rule.count,
        "day": rule.starts,
    }  # fmt: skip


def mark_of(*shown: Any) -> str:
    """What says that these very days (and what else was said with them) were shown before they are made."""
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:16]


def anew_told(anew: int) -> str:
    """'6 coming ones are made anew.'"""
    return ngettext("%(n)d coming one is made anew.", "%(n)d coming ones are made anew.", anew) % {"n": anew}


def stays_told(days: list[dt.date]) -> str:
    """'1 that was changed by hand stays as it is: 3 Dec'; the first few by their days."""
    if not days:
        return ""
    said = ngettext(
        "%(n)d that was changed by hand stays as it is: %(days)s",
        "%(n)d that were changed by hand stay as they are: %(days)s", len(days),
    )  # fmt: skip
    return said % {"n": len(days), "days": _first_days(days)}


def _first_days(days: list[dt.date]) -> str:
    told = ", ".join(day_short(one) for one in days[:5])
    return f"{told} …" if len(days) > 5 else told


def in_words(rule: Rule, *, timed: bool = True) -> str:
    """The rule as a sentence without its full stop; not `timed` where days count alone."""
    parts = [_often(rule)]
    if timed:
        parts.append(gettext("at %(times)s") % {"times": ", ".join(clock(one) for one in sorted(rule.times))})
    if rule.skip_holidays:
        parts.append(gettext("not on public holidays"))
    if rule.ends is not None:
        parts.append(gettext("until %(day)s") % {"day": day_short(rule.ends)})
    elif rule.count is not None:
        parts.append(ngettext("%(count)d day", "%(count)d days", rule.count) % {"count": rule.count})
    return ", ".join(parts)


def _often(rule: Rule) -> str:
    every = {"count": rule.every}
    if rule.rhythm == WORKDAYS:
        return gettext("Monday to Friday")
    if rule.rhythm == WEEKLY:
        days = ", ".join(_day_name(one) for one in sorted(rule.days))
        words = gettext("Every %(days)s") if rule.every == 1 else gettext("Every %(count)d weeks: %(days)s")
        return words % {**every, "days": days}
    if rule.rhythm == MONTHLY:
        often = gettext("Every month") if rule.every == 1 else gettext("Every %(count)d months") % every
        return gettext("%(often)s on day %(day)s") % {"often": often, "day": rule.month_day}
    return gettext("Every day") if rule.every == 1 else gettext("Every %(count)d days") % every


def _day_name(day: int) -> str:
    """A day of the week within a sentence: Danish writes it small, Django's catalogue does not."""
    name = str(WEEKDAYS[day])
    return name.lower() if (get_language() or "da").startswith("da") else name
