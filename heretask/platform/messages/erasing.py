"""What an erasure clears of messages: every conversation about the subject, and its rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from uuid import UUID

from heretask.kernel.secrets import forgetting

from .models import Destination, Message, Participant, Receipt, Thread


def forget(alias: str, customer_id: UUID, subjects: Mapping[UUID, dt.datetime]) -> None:
    """Remove them. Nobody could open them any more, and messages are no record that must stay."""
    threads = Thread.objects.using(alias).filter(customer_id=customer_id, citizen__in=list(subjects))
    ids = list(threads.values_list("id", flat=True))
    for model in (Receipt, Participant, Destination, Message):
        model._default_manager.using(alias).filter(customer_id=customer_id, thread_id__in=ids).delete()
    threads.delete()


def remembers(alias: str, customer_id: UUID, subjects: Sequence[UUID]) -> set[UUID]:
    """Those about whom a conversation is left."""
    rows = Thread.objects.using(alias).filter(customer_id=customer_id, citizen__in=subjects)
    return {citizen for citizen in rows.values_list("citizen", flat=True) if citizen}


def tell(subject: UUID) -> dict[str, int]:
    """How many messages there are."""
    return {"messages": Message.objects.filter(citizen=subject).count()}


forgetting.register("platform.messages", forget=forget, remembers=remembers, tell=tell)
