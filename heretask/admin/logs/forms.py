"""What can be asked of the log."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from heretask.kernel.log.queries import Filters
from heretask.kernel.log.registry import Category
from heretask.kernel.log.verify import Note, notes_from


class FilterForm(forms.Form):
    """Filters of the log; person, citizen and session come from links and travel along unseen."""

    q = forms.CharField(
        label=_("Person, citizen or word"), required=False, max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=_("What happened"),
        required=False,
        choices=[("", _("Everything")), *((c.value, c.label) for c in Category)],
    )
    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    person = forms.UUIDField(required=False, widget=forms.HiddenInput)
    citizen = forms.UUIDField(required=False, widget=forms.HiddenInput)
    session = forms.UUIDField(required=False, widget=forms.HiddenInput)
    hour = forms.CharField(required=False, max_length=32, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"].widget.input_type = "search"

    def clean_hour(self) -> dt.datetime | None:
        """A moment as `Filters` writes it; anything else asks nothing."""
        try:
            found = dt.datetime.fromisoformat(self.cleaned_data["hour"])
        except ValueError:
            return None
        return found if found.tzinfo else None

    def clean(self) -> dict[str, Any]:
        """The days must be in order."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("since") and given.get("until") and given["since"] > given["until"]:
            self.add_error("until", _("The last day must not be before the first."))
        return given

    @property
    def filters(self) -> Filters:
        """What was asked."""
        return Filters(**{name: self.cleaned_data[name] for name in self.fields})


class WhoForm(forms.Form):
    """Part of a name."""

    q = forms.CharField(
        label=_("Name, or part of it"), max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"].widget.input_type = "search"


class HourForm(forms.Form):
    """A day and an hour of it, as the clock on the wall has them."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    clock = forms.TypedChoiceField(
        label=_("Hour"), coerce=int, choices=[(n, f"{n:02d}.00-{n + 1:02d}.00") for n in range(24)]
    )

    @property
    def begins(self) -> dt.datetime:
        """The moment at which that hour begins."""
        given = self.cleaned_data
        return dt.datetime.combine(given["day"], dt.time(given["clock"]), ZoneInfo("Europe/Copenhagen"))


class NotedForm(forms.Form):
    """A checkpoint that somebody noted earlier, pasted as it is."""

    noted = forms.CharField(
        label=_("The checkpoint you noted"), max_length=20_000,
        help_text=_("Paste the whole text you keep, or the short line from a page or a paper: size and root."),
        widget=forms.Textarea(attrs={"rows": 5, "autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip

    def clean_noted(self) -> list[Note]:
        """The checkpoints in the text."""
        found = notes_from(self.cleaned_data["noted"]) if self.cleaned_data["noted"] else []
        if self.cleaned_data["noted"] and not found:
            raise forms.ValidationError(_("There is no checkpoint in this text. Paste it just as you kept it."))
        return found


class ExtractForm(NotedForm):
    """Why somebody takes the log out, whether search words come along, and what it must be comparable with."""

    why = forms.CharField(
        label=_("Why?"), max_length=200, help_text=_("Is written in the log beside the extract."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    plain = forms.BooleanField(label=_("With the words that were searched for, as they were written"), required=False)

    def __init__(self, *args: Any, may_plain: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["noted"].required = False
        if not may_plain:
            del self.fields["plain"]

    @property
    def sizes(self) -> list[int]:
        """The sizes that were noted."""
        return [note.size for note in self.cleaned_data["noted"]]
