"""What the hand-over puts on the start page: about whom others have marked notes that one has not taken over."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heretask.kernel.access.permissions import Permission
from heretask.kernel.identity.people import Person
from heretask.platform.today.cards import Card, Row, cards
from heretask.ui.templatetags.ht import clock

from . import actions


@cards(7, Permission.SOCIAL_HANDOVER_TAKE)
def to_take_over(person: Person) -> list[Card]:
    """One line for each citizen; none where nothing is new."""
    found, count = actions.see_waiting(by=person.actor)
    if not found:
        return []
    units = {one.citizen.unit_id for one in found}
    rows = [
        Row(
            one.citizen.name,
            " · ".join(
                part for part in (
                    ngettext("%(n)d marked note", "%(n)d marked notes", one.count) % {"n": one.count},
                    one.citizen.room, one.citizen.unit_name if len(units) > 1 else "",
                ) if part
            ),
            url=reverse("social.handover_unit", args=[one.citizen.unit_id]), lead=clock(one.newest),
        )
        for one in found
    ]  # fmt: skip
    return [
        Card(
            _("Hand-over of my unit"), rows, note=_("%(n)d new to you") % {"n": count},
            more_url=reverse("social.handover"), more=_("Read it and take over"),
        )
    ]  # fmt: skip
