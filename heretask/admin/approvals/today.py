"""What waits for a manager, on the start page."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from heretask.kernel.access.permissions import Permission
from heretask.kernel.approvals import asking, queries
from heretask.kernel.identity.people import Person, names_of
from heretask.kernel.supplier import recovery
from heretask.platform.today.cards import Card, Row, cards
from heretask.ui.templatetags.ht import clock


@cards(5, Permission.ADMIN_APPROVALS_USE)
def waiting(person: Person) -> list[Card]:
    """What the other manager asked for; a replacement of oneself above all; and a manager who is suspended."""
    me, rows = person.actor.person_id, []
    asked = [one for one in queries.alive() if one.asked_by_id != me and one.approved_by_id is None]
    suspended = [user for user in queries.managers() if user.suspended_at is not None]
    names = names_of({one.asked_by_id for one in asked} | {user.id for user in suspended})
    if (wanted := recovery.running()) is not None:
        coming = recovery.wanted_of(wanted)
        rows.append(
            Row(
                _("Both managers are to be replaced"), f"{coming.first_name}, {coming.second_name}",
                url=reverse("admin.approvals"), button=_("Look at it"), state="broken", state_word=_("Within 24 hours"),
            )
        )  # fmt: skip
    for one in asked:
        title = str(asking.ACTS[one.act].label)
        if one.act == asking.REPLACE and asking.parameters_of(one)["outgoing"] == str(me):
            title = _("You are to be replaced as manager")
        rows.append(
            Row(
                title, f"{names[one.asked_by_id]} · {asking.about(one.act, asking.parameters_of(one))}",
                url=reverse("admin.approvals_one", args=[one.id]), button=_("Look at it"),
                lead=clock(one.asked_at), state="due", state_word=_("Waits for you"),
            )
        )  # fmt: skip
    rows += [
        Row(
            names[user.id], _("Manager; the login is suspended"), url=reverse("admin.suspensions"),
            button=_("Look at it"), state="broken", state_word=_("Suspended"),
        )
        for user in suspended
    ]  # fmt: skip
    return [Card(_("It takes two of you"), rows, urgent=True)] if rows else []
