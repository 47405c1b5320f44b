"""What sample checks put on the start page: of those who opened, and of those who judge. No name is opened for it."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heretask.kernel.access.permissions import Permission
from heretask.kernel.identity.people import Person
from heretask.platform.today.cards import Card, Row, cards
from heretask.ui.templatetags.ht import clock, day

from . import actions, policies, presenters, queries


@cards(13, Permission.PLATFORM_SAMPLES_OWN)
def to_explain(person: Person) -> list[Card]:
    """One's own openings that were drawn: one tap here, one tap on a reason."""
    found = queries.own_waiting(person.actor.person_id)
    if not found:
        return []
    rows, late = [], timezone.now() - policies.EXPLAIN_WITHIN
    for one in found:
        over = one.draw.made_at < late
        rows.append(
            Row(
                _("You opened a citizen %(day)s at %(time)s") % {"day": day(one.at), "time": clock(one.at)},
                _("Drawn by chance. Say why, in one tap."), url=reverse("admin.samples_explain", args=[one.id]),
                button=_("Answer"), state="broken" if over else "due",
                state_word=_("Past the week") if over else _("Within a week"),
            )
        )  # fmt: skip
    return [Card(_("Why did you open?"), rows)]


@cards(14, Permission.ADMIN_SAMPLES_JUDGE)
def to_judge(person: Person) -> list[Card]:
    """How many openings wait for a judgment; red where some have waited too long."""
    waiting = [line for line in actions.waiting_for(person.actor) if line.explanation or _is_late(line)]
    if not waiting:
        return []
    late = any(presenters.state_of(line)[0] == "broken" for line in waiting)
    told = ngettext("%(count)d opening", "%(count)d openings", len(waiting)) % {"count": len(waiting)}
    row = Row(
        _("Wait for your judgment"), told, url=reverse("admin.samples"), button=_("Look at it"),
        state="broken" if late else "due", state_word=_("Too late") if late else _("Within 14 days"),
    )  # fmt: skip
    return [Card(_("Sample checks"), [row], urgent=late)]


def _is_late(line: queries.Line) -> bool:
    return presenters.state_of(line)[0] == "broken"
