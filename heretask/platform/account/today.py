"""What the start page tells a leader of their people's ways in: who was let in because colleagues vouched."""

from __future__ import annotations

from django.utils.translation import gettext as _

from heretask.kernel.access.permissions import Permission
from heretask.kernel.identity.people import Person
from heretask.platform.today.cards import Card, Row, cards
from heretask.ui.templatetags.ht import clock, day

from . import queries

SEEN = Permission.PLATFORM_VOUCHING_SEE


@cards(5, SEEN)
def vouched_for(person: Person) -> list[Card]:
    """A notice for a week; a leader sees their own units, whoever leads all of them sees all."""
    places = [g.unit_id for g in person.actor.given if SEEN in g.may]
    units = None if None in places else {unit for unit in places if unit}
    rows = [
        Row(
            found.name,
            _("%(first)s and %(second)s vouched. From %(day)s at %(time)s until %(until)s.") % {
                "first": found.by[0], "second": found.by[1], "day": day(found.at), "time": clock(found.at),
                "until": clock(found.until),
            },
            state="due", state_word=_("Needs a new second factor"), keep=True,
        )
        for found in queries.lately_vouched_for(units)
    ]  # fmt: skip
    return [Card(_("Let in without the second factor"), rows, urgent=True)] if rows else []
