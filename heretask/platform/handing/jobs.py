"""Each night: files that nobody fetched in time are destroyed, and what is long over leaves the list."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from heretask.kernel.retention.cleaning import cleans
from heretask.kernel.secrets.files import remove

from .models import Handing

DAYS = 400  # the database itself refuses to let one go earlier


@cleans("handing.files")
def over(most: int) -> int:
    """Destroy the files of what has ended; how many. Nobody could open them any more: the link is dead."""
    rows = Handing.objects.filter(emptied_at=None, ends_at__lte=timezone.now())[:most]
    for row in rows:
        remove(row.owner_id, row.file, kept=True)
        row.emptied_at = timezone.now()
        row.save(update_fields=["emptied_at"])
    return len(rows)


@cleans("handing.rows")
def old(most: int) -> int:
    """What ended more than 400 days ago."""
    gone = Handing.objects.filter(ends_at__lt=timezone.now() - dt.timedelta(days=DAYS, hours=1))
    ids = list(gone.exclude(emptied_at=None).values_list("id", flat=True)[:most])
    count, _by_kind = Handing.objects.filter(id__in=ids).delete()
    return count
