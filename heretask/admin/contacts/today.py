"""What the sheet of emergency contacts puts on the start page: that there is none, or that a year has gone by."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.identity.people import Person
from heretask.platform.today.cards import Card, Row, cards
from heretask.ui.templatetags.ht import day

from . import queries

SOON = dt.timedelta(days=14)


@cards(27, P.ADMIN_CONTACTS_KEEP)
def contacts_of_today(person: Person) -> list[Card]:  # noqa: ARG001  (the shape of every card)
    """None where the sheet is there and young enough; nothing of it is opened."""
    due_on, today = queries.due_on(), timezone.localdate()
    if due_on is not None and due_on > today + SOON:
        return []
    sub = _("Confirm by %(day)s that they are right") % {"day": day(due_on)} if due_on else _("Nobody is named yet")
    state = "broken" if due_on is not None and due_on < today else "due"
    row = Row(_("Whom HereTask calls in an emergency"), sub, url=reverse("admin.contacts"), state=state)
    return [Card(_("Emergency contacts"), [row])]
