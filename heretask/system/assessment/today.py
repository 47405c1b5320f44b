"""What the assessment puts on the start page: the promises that need somebody now, else that all measured ones hold."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heretask.kernel.access.permissions import Permission
from heretask.kernel.evidence.promises import PROMISES
from heretask.kernel.identity.people import Person
from heretask.platform.today.cards import Card, Row, cards

from . import actions


@cards(30, Permission.SYSTEM_ASSESSMENT_SEE)
def promises_of_today(person: Person) -> list[Card]:
    """Broken first, then what cannot be measured, then what is due."""
    found = actions.read_assessment(customer=person.customer, by=person.actor)
    url = reverse("system.assessment")
    words = {"broken": _("Broken"), "unknown": _("Cannot be measured"), "due": _("Due")}
    rows = [
        Row(PROMISES[one.promise].sentence, one.figure, url=url, lead=one.promise, state=state, state_word=word)
        for state, word in words.items()
        for one in found.weighed.values()
        if one.state == state
    ]
    holding = sum(one.state == "ok" for one in found.weighed.values())
    return [
        Card(
            _("Promises that need you") if rows else _("Our promises"),
            rows[:6],
            note=ngettext("%d holds", "%d hold", holding) % holding,
            empty=_("Every promise that is measured holds.") if holding else _("Nothing is measured yet."),
            urgent=any(row.state == "broken" for row in rows),
            more_url=url,
            more=_("The living assessment"),
        )
    ]
