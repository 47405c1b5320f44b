"""What people fill in about notes. No field cuts a text short: what is too long is refused with a sentence."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from heretask.ui.attaching import Attaching

from . import policies
from .models import NoteKind
from .policies import Refused

COPENHAGEN = ZoneInfo("Europe/Copenhagen")


class Prose(forms.CharField):
    """A text of several lines, checked by the feature's own rule."""

    widget = forms.Textarea

    def __init__(self, *, longest: int, **kwargs: Any) -> None:
        super().__init__(required=False, strip=False, **kwargs)
        self.longest = longest
        self.required = True  # said so to the reader; an empty one gets our own sentence

    def clean(self, value: Any) -> str:
        """The text as it is kept."""
        try:
            return policies.check_text(str(value or ""), self.longest)
        except Refused as refusal:
            raise ValidationError(str(refusal)) from refusal


class Moment(forms.CharField):
    """A day and a time as a browser's own picker sends it; left blank it means now."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"})

    def clean(self, value: Any) -> dt.datetime | None:
        """The moment, or None. The hour that comes twice in autumn is the later one, if it has been."""
        if not value:
            return None
        try:
            naive = dt.datetime.fromisoformat(str(value))
            local = naive.replace(tzinfo=COPENHAGEN, fold=1) if naive.tzinfo is None else naive
            if local > timezone.now():
                local = local.replace(fold=0)
            policies.check_happened(local)
            return local.astimezone(dt.UTC)
        except (ValueError, OverflowError) as wrong:
            raise ValidationError(_("Write a day and a time, such as 24-11-2026 02:05.")) from wrong
        except Refused as refusal:
            raise ValidationError(str(refusal)) from refusal


class NoteForm(Attaching):
    """A note."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of note"), choices=NoteKind.choices, initial=NoteKind.DIARY, widget=forms.RadioSelect
    )
    text = Prose(
        label=gettext_lazy("What happened?"),
        longest=policies.LONGEST,
        help_text=gettext_lazy("Write what you saw and did. The citizen may read it."),
    )
    happened_at = Moment(
        label=gettext_lazy("When did it happen?"), required=False, help_text=gettext_lazy("Leave it blank for now.")
    )
    hand_over = forms.BooleanField(
        label=gettext_lazy("To the next shift"),
        required=False,
        help_text=gettext_lazy("When it is signed, it stands on the hand-over of the unit."),
    )

    @property
    def said(self) -> dict[str, Any]:
        """What a valid form says of the note itself, but for its files."""
        return {name: value for name, value in super().said.items() if name != "hand_over"}

    @property
    def for_next_shift(self) -> bool:
        """Whether the note is to be marked when it is signed."""
        return bool(self.cleaned_data["hand_over"])


class CorrectionForm(forms.Form):
    """What a signed note should have said, and why."""

    text = Prose(label=gettext_lazy("What should it say?"), longest=policies.LONGEST)
    reason = Prose(
        label=gettext_lazy("Why do you correct it?"),
        longest=policies.LONGEST_REASON,
        help_text=gettext_lazy("It stands beside the note for everybody who reads it."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class SearchForm(forms.Form):
    """Search in one citizen's journal."""

    q = forms.CharField(
        label=gettext_lazy("Search in this journal"),
        required=False,
        widget=forms.SearchInput(attrs={"autocomplete": "off"}),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), required=False, choices=[("", gettext_lazy("All")), *NoteKind.choices]
    )
    period = forms.ChoiceField(
        label=gettext_lazy("Period"),
        required=False,
        choices=[("", gettext_lazy("Everything")), ("14", gettext_lazy("14 days")), ("90", gettext_lazy("3 months"))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["auto_id"] = "search_%s"  # the writing form on the same page has a field of the same name
        super().__init__(*args, **kwargs)
        self.fields["q"].validators = []  # Django's own sentence about NUL says nothing to a carer

    def clean_q(self) -> str:
        """The words, at most 200 characters."""
        words = str(self.cleaned_data["q"])
        if "\x00" in words:
            raise ValidationError(_("The search holds an invisible character. Type it again."))
        if len(words) > 200:
            raise ValidationError(_("Search with 200 characters at most."))
        return words
