"""What a search finds of citizens: those one works with, by how name or room begin; and whom one opened lately."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from heretask.kernel.access import reach
from heretask.kernel.access.decide import Actor
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.log.models import Event
from heretask.platform.search.sources import SHOWN, Found, Hit, answer, finds, opened_lately

from . import actions, events

LOOKED, DAYS = 200, 30  # openings among which one looks for the newest citizens
LATELY = (events.OPENED.name, "social.journal.read")


@finds(
    20, P.SOCIAL_CITIZENS_SEE, _("Citizens"), "people", more="social.citizens_search", more_word=_("All that fit"),
    sends=True,
)  # fmt: skip
def citizens(words: str, by: Actor) -> Found:
    """Those one works with; the search among citizens records its own event, with whom it opened."""
    found = actions.search_citizens(words, by)
    return answer(
        (row.id, Hit(row.name, reverse("social.journal", args=[row.id]), f"{row.unit_name} · {row.room}".strip(" ·")))
        for row in found.rows
    )


@opened_lately(P.SOCIAL_CITIZENS_SEE)
def lately(by: Actor) -> Found:
    """The citizens whose page or journal one opened last, as far as one reaches them still."""
    since = int((timezone.now() - dt.timedelta(days=DAYS)).timestamp() * 1_000_000)
    rows = Event.objects.filter(actor=by.person_id, at__gte=since, action__in=LATELY).order_by("-at")
    met = [own for own in dict.fromkeys(rows.values_list("citizen", flat=True)[:LOOKED]) if own]
    reached = reach.within(by, P.SOCIAL_CITIZENS_SEE, met[: 4 * SHOWN])
    kept = [own for own in met if own in reached][:SHOWN]
    names = reach.named(kept)
    return answer(
        [(own, Hit(names[own], reverse("social.journal", args=[own]))) for own in kept if own in names], names
    )
