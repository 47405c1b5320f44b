"""What an erasure clears of tasks: every one about the subject, with its comments and what it recurs by."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from uuid import UUID

from heretask.kernel.secrets import forgetting

from .models import Comment, Series, Task


def forget(alias: str, customer_id: UUID, subjects: Mapping[UUID, dt.datetime]) -> None:
    """Remove them, what hangs on others first."""
    for kind in (Comment, Task, Series):
        kind._default_manager.using(alias).filter(customer_id=customer_id, subject__in=list(subjects)).delete()


def remembers(alias: str, customer_id: UUID, subjects: Sequence[UUID]) -> set[UUID]:
    """Those of whom one is left."""
    return {
        subject
        for kind in (Comment, Task, Series)
        for subject in kind._default_manager.using(alias)
        .filter(customer_id=customer_id, subject__in=subjects)
        .values_list("subject", flat=True)
        if subject is not None
    }


def tell(subject: UUID) -> dict[str, int]:
    """How many there are."""
    return {"tasks": Task.objects.filter(subject=subject).count()}


forgetting.register("platform.tasks", forget=forget, remembers=remembers, tell=tell)
