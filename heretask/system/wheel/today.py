"""What the wheel puts on the start page and on My duties: what one answers for, and for Management this week."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heretask.kernel.access.decide import Actor
from heretask.kernel.access.permissions import Permission
from heretask.kernel.identity.people import Person
from heretask.platform.today.cards import Card, Row, cards
from heretask.system.records.mine import Mine, mine

from . import actions, presenters, queries


@mine(20)
def duties_of_mine(by: Actor, today: dt.date) -> list[Mine]:
    """What of the wheel somebody answers for."""
    return [presenters.mine(spoke) for spoke in actions.see_own(today, by=by) if spoke.open]


@cards(24, Permission.SYSTEM_WHEEL_CHANGE)
def week_of_today(_person: Person) -> list[Card]:
    """One line that leads to this week's page; only counted, so nothing is said in the log."""
    states = [spoke.state for spoke in queries.wheel(timezone.localdate()) if spoke.open]
    late, due = states.count("broken"), states.count("due")
    if late:
        said = ngettext("%d duty is late", "%d duties are late", late) % late
    elif due:
        said = ngettext("%d duty is due soon", "%d duties are due soon", due) % due
    else:
        said = _("No duty is late or due soon")
    row = Row(_("Three things for this week"), said, url=reverse("system.monday"), lead=_("Monday"))
    row.state, row.state_word = ("broken", _("Late")) if late else ("due", _("Due")) if due else ("", "")
    return [Card(_("The annual wheel"), [row], more_url=reverse("system.wheel"), more=_("The whole year"))]


@cards(26, Permission.SYSTEM_STAFF_OWN)
def answers_of_today(person: Person) -> list[Card]:
    """What one answers for and is late or due soon; no card where nothing is."""
    found = duties_of_mine(person.actor, timezone.localdate())
    rows = [Row(m.title, m.sub, url=m.url, lead=m.promise, state=m.state, state_word=m.word) for m in found]
    rows = [row for row in rows if row.state != "ok"]
    return [Card(_("You answer for"), rows, urgent=any(r.state == "broken" for r in rows))] if rows else []
