"""What people fill in about appointments."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from heretask.kernel.rhythm import COPENHAGEN, Refused, Rule, moment
from heretask.ui.recurring import RHYTHMS, RecurringFields, TimesField
from heretask.ui.recurring import initial_of as rule_initial
from heretask.ui.templatetags.ht import clock

from . import policies
from .actions import Offered
from .policies import Span, Words
from .queries import Shown

MANY = 12  # people, from which on one types to find somebody
ALONE = "one"
ONWARDS = "onwards"


def _day(**kwargs: Any) -> forms.DateField:
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)


def _time(**kwargs: Any) -> TimesField:
    return TimesField(
        required=False, max_length=12, widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "text"}),
        **kwargs,
    )  # fmt: skip


class AppointmentForm(forms.Form):
    """What, when, where, and who takes part."""

    title = forms.CharField(
        label=_("What is it?"), max_length=policies.LONGEST_TITLE,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Write what it is.")},
    )  # fmt: skip
    day = _day(label=_("Day"), error_messages={"required": _("Choose a day.")})
    at = _time(label=_("From"), help_text=_("Like 8.30. Leave both empty where it lasts all day."))
    until = _time(label=_("To"), help_text=_("An earlier time is on the day after."))
    last_day = _day(label=_("Last day, if it lasts several days"), required=False)
    place = forms.CharField(
        label=_("Where?"), required=False, max_length=policies.LONGEST_PLACE,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    people = forms.TypedMultipleChoiceField(
        label=_("Who takes part?"), required=False, coerce=UUID, widget=forms.CheckboxSelectMultiple
    )
    text = forms.CharField(
        label=_("More about it"), required=False, max_length=policies.LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip

    def __init__(self, found: Offered, *args: Any, held: dict[UUID, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = {one.to.user_id: one.label for one in found.people if one.to.user_id}
        if len(offered) > MANY:
            self.fields["people"].finds = _("Type to find a name")  # type: ignore[attr-defined]
        self.fields["people"].choices = [  # type: ignore[attr-defined]
            (str(own), label) for own, label in ({**(held or {}), **offered}).items()
        ]

    @property
    def words(self) -> Words:
        """What is sealed of it."""
        given = self.cleaned_data
        return Words(given["title"], given["place"], given["text"])

    @property
    def span(self) -> Span:
        """From when to when; raises Refused for times that do not go together."""
        given = self.cleaned_data
        day, last, at, until = given["day"], given["last_day"], given["at"], given["until"]
        if len(at) > 1 or len(until) > 1:
            raise Refused(str(_("Write one time of day.")), "at" if len(at) > 1 else "until")
        if last is not None and last < day:
            raise Refused(str(_("The last day cannot lie before the first.")), "last_day")
        if not at and not until:
            return Span(moment(day, dt.time()), moment((last or day) + dt.timedelta(days=1), dt.time()), timed=False)
        if not at or not until:
            raise Refused(str(_("Write from when to when, or leave both empty.")), "until" if at else "at")
        end = last or (day if until[0] > at[0] else day + dt.timedelta(days=1))
        return Span(moment(day, at[0]), moment(end, until[0]))


class NewForm(RecurringFields, AppointmentForm):
    """A new appointment: of which unit, where it is about no citizen, and how it recurs, if it does."""

    unit = forms.ChoiceField(
        label=_("Whose calendar?"), required=False,
        help_text=_("Those who take part see it in any case. In a unit's calendar everybody there sees it."),
    )  # fmt: skip

    def __init__(self, found: Offered, *args: Any, about_citizen: bool = False, **kwargs: Any) -> None:
        super().__init__(found, *args, **kwargs)
        if about_citizen or not found.units:
            del self.fields["unit"]
        else:
            self.fields["unit"].choices = [  # type: ignore[attr-defined]
                ("", _("Only those who take part")), *((str(one.id), one.name) for one in found.units)
            ]  # fmt: skip

    @property
    def unit_id(self) -> UUID | None:
        """The unit that was chosen."""
        chosen = self.cleaned_data.get("unit")
        return UUID(chosen) if chosen else None

    @property
    def rule(self) -> Rule | None:
        """How it recurs; None for once."""
        at = self.cleaned_data["at"]
        return self.rule_at(at or (dt.time(),))


class ChangeForm(RecurringFields, AppointmentForm):
    """The same of one that is there; of a recurring one for it alone, or for those after it, with how they recur."""

    which = forms.ChoiceField(
        label=_("Which ones?"), widget=forms.RadioSelect, initial=ALONE,
        choices=[(ALONE, _("Only this one")), (ONWARDS, _("This one and those after it"))],
    )  # fmt: skip

    def __init__(self, found: Offered, *args: Any, recurring: bool, **kwargs: Any) -> None:
        super().__init__(found, *args, **kwargs)
        self.fields["often"].choices = RHYTHMS[1:]  # type: ignore[attr-defined]
        if not recurring:
            for name in ("which", *RecurringFields.base_fields):
                del self.fields[name]

    @property
    def onwards(self) -> bool:
        """Whether those after it are meant, too."""
        return bool(self.cleaned_data.get("which") == ONWARDS)

    @property
    def rule(self) -> Rule:
        """How those from this one on recur; raises Refused where it is not chosen."""
        found = self.rule_at(self.cleaned_data["at"] or (dt.time(),))
        if found is None:
            raise Refused(str(_("Choose how often it comes.")), "often")
        return found


def initial_of(shown: Shown) -> dict[str, Any]:
    """An appointment as its form shows it."""
    span, words = shown.entry.span, shown.entry.words
    begin, end = span.starts_at.astimezone(COPENHAGEN), span.ends_at.astimezone(COPENHAGEN)
    last = end.date() if span.timed else end.date() - dt.timedelta(days=1)
    overnight = span.timed and (last - begin.date()).days == 1 and end.time() <= begin.time()
    return {
        **(rule_initial(shown.goes_on) if shown.goes_on else {}),
        "title": words.title, "place": words.place, "text": words.text, "day": begin.date(),
        "at": clock(begin) if span.timed else "", "until": clock(end) if span.timed else "",
        "last_day": last if last != begin.date() and not overnight else None,
        "people": [str(own) for own in shown.people_ids], "which": ALONE,
    }  # fmt: skip
