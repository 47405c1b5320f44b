"""What must find another place before a unit can be closed: its appointments that lie ahead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

from django.utils import timezone
from django.utils.translation import ngettext

from heretask.kernel.tenancy.occupancy import occupies

from .models import Appointment


def appointments_in(units: Iterable[UUID]) -> dict[UUID, int]:
    """How many appointments of each of these units are not over."""
    rows = Appointment.objects.filter(unit_id__in=list(units), cancelled_at=None, ends_at__gt=timezone.now())
    return dict(Counter(unit for unit in rows.values_list("unit_id", flat=True) if unit is not None))


def words(count: int) -> str:
    """'2 appointments of it'."""
    return ngettext("%(count)d appointment of it", "%(count)d appointments of it", count) % {"count": count}


occupies("appointments", appointments_in, words)
