"""What the journal puts on the start page."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heretask.kernel.access.permissions import Permission
from heretask.kernel.identity.people import Person
from heretask.platform.today.cards import Card, Row, cards
from heretask.social.citizens.models import Light
from heretask.ui.templatetags.ht import clock, day

from . import actions

EXCERPT = 160


@cards(20, Permission.SOCIAL_JOURNAL_READ)
def citizens_of_today(person: Person) -> list[Card]:
    """Unfinished notes on top, then what others wrote, and whom to keep an eye on."""
    seen = actions.see_day(person.actor)
    return [card for card in (_unfinished(seen), _news(seen), _watched(seen)) if card]


def _unfinished(seen: actions.Day) -> Card | None:
    if not seen.unfinished:
        return None
    rows = [
        Row(name, _when(at), url=_journal(citizen_id), button=_("Go on writing"), lead=clock(at))
        for citizen_id, name, at in seen.unfinished
    ]
    return Card(
        _("You have not finished"), rows, urgent=True, note=ngettext("%d note", "%d notes", len(rows)) % len(rows)
    )


def _news(seen: actions.Day) -> Card:
    rows = [
        Row(
            name, f"{note.author_name} · {_when(note.happened_at)} · {_short(note.newest_text)}",
            url=_journal(note.citizen_id), lead=clock(note.happened_at),
        )
        for note, name in seen.news
    ]  # fmt: skip
    return Card(
        _("What others have written"), rows, note=_("The last day and a half"),
        empty=_("Nobody has written about your citizens since yesterday."),
    )  # fmt: skip


def _watched(seen: actions.Day) -> Card:
    rows = [
        Row(row.name, row.warning, url=_journal(row.id), light=row.light, light_word=Light(row.light).label, keep=True)
        for row in seen.watched
    ]
    return Card(
        _("To keep an eye on"), rows, aside=True, empty=_("All lights are green."),
        more_url=reverse("social.citizens"), more=_("All my citizens (%d)") % seen.citizens,
    )  # fmt: skip


def _journal(citizen_id: Any) -> str:
    return reverse("social.journal", args=[citizen_id])


def _when(moment: Any) -> str:
    return _("today") if timezone.localdate(moment) == timezone.localdate() else day(moment)


def _short(text: str) -> str:
    """The beginning of a note, cut at a word."""
    return text if len(text) <= EXCERPT else text[:EXCERPT].rsplit(" ", 1)[0] + " …"
