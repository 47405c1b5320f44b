"""What DATA-5 asks of the feed: how often it was given, each made anew, and what the database allows."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from uuid import UUID

from django.db import connections
from django.db.models import Sum
from django.utils import timezone

from heretask.kernel.outbox.leaving import Text, Way, leaves
from heretask.kernel.secrets.words import words_of

from . import feed
from .models import Feed, Participant

MOST = 200  # feeds looked through, the newest
AHEAD = dt.timedelta(days=31)


def look() -> Way:
    """Make each feed anew and give it to be looked through."""
    given = Feed.objects.aggregate(given=Sum("given"))["given"] or 0
    owners = list(Feed.objects.filter(ended_at=None).order_by("-made_at").values_list("user_id", flat=True)[:MOST])
    busy = _busy(owners)
    return Way(given, tuple(looked_through(busy[owner]) for owner in owners), _could_hold_words())


def looked_through(busy: list[feed.Busy]) -> Text:
    """A feed as it is given, unfolded, beside the words that every one has."""
    now = timezone.now()
    sample = feed.Busy(UUID(int=0), now, now + dt.timedelta(hours=1), True, now)
    fixed = words_of(unfolded(feed.compose([sample], "da"))) + words_of(unfolded(feed.compose([sample], "en")))
    ours = tuple(text for one in busy for text in (one.link, one.uid))
    return Text(unfolded(feed.compose(busy, "da")), frozenset(fixed), ours)


def unfolded(calendar: bytes) -> str:
    """A calendar with its long lines whole."""
    return calendar.decode().replace("\r\n ", "")


def _busy(owners: list[UUID]) -> dict[UUID, list[feed.Busy]]:
    rows = Participant.objects.filter(
        user_id__in=owners, appointment__cancelled_at=None, appointment__starts_at__gt=timezone.now(),
        appointment__starts_at__lt=timezone.now() + AHEAD,
    ).select_related("appointment")  # fmt: skip
    found: dict[UUID, list[feed.Busy]] = defaultdict(list)
    for row in rows:
        one = row.appointment
        found[row.user_id].append(feed.Busy(one.id, one.starts_at, one.ends_at, one.timed, one.changed_at))
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
            " or has_column_privilege('ht_feed', 'public.kernel_user', 'name', 'select')"
        )
        return bool(cursor.fetchone()[0])


leaves("feeds", look)
