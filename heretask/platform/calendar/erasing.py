"""What an erasure clears of the calendar: every appointment about the subject, and who took part in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from uuid import UUID

from heretask.kernel.secrets import forgetting

from .models import Appointment, Participant


def forget(alias: str, customer_id: UUID, subjects: Mapping[UUID, dt.datetime]) -> None:
    """Remove them."""
    about = {"customer_id": customer_id, "subject__in": list(subjects)}
    ids = Appointment.objects.using(alias).filter(**about).values("id")
    Participant.objects.using(alias).filter(customer_id=customer_id, appointment_id__in=ids).delete()
    Appointment.objects.using(alias).filter(**about).delete()


def remembers(alias: str, customer_id: UUID, subjects: Sequence[UUID]) -> set[UUID]:
    """Those of whom one is left."""
    rows = Appointment.objects.using(alias).filter(customer_id=customer_id, subject__in=subjects)
    return {subject for subject in rows.values_list("subject", flat=True) if subject is not None}


def tell(subject: UUID) -> dict[str, int]:
    """How many there are."""
    return {"appointments": Appointment.objects.filter(subject=subject).count()}


forgetting.register("platform.calendar", forget=forget, remembers=remembers, tell=tell)
