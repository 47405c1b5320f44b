"""Reading the protocol of what was removed, and what would go."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from django.db import connections
from django.utils import timezone

from heretask.kernel.log.asking import moment
from heretask.kernel.log.models import Event
from heretask.kernel.tenancy.base import current
from heretask.kernel.tenancy.models import Customer

from .models import Retention, RetentionPart

FEWEST, MOST = 6, 120
COUNTED = 100_000  # what would go is counted no further
SHOWN = 60


@dataclass(frozen=True, slots=True)
class Month:
    """One month of the protocol: what was frozen, and what has gone of it."""

    frozen: Retention
    gone: int
    evidence: int
    ended_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Going:
    """What would go with so many months: how many events (no more than `COUNTED`), and before which day."""

    months: int
    before: dt.date
    events: int


def customer() -> Customer:
    """The customer of this session, with its choices."""
    return Customer.objects.get(id=current().customer_id)


def month_before(months: int, now: dt.datetime | None = None) -> dt.datetime:
    """Before which moment content goes that is kept so many months: whole months only, as the database has them."""
    here = (now or timezone.now()).astimezone(dt.UTC)
    count = here.year * 12 + here.month - 1 - months
    return dt.datetime(count // 12, count % 12 + 1, 1, tzinfo=dt.UTC)


def going(months: int) -> Going:
    """What would go if the log were kept so many months."""
    before = month_before(months)
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select count(*) from (select 1 from kernel_event where customer_id = %s and at < %s limit %s) x",
            [current().customer_id, int(before.timestamp() * 1_000_000), COUNTED],
        )
        return Going(months, before.date(), int(cursor.fetchone()[0]))


def oldest() -> dt.datetime | None:
    """When the oldest event was written whose content is still here."""
    first = Event.objects.filter(customer_id=current().customer_id).order_by("at", "id").only("at").first()
    return moment(first.at) if first else None


def months() -> list[Month]:
    """The newest months of the protocol, the newest first; three queries."""
    frozen = list(Retention.objects.order_by("-before", "-since")[:SHOWN])
    return _with_parts(frozen)


def month(frozen: UUID) -> Month:
    """One month; raises Retention.DoesNotExist."""
    return _with_parts([Retention.objects.get(id=frozen)])[0]


def _with_parts(frozen: list[Retention]) -> list[Month]:
    gone: dict[UUID, Counter[str]] = {one.id: Counter() for one in frozen}
    ended: dict[UUID, dt.datetime] = {}
    for part in RetentionPart.objects.filter(retention__in=[one.id for one in frozen]):
        if part.retention_id:
            gone[part.retention_id][part.kind] += part.rows
            if part.kind == "end":
                ended[part.retention_id] = part.made_at
    return [Month(one, gone[one.id]["event"], gone[one.id]["evidence"], ended.get(one.id)) for one in frozen]


def gone_of(frozen: UUID) -> Counter[str]:
    """How many events of a month have gone, by action."""
    found: Counter[str] = Counter()
    for told in RetentionPart.objects.filter(retention=frozen, kind="event").values_list("counts", flat=True):
        found.update(told)
    return found


def rest_by_month() -> list[tuple[dt.date, Counter[str]]]:
    """What else was removed in the last year, by month and kind, the newest first."""
    found: dict[dt.date, Counter[str]] = {}
    since = timezone.now() - dt.timedelta(days=366)
    rows = RetentionPart.objects.filter(retention=None, made_at__gte=since).values_list("made_at", "kind", "rows")
    for made_at, kind, count in rows:
        day = timezone.localtime(made_at).date().replace(day=1)
        found.setdefault(day, Counter())[kind] += count
    return sorted(found.items(), reverse=True)
