"""What supplier access puts on the administrators' start page: what waits, what runs, what nobody has read yet."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from heretask.kernel.access.permissions import Permission
from heretask.kernel.grants import answering
from heretask.kernel.grants.models import Grant
from heretask.kernel.identity.people import Person
from heretask.platform.today.cards import Card, Row, cards

from . import presenters


@cards(5, Permission.ADMIN_ACCESS_ANSWER)
def supplier_access(person: Person) -> list[Card]:  # noqa: ARG001  (the shape of every card)
    """One card each, where there is something."""
    sources = (
        (_("The supplier asks for access"), answering.waiting(), _("Answer"), _("An hour to answer")),
        (_("The supplier is inside now"), answering.running(), _("Watch"), _("You can cut it off")),
        (_("Access without your answer: judge it"), answering.to_judge(), _("Judge"), _("Both managers wanted it")),
        (_("What the supplier saw"), answering.unseen(), _("Read"), _("Until somebody has read it")),
    )
    return [
        Card(title, [_row(one, button) for one in found], urgent=True, note=note)
        for title, found, button, note in sources
        if found
    ]


def _row(one: Grant, button: str) -> Row:
    told = presenters.row(one)
    return Row(
        f"{one.asked_name} · {one.scope_label}", one.case_number, url=reverse("admin.grants_one", args=[one.id]),
        state=told.state, state_word=told.word, button=button,
    )  # fmt: skip
