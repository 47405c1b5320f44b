"""Reading which browsers are shared."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from heretask.kernel.access.decide import Actor
from heretask.kernel.identity.models import SharedBrowser
from heretask.kernel.identity.people import names_of
from heretask.kernel.tenancy.models import Unit

from .policies import reach


@dataclass(frozen=True, slots=True)
class Listed:
    """A shared browser as its page shows it."""

    id: UUID
    label: str
    unit: str
    by: str
    since: dt.datetime
    until: dt.datetime
    is_this: bool

    @property
    def key(self) -> str:
        """Its id as parts of a page are named by it."""
        return self.id.hex


def shared_browsers(by: Actor, this: UUID | None) -> list[Listed]:
    """Those that are shared now, in the units that `by` answers for."""
    rows = list(_live(by).select_related("unit").order_by("unit__name", "label", "made_at"))
    names = names_of(row.marked_by for row in rows)
    return [
        Listed(
            r.id, r.label, r.unit.name, names.get(r.marked_by, ""), r.made_at, r.until, r.browser == this
        )
        for r in rows
    ]  # fmt: skip


def get_shared(by: Actor, shared_id: UUID) -> SharedBrowser:
    """One of them; raises SharedBrowser.DoesNotExist."""
    return _live(by).select_related("unit").get(id=shared_id)


def marks_of(browser_id: UUID) -> QuerySet[SharedBrowser]:
    """The running marks of one browser at this customer."""
    return SharedBrowser.objects.filter(browser=browser_id, ended_at=None, until__gt=timezone.now())


def units_offered(by: Actor) -> list[Unit]:
    """The units for which `by` may share a browser."""
    units, own = Unit.objects.filter(active=True), reach(by)
    return list(units if own is None else units.filter(id__in=own))


def _live(by: Actor) -> QuerySet[SharedBrowser]:
    rows, own = SharedBrowser.objects.filter(ended_at=None, until__gt=timezone.now()), reach(by)
    return rows if own is None else rows.filter(unit_id__in=own)
