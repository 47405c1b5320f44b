"""What paper puts on the start page: one's own that is still there; for leaders how much of the unit's is too old."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.identity.people import Person
from heretask.platform.today.cards import Card, Row, cards
from heretask.ui.templatetags.ht import clock, day_short

from . import actions, presenters
from .queries import Line

SHOWN = 4


@cards(17, P.PLATFORM_PRINTING_USE)
def my_papers(person: Person) -> list[Card]:
    """Each with the button that says it is shredded; nothing where there is none."""
    papers = actions.see_open(by=person.actor, most=SHOWN)
    if not papers.count:
        return []
    return [
        Card(
            _("Paper you have printed"), [_row(line) for line in papers.open],
            note=presenters.counts_told(papers.count, papers.overdue), urgent=papers.overdue > 0,
            more_url=reverse("platform.papers"), more=_("All my papers"),
        )
    ]  # fmt: skip


@cards(18, P.PLATFORM_PRINTING_LEAD)
def unit_papers(person: Person) -> list[Card]:
    """For a leader: that paper of the unit has lain about for longer than a day."""
    count, late = actions.count_units(by=person.actor)
    if not late:
        return []
    row = Row(presenters.counts_told(count, late), url=reverse("platform.papers_units"), lead=str(late), keep=True)
    return [Card(_("Paper in the unit"), [row], aside=True)]


def _row(line: Line) -> Row:
    said = [_("Overdue") if line.overdue else "", line.citizen, line.number]
    return Row(
        line.label, " · ".join(part for part in said if part), url=reverse("platform.papers"),
        lead=clock(line.made_at) if line.today else day_short(line.made_at), keep=True,
        act=reverse("platform.papers_shred", args=[line.id]), act_word=_("Shredded"),
    )  # fmt: skip
