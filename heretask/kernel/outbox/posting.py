"""Putting a letter into the outbox: in one transaction with what it tells of, so that both are there or neither."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Max
from django.utils import timezone

from heretask.kernel.secrets.opening import open_text, seal
from heretask.kernel.tenancy.base import current
from heretask.kernel.tenancy.models import Customer

from .letters import Letter
from .models import MailAddress, MailState, OutgoingMail, PhoneNumber, Way

NOW = dt.timedelta(0)
PAUSE = dt.timedelta(minutes=30)  # between two SMS to one person, but for what is urgent


def put(letter: Letter, to: MailAddress | PhoneNumber, *, wait: dt.timedelta = NOW, **parameters: Any) -> OutgoingMail:
    """Put one letter to that address or telephone into the outbox; raises TypeError for what may not leave."""
    way, kept = (Way.SMS, "number") if isinstance(to, PhoneNumber) else (Way.MAIL, "address")
    if way == Way.SMS and letter.sms is None:
        raise TypeError(f"{letter.key} goes by mail alone")
    mail = OutgoingMail(
        user_id=to.user_id, way=way, letter=letter.key, parameters=letter.plain(parameters),
        customer_id=current().customer_id, next_try_at=timezone.now() + wait,
    )  # fmt: skip
    seal(mail, address=open_text(to, kept))
    mail.save(force_insert=True)
    return mail


def tell(
    letter: Letter, users: Iterable[UUID], *, wait: dt.timedelta = NOW, by_sms: dt.timedelta | None = None,
    **parameters: Any,
) -> int:  # fmt: skip
    """Tell those of `users` who wish it, by mail, SMS or both, once each for all that waits; how many letters it made.

    A mail waits as long as `wait`, an SMS as `by_sms`, if that is given. A bounded number of queries, and one for each.
    """
    wanted = set(users)
    asked_for = {"urgent": True} if letter.urgent else {"notices": True}
    reachable = {"user_id__in": wanted, "bounced_at": None, "user__active": True, **asked_for}
    told: list[MailAddress | PhoneNumber] = list(MailAddress.objects.filter(confirmed_at__isnull=False, **reachable))
    if letter.sms is not None and goes_by_sms():
        told += PhoneNumber.objects.filter(proven_at__isnull=False, **reachable)
    waiting = set(
        OutgoingMail.objects.filter(user_id__in=wanted, letter=letter.key, state=MailState.WAITING)
        .values_list("user_id", "way")
    )  # fmt: skip
    told = [one for one in told if (one.user_id, _way(one)) not in waiting]
    texted = {} if letter.urgent else _texted(letter, {one.user_id for one in told if isinstance(one, PhoneNumber)})
    for one in told:
        if isinstance(one, PhoneNumber):
            pause = texted.get(one.user_id, NOW)
            put(letter, one, wait=max(pause, wait if by_sms is None else by_sms), **parameters)
        else:
            put(letter, one, wait=wait, **parameters)
    return len(told)


def goes_by_sms() -> bool:
    """Whether this customer lets anything go by SMS."""
    return Customer.objects.filter(id=current().customer_id, sms=True).exists()


def _way(to: MailAddress | PhoneNumber) -> str:
    return Way.SMS if isinstance(to, PhoneNumber) else Way.MAIL


def _texted(letter: Letter, users: set[UUID]) -> Mapping[UUID, dt.timedelta]:
    """How long those who got an SMS a moment ago are left in peace: one tells of all that waits."""
    if not users:
        return {}
    now = timezone.now()
    newest = (
        OutgoingMail.objects.filter(user_id__in=users, way=Way.SMS, letter=letter.key, made_at__gte=now - PAUSE)
        .order_by().values_list("user_id").annotate(newest=Max("made_at"))
    )  # fmt: skip
    return {user: at + PAUSE - now for user, at in newest}
