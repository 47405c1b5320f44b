"""The demo's last night in Nord: a few notes marked for the next shift, and a colleague who has taken over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from django.utils import timezone

from heretask.kernel.identity.models import User
from heretask.kernel.rhythm import COPENHAGEN, moment
from heretask.kernel.tenancy.models import Customer
from heretask.social.citizens.models import Citizen
from heretask.social.handover import actions
from heretask.social.handover.models import Mark, Takeover
from heretask.social.journal import actions as journal

from .tasks import as_person

# which of Nord's citizens, how many minutes from the end of the night, kind and words
NIGHT: tuple[tuple[int, int, str, str], ...] = (
    (5, -360, "talk", "Søsteren ringede og kommer på besøg i eftermiddag. Hun vil gerne tale med kontaktpersonen."),
    (2, -210, "health", "Var varm og sov uroligt. Mål temperaturen i løbet af morgenen, og skriv den op."),
    (7, -120, "diary", "Usikker på benene på vej til badeværelset. Gik med rollator og en hånd under armen. Følg med."),
)
LATER = (2, 40, "health", "Temperaturen var 38,1. Drak et halvt glas saft. Byd på noget at drikke hver time.")


def hand_over(customer: Customer, bo: User, unit_id: UUID, colleagues: Sequence[UUID]) -> None:
    """What two of the night marked, that one of the day took it over, and one mark since."""
    with as_person(customer, bo):
        night, day = User.objects.filter(id__in=colleagues).order_by("id")
        citizens = list(Citizen.objects.filter(unit_id=unit_id, active=True, sealed=False).order_by("id")[:8])
    now, morning = timezone.now(), moment(timezone.localdate(timezone=COPENHAGEN), dt.time(7))
    end = morning if morning + dt.timedelta(hours=1) < now else now - dt.timedelta(hours=1)
    _marked(customer, night, citizens, end, NIGHT)
    with as_person(customer, day) as by:
        screen = actions.see_unit(unit_id, by=by)
    with as_person(customer, day) as by:
        taken = actions.take_over(unit_id, screen.showing, by=by)
        Takeover.objects.filter(id=taken.id).update(made_at=end + dt.timedelta(minutes=4))
    _marked(customer, day, citizens, end, [LATER])


def _marked(
    customer: Customer, who: User, citizens: Sequence[Citizen], end: dt.datetime,
    notes: Sequence[tuple[int, int, str, str]],
) -> None:  # fmt: skip
    with as_person(customer, who) as by:
        for place, minutes, kind, text in notes:
            at = end + dt.timedelta(minutes=minutes)
            note = journal.write_and_sign(
                citizen_id=citizens[place % len(citizens)].id, kind=kind, text=text, happened_at=at, hand_over=True,
                by=by,
            )  # fmt: skip
            Mark.objects.filter(note_id=note.id).update(made_at=at + dt.timedelta(minutes=9))
