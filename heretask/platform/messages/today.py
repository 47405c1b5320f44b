"""What messages put on the start page: urgent ones on top until they are confirmed, then what is not read."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heretask.kernel.access.permissions import Permission
from heretask.kernel.identity.people import Person
from heretask.platform.today.cards import Card, Row, cards
from heretask.ui.templatetags.ht import clock, day

from . import actions
from .queries import Line

SHOWN = 5


@cards(4, Permission.PLATFORM_MESSAGES_USE)
def waiting_today(person: Person) -> list[Card]:
    """A card for what must be confirmed, and one for what is not read; none where nothing waits."""
    seen = actions.see_waiting(person.actor, SHOWN)
    urgent = [line for line in seen.lines if line.urgent]
    unread = [line for line in seen.lines if line.unread and not line.urgent]
    made = []
    if urgent:
        made.append(Card(
            _("Urgent messages"), [_row(line, _("Read and confirm")) for line in urgent], urgent=True,
            note=ngettext("%d to confirm", "%d to confirm", seen.urgent) % seen.urgent,
        ))  # fmt: skip
    if unread:
        count = sum(line.unread for line in unread)
        made.append(Card(
            _("Messages"), [_row(line, _("Read")) for line in unread],
            note=ngettext("%d not read", "%d not read", count) % count,
            more_url=reverse("platform.messages"), more=_("All messages"),
        ))  # fmt: skip
    return made


def _row(line: Line, button: Any) -> Row:
    url = reverse("platform.messages_thread", args=[line.id])
    if line.closed:
        return Row(_("About a citizen you do not reach any more"), day(line.newest_at), lead=clock(line.newest_at))
    about = [line.about] if line.about else []
    sub = " · ".join([*about, line.between, f"{day(line.newest_at)}"])
    return Row(line.subject, sub, url=url, button=button, lead=clock(line.newest_at))
