"""What the staff register puts on the start page: one's own duties, and for Management whose something is due."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from heretask.kernel.access.permissions import Permission
from heretask.kernel.identity.people import Person
from heretask.platform.today.cards import Card, Row, cards

from . import actions, presenters
from .duties import others_of


@cards(25, Permission.SYSTEM_STAFF_OWN)
def duties_of_today(person: Person) -> list[Card]:
    """What is due within 30 days or late; no card where nothing is."""
    own, _versions = actions.see_own(by=person.actor)
    url = reverse("system.staff_mine")
    if own is None:
        return [
            Card(
                _("My duties"), [Row(_("You are not on the staff register yet"), url=url, lead="STAFF-1", state="due")]
            )
        ]
    lines = presenters.soon(own)
    rows = [Row(one.label, one.sub, url=url, lead=one.promise, state=one.state, state_word=one.word) for one in lines]
    rows += [
        Row(one.label, one.sub, url=one.url, lead=one.promise, state=one.state, state_word=one.word)
        for one in others_of(own)
        if one.state != "ok"
    ]
    return [Card(_("My duties"), rows, urgent=any(row.state == "broken" for row in rows))] if rows else []


@cards(26, Permission.SYSTEM_STAFF_SEE)
def staff_of_today(person: Person) -> list[Card]:
    """Colleagues of whom something is late or due; one's own stands above."""
    found = actions.see_staff(by=person.actor)
    others = [m for m in found.members if m.state != "ok" and m.item.values["login"] != str(person.actor.user_id)]
    rows = []
    for member in sorted(others, key=lambda one: (one.state != "broken", one.open[0].duty.due_on)):
        first = presenters.soon(member)[0]
        rows.append(
            Row(
                member.item.values["name"], first.label, url=reverse("system.staff_one", args=[member.item.id]),
                state=first.state, state_word=first.word,
            )
        )  # fmt: skip
    if not rows:
        return []
    return [Card(_("Staff of whom something is due"), rows[:6], more_url=reverse("system.staff"), more=_("Staff"))]
