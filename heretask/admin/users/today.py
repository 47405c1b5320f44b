"""What an administrator is told on the start page: of logins that HereTask has suspended, and of its managers."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from heretask.kernel.access.decide import may
from heretask.kernel.access.permissions import Permission
from heretask.kernel.identity.people import Person, assignments_now, names_of
from heretask.kernel.supplier import queries
from heretask.platform.today.cards import Card, Row, cards
from heretask.platform.today.steps import step
from heretask.ui.templatetags.ht import clock, day


@cards(6, Permission.ADMIN_USERS_CHANGE)
def suspended(_person: Person) -> list[Card]:
    """Logins of this customer that are suspended now, with the reason and who did it."""
    found = queries.running()
    if not found:
        return []
    names = names_of(one.user_id for one in found)
    rows = [
        Row(
            names.get(one.user_id, ""), f"{day(one.at)} {clock(one.at)} · {one.by} · {one.why}",
            url=reverse("admin.users_one", args=[one.user_id]), state="due", state_word=_("Suspended"),
        )
        for one in found
    ]  # fmt: skip
    return [Card(_("Suspended by HereTask"), rows, urgent=True)]


@cards(7, Permission.ADMIN_USERS_CHANGE)
def management(person: Person) -> list[Card]:
    """That one of the supplier's two managers is being replaced, or was, in the last 30 days."""
    if may(person.actor, Permission.ADMIN_APPROVALS_USE):  # they have a card of their own, with the request
        return []
    rows = []
    for one in queries.news():
        if one.used_at:
            state, word = "info", _("Replaced on %(day)s") % {"day": day(one.used_at)}
        elif one.refused_at:
            state, word = "unknown", _("Not replaced after all")
        elif one.earliest > timezone.now():
            state, word = "due", _("From %(day)s %(time)s") % {"day": day(one.earliest), "time": clock(one.earliest)}
        else:
            state, word = "due", _("At any moment")
        told = _("Asked by %(who)s on %(day)s. Minutes of the board: %(minutes)s") % {
            "who": one.asker, "day": day(one.asked_at), "minutes": one.minutes,
        }  # fmt: skip
        rows.append(
            Row(f"{one.outgoing} → {one.incoming}", told, lead=clock(one.asked_at), state=state, state_word=word)
        )
    urgent = any(row.state == "due" for row in rows)
    return [Card(_("HereTask replaces a manager"), rows, urgent=urgent)] if rows else []


@step(
    20,
    Permission.ADMIN_USERS_CHANGE,
    title=gettext_lazy("Give your people logins"),
    route="admin.users",
    why=gettext_lazy("One by one, or all at once from a spreadsheet. Each gets a role in a unit."),
    word=gettext_lazy("Create users"),
)
def somebody_works_in_a_unit() -> bool:
    """Whether anybody has a role in a unit."""
    return assignments_now().filter(unit__isnull=False).exists()
