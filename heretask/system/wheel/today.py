"""What the wheel puts on the start page and on My duties: what one answers for, and for Management this week."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heretask.kernel.access.permissions import Permission
from heretask.kernel.identity.people import Person
from heretask.platform.today.cards import Card, Row, cards
from heretask.system.staff.duties import OwnDuty, own_duties
from heretask.system.staff.queries import Member

from . import presenters, queries


@own_duties
def answers_for(member: Member) -> list[OwnDuty]:
    """What of the wheel somebody answers for."""
    own = queries.of_person(member.item.id, timezone.localdate())
    return [OwnDuty(**presenters.own_line(spoke)) for spoke in own if spoke.open]


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
