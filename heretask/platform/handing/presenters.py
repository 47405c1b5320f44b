"""What was handed over, as pages and the document itself show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from heretask.kernel.identity.people import Person
from heretask.kernel.paper.making import pdf
from heretask.platform.printing.sheets import Sheet
from heretask.ui.templatetags.ht import clock

from .actions import Given
from .models import Handing
from .policies import BASES, State, To
from .queries import Line

TOLD: dict[State, tuple[str, str | Promise]] = {
    State.WAITING: ("info", gettext_lazy("Not opened yet")),
    State.OPENED: ("ok", gettext_lazy("Opened")),
    State.WITHDRAWN: ("unknown", gettext_lazy("Withdrawn")),
    State.DEAD: ("broken", gettext_lazy("Five wrong codes")),
    State.EXPIRED: ("due", gettext_lazy("Not opened in time")),
}


@dataclass(frozen=True, slots=True)
class Told:
    """A line with its state in colour and words."""

    line: Line
    state: str
    word: str | Promise


def told(lines: list[Line]) -> list[Told]:
    """Each with its state."""
    return [Told(line, *TOLD[line.state]) for line in lines]


def document(sheet: Sheet, row: Handing, to: To, person: Person) -> bytes:
    """The PDF, with receiver, basis and number; the mark of this copy on every page."""
    made = timezone.localtime(row.made_at)
    when = f"{date_format(made, 'j. F Y')} {clock(made)}"
    customer = person.customer.name
    return pdf(
        "handing",
        {
            "lang": (get_language() or "da")[:2], "title": sheet.title, "customer": customer, "sub": sheet.sub,
            "page": [_("Page"), _("of")], "foot": f"{customer} · {when} · {row.number}",
            "mark": f"{to.name[:40]} · {customer[:30]} · {row.number}",
            "facts": [
                [_("Handed to:"), f"{to.name}, {to.relation}"], [_("On the basis of:"), str(BASES[row.basis])],
                [_("By:"), f"{person.name}, {customer}, {when}"],
            ],
            "blocks": [
                {"head": b.head, "lines": b.text.split("\n") if b.text else [], "foot": b.foot} for b in sheet.blocks
            ],
            "outro": [_("This document holds personal data. Keep it safe, and destroy it when you no longer need it.")],
        },
        at=made,
    )  # fmt: skip


def given_context(given: Given) -> dict[str, Any]:
    """The page that shows link and code, this once."""
    return {
        "link": f"{settings.HERETASK_ADDRESS}{reverse('handed')}#{given.token}", "code": given.code, "to": given.to,
        "label": given.label, "handing": given.handing,
    }  # fmt: skip
