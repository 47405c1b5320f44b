"""What emergency openings put on the start page: of those who judge them, and of those who opened."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from heretask.kernel.access.permissions import Permission
from heretask.kernel.identity.people import Person
from heretask.platform.today.cards import Card, Row, cards
from heretask.ui.templatetags.ht import clock, day

from . import actions, presenters


@cards(10, Permission.SOCIAL_CITIZENS_FOLLOW_UP)
def to_follow_up(person: Person) -> list[Card]:
    """Openings that wait for this person's answer; nothing of the citizen but the unit."""
    rows = [presenters.row(line) for line in actions.waiting_for(person.actor)]
    if not rows:
        return []
    return [
        Card(
            _("Emergency openings that wait for you"),
            [
                Row(
                    row.line.who, _("%(unit)s · %(day)s at %(time)s") % {
                        "unit": row.line.unit_name, "day": day(row.line.made_at), "time": clock(row.line.made_at),
                    },
                    url=reverse("social.emergency_judge", args=[row.line.id]), state=row.state, state_word=row.word,
                    button=_("Answer"),
                )
                for row in rows
            ],
            urgent=True, note=_("Within 3 days"),
        )
    ]  # fmt: skip


@cards(11, Permission.SOCIAL_CITIZENS_EMERGENCY)
def answers(person: Person) -> list[Card]:
    """What leaders have said of this person's openings in the last week."""
    rows = [presenters.row(line) for line in actions.answers_for(person.actor)]
    if not rows:
        return []
    return [
        Card(
            _("Your emergency openings were answered"),
            [
                Row(
                    row.line.unit_name,
                    _("Opened %(day)s · answered by %(name)s")
                    % {"day": day(row.line.made_at), "name": row.line.answered_by},
                    url=reverse("social.emergency"), state=row.state, state_word=row.word, lead=clock(row.line.made_at),
                )
                for row in rows
            ],
        )
    ]  # fmt: skip
