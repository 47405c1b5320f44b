"""What is done with notices to customers: permission, policy, change and event in one transaction."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from heretask.kernel.access.decide import Actor, Denied, check
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.log import record

from . import events, policies, queries
from .models import Announcement, Heard, Withdrawal
from .policies import Words
from .queries import Told, Written


def see_written(*, by: Actor) -> list[Written]:
    """Read what Management has written."""
    check(by, P.PLATFORM_ANNOUNCEMENTS_WRITE)
    found = queries.written()
    record(events.LISTED, hits=len(found))
    return found


def see_told(*, by: Actor) -> list[Told]:
    """What holds for `by` and is not acknowledged yet."""
    check(by, P.PLATFORM_TODAY_SEE)
    found = [one for one in queries.told() if one.heard is None]
    if found:
        record(events.SHOWN, hits=len(found), shown=[one.id for one in found])
    return found


def publish(
    words: Words, *, admins: bool, must: bool, starts: dt.date, ends: dt.date, by: Actor
) -> Announcement:  # fmt: skip
    """Tell everybody of every customer, or their administrators alone. Raises Refused."""
    check(by, P.PLATFORM_ANNOUNCEMENTS_WRITE)
    kept = policies.check_words(words)
    policies.check_days(starts, ends)
    made = Announcement.objects.create(
        title_da=kept.title_da, text_da=kept.text_da, title_en=kept.title_en, text_en=kept.text_en, admins=admins,
        must=must, starts=starts, ends=ends,
    )  # fmt: skip
    record(events.PUBLISHED, on=("announcement", made.id))
    return made


def withdraw(announcement_id: UUID, *, by: Actor) -> None:
    """Let it hold no more; it stays to be read by Management. Raises Refused, and Announcement.DoesNotExist."""
    check(by, P.PLATFORM_ANNOUNCEMENTS_WRITE)
    row = queries.called(announcement_id)
    policies.check_holds(row.ends, withdrawn=row.withdrawals.exists())
    Withdrawal.objects.create(announcement=row)
    record(events.WITHDRAWN, on=("announcement", row.id))


def acknowledge(announcement_id: UUID, *, by: Actor) -> None:
    """Say that one has read it; a second time does nothing. Raises Refused, and Denied for what is not told to `by`."""
    check(by, P.PLATFORM_TODAY_SEE)
    found = next((one for one in queries.told() if one.id == announcement_id), None)
    if found is None:
        raise Denied(permission=P.PLATFORM_TODAY_SEE)
    policies.check_waits(must=found.must)
    _row, new = Heard.objects.get_or_create(announcement=announcement_id, user_id=by.person_id)
    if new:
        record(events.ACKNOWLEDGED, on=("announcement", announcement_id))
