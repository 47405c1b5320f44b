"""What the calendar puts on the start page: one's own appointments of today that are not over."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from heretask.kernel.access.permissions import Permission
from heretask.kernel.identity.people import Person
from heretask.platform.today.cards import Card, Row, cards
from heretask.ui.beside import beside_citizen

from . import actions, presenters

MOST = 8


@cards(12, Permission.PLATFORM_CALENDAR_USE)
def my_day(person: Person) -> list[Card]:
    """The time first; none where nothing is left today."""
    entries = actions.see_today(by=person.actor)
    lines = [presenters.line_of(one, actions.today(), people=False) for one in entries[:MOST]]
    rows = [
        Row(
            line.entry.words.title, line.sub, url=reverse("platform.appointment", args=[line.entry.id]),
            lead=line.when, keep=True,
        )
        for line in lines
    ]  # fmt: skip
    if not rows:
        return []
    return [
        Card(
            _("My appointments today"), rows, note=presenters.left_told(len(entries)),
            poll=reverse("platform.calendar_left"), more_url=reverse("platform.calendar"), more=_("My calendar"),
        )
    ]  # fmt: skip


beside_citizen("platform.calendar_citizen", _lazy("Calendar"), "calendar", Permission.PLATFORM_CALENDAR_USE)
