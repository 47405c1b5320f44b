"""What an erasure clears of drafts: every one about the subject, whoever wrote it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from uuid import UUID

from heretask.kernel.secrets import forgetting

from .models import Draft


def forget(alias: str, customer_id: UUID, subjects: Mapping[UUID, dt.datetime]) -> None:
    """Remove them."""
    Draft.objects.using(alias).filter(customer_id=customer_id, subject__in=list(subjects)).delete()


def remembers(alias: str, customer_id: UUID, subjects: Sequence[UUID]) -> set[UUID]:
    """Those of whom one is left."""
    rows = Draft.objects.using(alias).filter(customer_id=customer_id, subject__in=subjects)
    return {subject for subject in rows.values_list("subject", flat=True) if subject}


def tell(subject: UUID) -> dict[str, int]:
    """How many there are."""
    return {"drafts": Draft.objects.filter(subject=subject).count()}


forgetting.register("platform.drafts", forget=forget, remembers=remembers, tell=tell)
