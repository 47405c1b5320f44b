"""What Management fills in: a conclusion on a promise, what must be mended, and the minutes of a meeting."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from heretask.system.records.forms import day_field

from .declarations import VERDICTS
from .minutes import Content, Point


def _words(label: Any, rows: int = 2, longest: int = 2000, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=longest, widget=forms.Textarea(attrs={"rows": rows}), **more)


class MendForm(forms.Form):
    """What must be done, by whom, and by when."""

    what = forms.CharField(
        label=_("What must be done?"), max_length=400, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    responsible = forms.TypedChoiceField(
        label=_("Who is responsible?"), required=False, coerce=UUID, empty_value=None
    )  # fmt: skip
    due_on = day_field(_("By when?"), required=False)

    def __init__(self, *args: Any, people: Mapping[UUID, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("Choose")), *((str(id_), name) for id_, name in people.items())]
        self.fields["responsible"].choices = choices  # type: ignore[attr-defined]


class ConclusionForm(MendForm):
    """A conclusion on one promise; nothing chosen leaves it as it is."""

    verdict = forms.ChoiceField(
        label=_("Conclusion"), choices=list(VERDICTS.items()), widget=forms.RadioSelect, required=False
    )
    words = _words(_("Your words"), required=False)
    field_order = ["verdict", "words", "what", "responsible", "due_on"]


class NoteForm(forms.Form):
    """How something was mended."""

    note = _words(_("How was it mended?"))


class MeetingForm(forms.Form):
    """The day of the meeting."""

    meeting_on = day_field(_("Day of the meeting"), initial=timezone.localdate)


class ParticipantsForm(forms.Form):
    """Who took part, and which version this was filled in on."""

    base = forms.UUIDField(widget=forms.HiddenInput)
    participants = _words(_("Who took part?"), 3, help_text=_("One person a line."))


class RemarkForm(forms.Form):
    """What was said about one item."""

    remark = _words(_("What was said"), 3, 4000, required=False)


class PointForms:
    """The forms of one item of the agenda: the remark, its decisions, and an empty row for another one."""

    def __init__(self, point: Point, people: Mapping[UUID, str], data: Any = None) -> None:
        self.point = point
        self.remark = RemarkForm(data, prefix=point.key, initial={"remark": point.remark})
        rows = [
            {"what": one.what, "responsible": one.responsible, "due_on": one.due_on} for one in point.decisions
        ]  # fmt: skip
        self.decisions = [
            MendForm(data, prefix=f"{point.key}-{number}", people=people, initial=initial)
            for number, initial in enumerate([*rows, {}])
        ]

    @property
    def kept(self) -> list[MendForm]:
        """The decisions there are already."""
        return self.decisions[:-1]

    @property
    def added(self) -> MendForm:
        """The empty row."""
        return self.decisions[-1]

    def is_valid(self) -> bool:
        """Whether everything of it can be read."""
        return all([self.remark.is_valid(), *(form.is_valid() for form in self.decisions)])


class MinutesForms:
    """Everything of a page of minutes."""

    def __init__(self, content: Content, base: UUID, people: Mapping[UUID, str], data: Any = None) -> None:
        known = {"base": base, "participants": "\n".join(content.participants)}
        self.head = ParticipantsForm(data, initial=known)
        self.base = self.head["base"].value()
        self.points = [PointForms(point, people, data) for point in content.items]

    def is_valid(self) -> bool:
        """Whether everything of it can be read."""
        return all([self.head.is_valid(), *(point.is_valid() for point in self.points)])
