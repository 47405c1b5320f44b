"""What an erasure clears of papers: the words. That there is a paper stays: it must be shredded all the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db.models import Q

from heretask.kernel.secrets import forgetting

from .models import Paper

SAYS = ~Q(words=b"") | ~Q(handed=b"")


def forget(alias: str, customer_id: UUID, subjects: Mapping[UUID, dt.datetime]) -> None:
    """Clear why it was printed and to whom it went."""
    rows = Paper.objects.using(alias).filter(customer_id=customer_id, subject__in=list(subjects))
    rows.update(words=b"", handed=b"")


def remembers(alias: str, customer_id: UUID, subjects: Sequence[UUID]) -> set[UUID]:
    """Those of whom such words are left."""
    rows = Paper.objects.using(alias).filter(SAYS, customer_id=customer_id, subject__in=subjects)
    return {subject for subject in rows.values_list("subject", flat=True) if subject is not None}


def tell(subject: UUID) -> dict[str, int]:
    """How many prints there were."""
    return {"papers": Paper.objects.filter(subject=subject).count()}


forgetting.register("platform.printing", forget=forget, remembers=remembers, tell=tell)
