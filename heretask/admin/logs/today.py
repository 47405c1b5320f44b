"""What the log puts on the start page of those who may read it: today's figures, and where to look."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from heretask.kernel.access.permissions import Permission
from heretask.kernel.identity.people import Person
from heretask.platform.today.cards import Card, Row, cards

from . import queries


@cards(40, Permission.ADMIN_LOG_READ)
def log_of_today(_person: Person) -> list[Card]:
    """Counts only: nobody's name is opened for them."""
    found = queries.figures()
    url = reverse("admin.log")
    rows = [
        Row(_("Refused today"), url=url, lead=str(found.refused), state="due" if found.refused else ""),
        Row(_("Searches today"), url=url, lead=str(found.searches)),
        Row(_("Sign-ins today"), url=url, lead=str(found.sign_ins)),
        Row(_("Events today"), url=url, lead=str(found.events)),
    ]
    rows[0].state_word = _("Have a look")
    return [Card(_("The log"), rows, aside=True, more_url=url, more=_("Read the log"))]
