"""Sessions at the gate: begun, touched, ended; and the ticket of the operator at the server."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db import connections, transaction
from django.db.models.functions import Now

from heretask.kernel.log.gate import record_at_gate
from heretask.kernel.log.trace import Trace, tracing
from heretask.kernel.secrets.keys import unwrap_customer_key
from heretask.kernel.tenancy.base import entered
from heretask.kernel.tenancy.models import Customer

from . import events
from .models import Session

LASTS = dt.timedelta(hours=12)
SHUT = frozenset({"hours", "network"})  # what the customer's guidelines keep out
GRANT_OVER = frozenset({"cut", "handed back", "over", "not approved"})  # the grant itself is over, whatever the time
ENDS_NOW = SHUT | {"deactivated"} | GRANT_OVER
DOOR_LASTS = dt.timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class At:
    """The state of a request's session, as the gate answered.

    `state` is one of none, live, idle, absolute, ended, deactivated, hours and network.
    """

    state: str
    id: UUID | None = None
    kind: str = ""
    customer_id: UUID | None = None
    user_id: UUID | None = None
    browser_id: UUID | None = None
    purpose: str = ""
    seconds_left: float = 0
    proved_at: dt.datetime | None = None
    second_factor_at: dt.datetime | None = None
    h1: str = ""
    grant_id: UUID | None = None  # known once inside

    @property
    def signed_in(self) -> bool:
        """Whether a person is in."""
        return self.state == "live" and self.kind in {"person", "grant"}

    @property
    def at_door(self) -> bool:
        """Whether a password was given and something is still missing."""
        return self.state == "live" and self.kind == "door"


NOWHERE = At("none")


def h1_of(token: str) -> str:
    """SHA-256 of the cookie, in hex: what travels to the database. The table stores SHA-256 of that."""
    return hashlib.sha256(token.encode()).hexdigest()


def stored_hash(h1: str) -> bytes:
    """What the table of sessions holds for `h1`."""
    return hashlib.sha256(bytes.fromhex(h1)).digest()


def touch(token: str | None, *, acted: bool, ago: float = 0, address: str | None = None, agent: str = "") -> At:
    """The state of the session of `token`; a person's act, `ago` seconds ago, prolongs it.

    Where it is found to have ended by itself, that is an event, once. Without an `address` nobody asks from where.
    """
    if not token:
        return NOWHERE
    h1 = h1_of(token)
    with connections["gate"].cursor() as cursor:
        cursor.execute(
            """select t.*, case when t.state = 'live' and t.kind = 'person' then ht.shut_for(t.customer, %s) end
                 from ht.touch(%s, %s, %s) t""",
            [address or "", h1, acted, max(0.0, min(ago, 300.0))],
        )
        row = cursor.fetchone()
    at = replace(At(*row[:10]), h1=h1)
    if row[-1] == "hours" or (row[-1] and address is not None):  # as the guidelines have it
        at = replace(at, state=row[-1])
    if at.state in ENDS_NOW or at.state in {"idle", "absolute"}:
        _end_expired(at, address or "", agent)
    return at


def _end_expired(at: At, address: str, agent: str) -> None:
    """End a session whose time is over, together with its event; of parallel requests one does."""
    with transaction.atomic(using="gate"), connections["gate"].cursor() as cursor:
        cursor.execute(
            """update kernel_session set end_reason = %s, ended_at = case when %s then clock_timestamp()
                 else least(last_act + make_interval(secs => idle_limit), ends_at) end
               where id = %s and ended_at is null""",
            [at.state, at.state in ENDS_NOW, at.id],
        )
        if cursor.rowcount and at.customer_id:
            record_at_gate(
                events.IDLED if at.state == "idle" else events.ENDED, customer_id=at.customer_id, actor=at.user_id,
                session=at.id, on=("session", at.id), outcome=at.state, address=address, agent=agent,
            )  # fmt: skip


def begin(
    kind: str,
    *,
    customer_id: UUID,
    user_id: UUID,
    ends: At = NOWHERE,
    idle_limit: int = 300,
    ends_at: dt.datetime | None = None,
    **more: Any,
) -> tuple[str, UUID]:
    """A new session with a new token; the one it replaces ends. To be called inside a gate transaction.

    It lasts 12 hours (minutes at the door), or until `ends_at` where that was decided before.
    """
    if ends.id:
        ended = Session.objects.filter(id=ends.id, ended_at=None).update(ended_at=Now(), end_reason="replaced")
        if ended and ends.kind == "person" and ends.customer_id:
            record_at_gate(
                events.ENDED, customer_id=ends.customer_id, actor=ends.user_id, session=ends.id,
                on=("session", ends.id), outcome="replaced",
            )  # fmt: skip
    token = secrets.token_urlsafe(32)
    lasts = LASTS if kind in {"person", "grant"} else DOOR_LASTS
    made = Session.objects.create(
        token_hash=stored_hash(h1_of(token)), kind=kind, customer_id=customer_id, user_id=user_id,
        ends_at=ends_at or Now() + lasts, idle_limit=idle_limit, **more,
    )  # fmt: skip
    return token, made.id


def end(at: At, reason: str, *, address: str = "", agent: str = "") -> None:
    """End a session now, with its event."""
    if at.id is None:
        return
    with transaction.atomic(using="gate"):
        if Session.objects.filter(id=at.id, ended_at=None).update(ended_at=Now(), end_reason=reason) and at.customer_id:
            record_at_gate(
                events.SIGNED_OUT if reason == "signed out" else events.ENDED, customer_id=at.customer_id,
                actor=at.user_id, session=at.id, on=("session", at.id), outcome=reason, address=address, agent=agent,
            )  # fmt: skip


def end_others(user_id: UUID, customer_id: UUID, *, but: UUID | None, reason: str) -> int:
    """End every other session of a user; each with its event. Inside a gate transaction."""
    live = Session.objects.filter(user_id=user_id, ended_at=None, kind__in=["person", "door", "grant"])
    others = list(live.exclude(id=but) if but else live)
    for session in others:
        Session.objects.filter(id=session.id, ended_at=None).update(ended_at=Now(), end_reason=reason)
        record_at_gate(
            events.ENDED, customer_id=customer_id, actor=user_id, session=session.id, on=("session", session.id),
            outcome=reason,
        )  # fmt: skip
    return len(others)


def end_forgotten() -> int:
    """End, with their events, all sessions that idled or lasted out without another request (LOG-2)."""
    with transaction.atomic(using="gate"), connections["gate"].cursor() as cursor:
        cursor.execute(
            """update kernel_session s
                  set ended_at = least(s.last_act + make_interval(secs => s.idle_limit), s.ends_at),
                      end_reason = case
                        when s.kind in ('person', 'door', 'grant')
                         and s.last_act + make_interval(secs => s.idle_limit) < s.ends_at
                        then 'idle' else 'absolute' end
                where s.id in (
                  select x.id from kernel_session x
                   where x.ended_at is null
                     and (x.ends_at < clock_timestamp()
                          or (x.kind in ('person', 'door', 'grant')
                              and x.last_act < clock_timestamp() - make_interval(secs => x.idle_limit)))
                     for update skip locked)
            returning s.customer_id, s.user_id, s.id, s.end_reason"""
        )
        ended = cursor.fetchall()
        for customer_id, user_id, session_id, reason in ended:
            record_at_gate(
                events.IDLED if reason == "idle" else events.ENDED, customer_id=customer_id, actor=user_id,
                session=session_id, on=("session", session_id), outcome=reason,
            )  # fmt: skip
    return len(ended)


@contextmanager
def operator(customer: Customer, why: str, *, minutes: int = 30) -> Iterator[Trace]:
    """A transaction inside one customer for the operator at the server, who holds the owner's credentials.

    Every such ticket is a session with a start, an end and a purpose, and its acts are events like any other's.
    """
    h1 = secrets.token_hex(32)
    with connections["owner"].cursor() as cursor:
        cursor.execute("select ht.operator_ticket(%s, %s, %s, %s)", [customer.id, h1, minutes, why[:20]])
    try:
        with (
            entered(h1),
            tracing(unwrap_customer_key(customer.id, customer.wrapped_key), agent=f"operator: {why}") as trace,
        ):
            yield trace
    finally:
        with connections["owner"].cursor() as cursor:
            cursor.execute("select ht.end_ticket(%s)", [h1])
