"""What notices put on the start page: those that one has to acknowledge, each with its button."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from heretask.kernel.access.permissions import Permission
from heretask.kernel.identity.people import Person
from heretask.platform.today.cards import Card, Row, cards
from heretask.ui.templatetags.ht import day_short

from . import actions, presenters

MOST = 5


@cards(6, Permission.PLATFORM_NOTICES_READ)
def to_acknowledge(person: Person) -> list[Card]:
    """Pinned ones first, then the oldest; none where nothing waits."""
    lines = actions.see_waiting(by=person.actor)
    rows = [
        Row(
            item.line.words.title, item.beginning, url=reverse("platform.notice", args=[item.line.id]),
            lead=day_short(item.line.starts), act=reverse("platform.notice_acknowledge", args=[item.line.id]),
            act_word=_("I have read it"),
        )
        for item in (presenters.item_of(line) for line in lines[:MOST])
    ]  # fmt: skip
    if not rows:
        return []
    return [
        Card(
            _("Notices"), rows, note=presenters.waiting_told(len(lines)), poll=reverse("platform.notices_waiting"),
            more_url=reverse("platform.notices"), more=_("All notices"),
        )
    ]  # fmt: skip
