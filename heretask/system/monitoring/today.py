"""What watching puts on Management's start page: alarms that nobody has taken on, on top of everything."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.identity.people import Person
from heretask.platform.today.cards import Card, Row, cards
from heretask.ui.templatetags.ht import clock, day

from . import actions, presenters

SHOWN = 5


@cards(1, P.SYSTEM_MONITORING_SEE)
def alarms_today(person: Person) -> list[Card]:
    """Alarms that wait; no card where none does."""
    found = actions.waiting(by=person.actor)
    if not found:
        return []
    url = reverse("system.monitoring")
    rows = [
        Row(
            presenters.title_of(alarm), f"{presenters.said_of(alarm)} · {day(alarm.raised_at)}",
            lead=clock(alarm.raised_at), url=url, state="broken", button=_("Take it on"),
        )
        for alarm in found[:SHOWN]
    ]  # fmt: skip
    note = ngettext("%d alarm waits", "%d alarms wait", len(found)) % len(found)
    return [
        Card(_("Alarms of the watching"), rows, urgent=True, note=note, more_url=url, more=_("All that is watched"))
    ]
