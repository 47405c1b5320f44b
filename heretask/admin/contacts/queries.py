"""Reading the sheet of emergency contacts."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass

from django.utils import timezone

from heretask.kernel.identity.people import names_of
from heretask.kernel.periods import months_after
from heretask.kernel.secrets.opening import open_text

from .models import Sheet
from .policies import MONTHS, Contact


@dataclass(frozen=True, slots=True)
class Kept:
    """The newest sheet, opened."""

    contacts: list[Contact]
    at: dt.datetime
    by: str

    @property
    def due_on(self) -> dt.date:
        """By when it is confirmed anew."""
        return months_after(timezone.localdate(self.at), MONTHS)


def newest() -> Kept | None:
    """The sheet that counts; None where there never was one."""
    row = Sheet.objects.order_by("-done_at").first()
    if row is None:
        return None
    contacts = [Contact(**one) for one in json.loads(open_text(row, "contacts"))]
    return Kept(contacts, row.done_at, names_of([row.done_by]).get(row.done_by, "") if row.done_by else "")


def due_on() -> dt.date | None:
    """By when the newest sheet is confirmed anew, without opening it; None where there is none."""
    row = Sheet.objects.order_by("-done_at").values_list("done_at", flat=True).first()
    return months_after(timezone.localdate(row), MONTHS) if row else None
