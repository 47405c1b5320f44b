"""Putting a letter into the outbox: in one transaction with what it tells of, so that both are there or neither."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.utils import timezone

from heretask.kernel.secrets.opening import open_text, seal
from heretask.kernel.tenancy.base import current

from .letters import Letter
from .models import MailAddress, MailState, OutgoingMail


def put(letter: Letter, to: MailAddress, *, wait: dt.timedelta = dt.timedelta(0), **parameters: Any) -> OutgoingMail:
    """Put one letter to that address into the outbox; raises TypeError for a parameter that may not leave."""
    mail = OutgoingMail(
        user_id=to.user_id, letter=letter.key, parameters=letter.plain(parameters), customer_id=current().customer_id,
        next_try_at=timezone.now() + wait,
    )  # fmt: skip
    seal(mail, address=open_text(to, "address"))
    mail.save(force_insert=True)
    return mail


def tell(letter: Letter, users: Iterable[UUID], *, wait: dt.timedelta = dt.timedelta(0), **parameters: Any) -> int:
    """Tell those of `users` by mail who wish it, once for all that waits; how many. Three queries and one for each."""
    wanted = set(users)
    known = MailAddress.objects.filter(
        user_id__in=wanted, notices=True, confirmed_at__isnull=False, bounced_at=None, user__active=True
    )
    waiting = set(
        OutgoingMail.objects.filter(user_id__in=wanted, letter=letter.key, state=MailState.WAITING)
        .values_list("user_id", flat=True)
    )  # fmt: skip
    told = [address for address in known if address.user_id not in waiting]
    for address in told:
        put(letter, address, wait=wait, **parameters)
    return len(told)
