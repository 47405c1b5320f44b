"""What the supplier tells its customers, near the top of the start page, with a button where it asks for one."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from heretask.kernel.access.permissions import Permission
from heretask.kernel.identity.people import Person
from heretask.platform.today.cards import Card, Row, cards
from heretask.ui.templatetags.ht import day_short

from . import actions, presenters
from .queries import Told


@cards(3, Permission.PLATFORM_TODAY_SEE)
def from_the_supplier(person: Person) -> list[Card]:
    """Each in the reader's language, until it is acknowledged or over; no card where there is none."""
    rows = [_row(one) for one in actions.see_told(by=person.actor)]
    return [Card(_("From HereTask"), rows)] if rows else []


def _row(one: Told) -> Row:
    title, text = presenters.words_in(one)
    act = reverse("platform.announcement_acknowledge", args=[one.id]) if one.must else ""
    sub = f"{text} · {presenters.until(one)}"
    return Row(title, sub, lead=day_short(one.starts), act=act, act_word=_("I have read it") if act else "")
