"""What people do with notices: each is permission, policy, change and event in one transaction."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from heretask.kernel.access.addressed import addresses
from heretask.kernel.access.decide import Actor, Denied, check, may
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.log import record

from . import events, policies, queries
from .models import Acknowledgement, Notice
from .policies import Refused, Words, today
from .queries import Line, Shown

__all__ = ["today"]  # for views, which never ask queries


@dataclass(frozen=True, slots=True)
class Board:
    """What holds, and for leaders what has not begun."""

    lines: list[Line]
    coming: list[Line]
    may_put_up: bool


def see_board(*, by: Actor) -> Board:
    """The notices that hold for `by`."""
    check(by, P.PLATFORM_NOTICES_READ)
    leads = may(by, P.PLATFORM_NOTICES_PUT_UP)
    rows, ahead = queries.board(by), queries.coming(by) if leads else []
    lines = queries.lines_of([*rows, *ahead], by)
    record(events.LISTED, hits=len(lines), shown=[line.id for line in lines])
    return Board(lines[: len(rows)], lines[len(rows) :], leads)


def see_earlier(*, by: Actor) -> list[Line]:
    """What is over, or was withdrawn."""
    check(by, P.PLATFORM_NOTICES_READ)
    lines = queries.lines_of(queries.earlier(by), by)
    record(events.LISTED, hits=len(lines), shown=[line.id for line in lines])
    return lines


def see_waiting(*, by: Actor) -> list[Line]:
    """What `by` has to acknowledge."""
    check(by, P.PLATFORM_NOTICES_READ)
    lines = queries.lines_of(queries.waiting_rows(by), by)
    if lines:
        record(events.LISTED, hits=len(lines), shown=[line.id for line in lines])
    return lines


def count_waiting(*, by: Actor) -> int:
    """How many `by` has to acknowledge; nothing is opened."""
    check(by, P.PLATFORM_NOTICES_READ)
    return queries.count_waiting(by)


def see(notice_id: UUID, *, by: Actor) -> Shown:
    """One notice; raises Denied."""
    row = policies.check_sees(by, queries.notice_called(notice_id))
    found = queries.shown(row, by)
    record(events.SEEN, on=("notice", row.id), shown=[row.id])
    return found


def may_withdraw(shown: Shown, *, by: Actor) -> bool:
    """Whether `by` may withdraw it."""
    row = queries.notice_called(shown.line.id)
    return row is not None and row.withdrawn_at is None and row.ends >= today() and policies.watches(by, row)


def choices_for(by: Actor) -> list[tuple[str, str]]:
    """For whom `by` may put up a notice."""
    check(by, P.PLATFORM_NOTICES_PUT_UP)
    return policies.offered(addresses(by, P.PLATFORM_NOTICES_READ), by)


def put_up(
    *, words: Words, to: str, starts: dt.date, ends: dt.date, by: Actor, pinned: bool = False, must: bool = False
) -> Notice:
    """Put up a notice for whom the code `to` names. Raises Refused."""
    check(by, P.PLATFORM_NOTICES_PUT_UP)
    kept = policies.check_words(words)
    address = policies.check_to(to, addresses(by, P.PLATFORM_NOTICES_READ), by)
    policies.check_days(starts, ends)
    row = Notice(
        to_unit_id=address.unit_id if address else None, to_role=address.role if address else "", starts=starts,
        ends=ends, pinned=pinned, must=must, made_by_id=by.person_id, customer_id=by.customer_id,
    )  # fmt: skip
    queries.put(row, kept)
    row.save(force_insert=True)
    record(events.PUT_UP, on=("notice", row.id), variables={"to": to})
    return row


def acknowledge(notice_id: UUID, *, by: Actor) -> Notice:
    """Say that one has read it; a second time does nothing. Raises Refused and Denied."""
    check(by, P.PLATFORM_NOTICES_READ)
    row = queries.notice_called(notice_id)
    if row is None or not policies.reads(by, row):
        raise Denied(permission=P.PLATFORM_NOTICES_READ)
    policies.check_waits(row)
    _row, new = Acknowledgement.objects.get_or_create(notice=row, user_id=by.person_id)
    if new:
        record(events.ACKNOWLEDGED, on=("notice", row.id))
    return row


def withdraw(notice_id: UUID, *, by: Actor) -> Notice:
    """Take it down; it is kept, with who has acknowledged it. Raises Refused and Denied."""
    check(by, P.PLATFORM_NOTICES_PUT_UP)
    row = queries.notice_called(notice_id, held=True)
    if row is None or not policies.watches(by, row):
        raise Denied(permission=P.PLATFORM_NOTICES_PUT_UP)
    if row.withdrawn_at is not None or row.ends < today():
        raise Refused(_("It does not hold any more."))
    Notice.objects.filter(id=row.id).update(withdrawn_at=timezone.now(), withdrawn_by_id=by.person_id)
    record(events.WITHDRAWN, on=("notice", row.id), changed=["withdrawn"])
    return row
