"""How messages go: as old as their customer keeps them, whole conversations when their last message has gone."""

from __future__ import annotations

from heretask.kernel.files import keeping
from heretask.kernel.retention.cleaning import cleans
from heretask.kernel.retention.queries import customer, month_before

from .models import Destination, Message, Participant, Receipt, Thread
from .queries import HOLDER


@cleans("platform.message")
def clean(most: int) -> int:
    """Remove at most `most` of the oldest messages, and what is left empty; how many went."""
    before = month_before(customer().message_months)
    rows = list(Message.objects.filter(sent_at__lt=before).order_by("sent_at").values_list("id", "thread_id")[:most])
    ids, threads = [own for own, _thread in rows], {thread for _own, thread in rows}
    keeping.remove_with(HOLDER, ids)
    Receipt.objects.filter(message_id__in=ids).delete()
    Message.objects.filter(id__in=ids).delete()
    empty = threads - set(Message.objects.filter(thread_id__in=threads).values_list("thread_id", flat=True))
    Participant.objects.filter(thread_id__in=empty).delete()
    Destination.objects.filter(thread_id__in=empty).delete()
    Thread.objects.filter(id__in=empty).delete()
    return len(ids)
