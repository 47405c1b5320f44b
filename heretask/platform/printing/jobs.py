"""Each night: papers that went long ago leave the list; the log has said the same for as long as it is kept."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from heretask.kernel.retention.cleaning import cleans

from .models import Paper

DAYS = 400  # the database itself refuses to let one go earlier


@cleans("printing.papers")
def old_papers(most: int) -> int:
    """Papers that were shredded or handed over more than 400 days ago; one that is open stays for ever."""
    old = Paper.objects.filter(ended_at__lt=timezone.now() - dt.timedelta(days=DAYS, hours=1))
    ids = list(old.values_list("id", flat=True)[:most])
    gone, _by_kind = Paper.objects.filter(id__in=ids).delete()
    return gone
