"""What of messages can be printed: one conversation in which one takes part."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from heretask.kernel.access.decide import Actor, Denied, check
from heretask.platform.printing.sheets import Block, Sheet, sheet
from heretask.ui.templatetags.ht import clock

from . import queries
from .models import Thread
from .queries import USE


def _own(thread_id: UUID, by: Actor) -> Thread:
    check(by, USE)
    thread = queries.thread_by_id(thread_id, by)
    if thread is None:
        raise Denied(permission=USE)
    return thread


def check_thread(thread_id: UUID, by: Actor) -> None:
    """Raise Denied for a conversation in which `by` has no part."""
    _own(thread_id, by)


def conversation(thread_id: UUID, _days: int, by: Actor) -> Sheet:
    """Its newest messages, oldest first. Printing is not reading: what was not read stays so."""
    thread = _own(thread_id, by)
    found = queries.conversation(thread, by)
    blocks = [
        Block(f"{date_format(timezone.localtime(one.sent_at), 'j. F Y')} {clock(one.sent_at)} · {one.author}", one.said)
        for one in found.messages
    ]
    said = [_("About %(name)s") % {"name": found.about} if found.about else "", ", ".join(found.people)]
    opened = frozenset({thread.citizen} if thread.citizen else ())
    return Sheet(found.subject, " · ".join(part for part in said if part), tuple(blocks), opened, thread.citizen)


sheet(
    "conversation", gettext_lazy("Conversation"), check=check_thread, make=conversation,
    back=lambda thread_id: reverse("platform.messages_thread", args=[thread_id]),
)  # fmt: skip
