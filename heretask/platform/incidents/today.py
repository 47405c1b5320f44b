"""What security incidents put on the start page: for Management on top of everything until somebody has opened them."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.identity.people import Person
from heretask.platform.today.cards import Card, Row, cards
from heretask.ui.templatetags.ht import clock, day

from . import actions, presenters, queries

SHOWN = 5


@cards(0, P.PLATFORM_INCIDENTS_ANSWER)
def reported_today(person: Person) -> list[Card]:
    """Reports that nobody of Management has opened; no word of them."""
    found = actions.waiting(by=person.actor)
    if not found:
        return []
    lines = [presenters.listed_line(one) for one in found]
    rows = [
        Row(
            line.title, " · ".join(filter(None, [line.sub, day(line.made_at)])), lead=clock(line.made_at),
            url=reverse("platform.incidents_managed", args=[line.id]), state=line.state, state_word=line.word,
            button=_("Open and read"),
        )
        for line in lines[:SHOWN]
    ]  # fmt: skip
    note = ngettext("%d not opened", "%d not opened", len(found)) % len(found)
    return [
        Card(
            _("A security incident was reported"), rows, urgent=True, note=note,
            more_url=reverse("platform.incidents_all"), more=_("All reports"),
        )
    ]  # fmt: skip


@cards(1, P.PLATFORM_INCIDENTS_FOLLOW)
def reported_here(person: Person) -> list[Card]:  # noqa: ARG001  (the shape of every card)
    """For a customer's administrators: what colleagues reported and is not closed."""
    found = queries.not_closed()
    rows = []
    names = queries.name_of(one.reporter_id for one in found)
    for one in found:
        state, word = presenters.state_of(one.state)
        name = names.get(one.reporter_id, "") if one.reporter_id else ""
        rows.append(Row(
            name or _("Somebody who was not signed in"), f"{day(one.made_at)} {clock(one.made_at)}",
            url=reverse("platform.incidents_one", args=[one.id]), state=state, state_word=word, button=_("Read"),
        ))  # fmt: skip
    if not rows:
        return []
    return [Card(_("Reported security incidents"), rows, urgent=True, note=_("HereTask's management has been told"))]


@cards(2, P.PLATFORM_INCIDENTS_REPORT)
def answered_today(person: Person) -> list[Card]:
    """For who reported: that there is an answer."""
    rows = [
        Row(
            _("Your report of %(day)s") % {"day": day(one.made_at)}, presenters.page_name(one.page),
            url=reverse("platform.incidents_one", args=[one.id]), state="info", button=_("Read"),
            state_word=_("Closed") if one.closed_at else _("Answered"), lead=clock(one.made_at),
        )
        for one in queries.unread(person.actor)
    ]  # fmt: skip
    return [Card(_("An answer about a security incident"), rows, urgent=True)] if rows else []
