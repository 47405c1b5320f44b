"""What DATA-5 asks of the feed: how often it was given, each made anew, and what the database allows."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any
from uuid import UUID

from django.db import connections
from django.utils import timezone

from heretask.kernel.outbox.leaving import Text, Way, leaves
from heretask.kernel.secrets.words import words_of

from . import feeds
from .feed import CALENDAR, PREFIX
from .models import Participant

MOST = 200  # feeds looked through, the newest
AHEAD = dt.timedelta(days=31)


def look() -> Way:
    """Make each feed anew and give it to be looked through."""
    given, owners = feeds.counted(CALENDAR)
    busy = _busy(owners[:MOST])
    return Way(given, tuple(looked_through(busy[owner]) for owner in owners[:MOST]), _could_hold_words())


def looked_through(busy: list[tuple[Any, ...]]) -> Text:
    """A feed as it is given, unfolded, beside the words that every one has."""
    now, nobody = timezone.now(), UUID(int=0)
    sample = [(nobody, now, now + dt.timedelta(hours=1), True, now), (nobody, now, None, True, now)]
    fixed = [word for language in ("da", "en") for word in words_of(_text(sample, language))]
    ours = tuple(text for one in busy for text in (_link(one), feeds.uid_of(PREFIX, one[0])))
    return Text(_text(busy, "da"), frozenset(fixed), ours)


def _text(rows: list[tuple[Any, ...]], language: str) -> str:
    return feeds.unfolded(feeds.compose(CALENDAR, rows, language))


def _link(one: tuple[Any, ...]) -> str:
    return feeds.link_of("platform.task" if one[2] is None else "platform.appointment", one[0])


def _busy(owners: list[UUID]) -> dict[UUID, list[tuple[Any, ...]]]:
    rows = Participant.objects.filter(
        user_id__in=owners, appointment__cancelled_at=None, appointment__starts_at__gt=timezone.now(),
        appointment__starts_at__lt=timezone.now() + AHEAD,
    ).select_related("appointment")  # fmt: skip
    found: dict[UUID, list[tuple[Any, ...]]] = defaultdict(list)
    for row in rows:
        one = row.appointment
        found[row.user_id].append((one.id, one.starts_at, one.ends_at, one.timed, one.changed_at))
    with connections["default"].cursor() as cursor:  # as the feed's function does, without its model
        cursor.execute(
            "select to_user_id, id, due_at, null, true, made_at from platform_tasks_task where to_user_id = any(%s)"
            " and timed and done_at is null and dropped_at is null"
            " and due_at between now() and now() + make_interval(days => %s)",
            [owners, AHEAD.days],
        )
        for owner, *task in cursor.fetchall():
            found[owner].append(tuple(task))
    return found


def _could_hold_words() -> bool:
    """Whether the database's function gives more than times, or its owner may read what is sealed."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select exists (select from pg_proc p cross join lateral"
            "    unnest(p.proallargtypes) with ordinality t(kind, place)"
            "  where p.oid = to_regprocedure('ht.calendar_feed(bytea)') and t.place > 1"
            "    and t.kind <> all ('{uuid,timestamptz,boolean}'::regtype[]::oid[]))"
            " or has_column_privilege('ht_feed', 'public.platform_calendar_appointment', 'words', 'select')"
            " or has_column_privilege('ht_feed', 'public.platform_tasks_task', 'words', 'select')"
            " or has_column_privilege('ht_feed', 'public.kernel_user', 'name', 'select')"
        )
        return bool(cursor.fetchone()[0])


leaves("feeds", look)
