"""What an erasure clears of what was handed over: to whom, and the file where it still waits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from heretask.kernel.secrets import forgetting
from heretask.kernel.secrets.files import remove

from .models import Handing

LEFT = ~Q(to=b"") | Q(emptied_at=None)


def forget(alias: str, customer_id: UUID, subjects: Mapping[UUID, dt.datetime]) -> None:
    """Clear the receiver, and destroy what nobody has fetched."""
    rows = Handing.objects.using(alias).filter(LEFT, customer_id=customer_id, subject__in=list(subjects))
    for own, file in list(rows.values_list("id", "file")):
        remove(customer_id, file, kept=True)
        Handing.objects.using(alias).filter(customer_id=customer_id, id=own).update(
            to=b"", ends_at=timezone.now(), emptied_at=timezone.now()
        )


def remembers(alias: str, customer_id: UUID, subjects: Sequence[UUID]) -> set[UUID]:
    """Those of whom something is left."""
    rows = Handing.objects.using(alias).filter(LEFT, customer_id=customer_id, subject__in=subjects)
    return {subject for subject in rows.values_list("subject", flat=True) if subject is not None}


def tell(subject: UUID) -> dict[str, int]:
    """How many documents there were."""
    return {"handings": Handing.objects.filter(subject=subject).count()}


forgetting.register("platform.handing", forget=forget, remembers=remembers, tell=tell)
