"""Measured at each customer: no standing access, each grant short, nothing opened outside one (ORG-2, ACCESS-3)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import connections
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from heretask.kernel.evidence.measuring import Result, State, evidence
from heretask.kernel.grants.models import MOST_MINUTES, Grant
from heretask.kernel.log.models import Event
from heretask.kernel.log.registry import ACTIONS, Category

PERIOD = dt.timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Found:
    """The grants of 30 days that ran, and what was done under each."""

    grants: list[Grant]
    pages: int  # opened under them
    stray: int  # things done under no grant, or outside its time, by somebody who is not the customer's

    @property
    def longest(self) -> int:
        """Minutes of the longest."""
        spans = (one.ends_at - one.starts for one in self.grants if one.starts and one.ends_at)
        return max((int(span.total_seconds() // 60) for span in spans), default=0)


def _found() -> Found:
    since = timezone.now() - PERIOD
    grants = list(Grant.objects.filter(asked_at__gt=since, approved_at__isnull=False))
    with connections["default"].cursor() as cursor:
        cursor.execute(
            """select count(*) from kernel_event e where e.at > %s and e.actor is not null and e.action = any(%s)
                 and not exists (select from kernel_user u where u.id = e.actor)
                 and not exists (select from kernel_grant g where g.id = e."grant" and g.asked_user = e.actor
                   and to_timestamp(e.at / 1e6) between g.starts - interval '1 second'
                     and least(g.ends_at, g.cut_at, g.ended_at) + interval '5 seconds')""",
            [int(since.timestamp() * 1e6), _opening_actions()],
        )
        stray = cursor.fetchone()[0]
    pages = Event.objects.filter(grant__in=[one.id for one in grants]).count()
    return Found(grants, pages, stray)


def _opening_actions() -> list[str]:
    return [action.name for action in ACTIONS.values() if action.opens or action.category is Category.OPENED]


@evidence(
    "ORG-2",
    counts=_("standing accesses / grants of 30 days"),
    how=_(
        "Live sessions of people who are not the customer's and under no grant, and grants without an end or longer"
        " than eight hours: none. Beside that the grants of 30 days and the longest of them."
    ),
)
def no_standing_access() -> Result:
    """Nobody of the supplier's has standing access here."""
    found = _found()
    with connections["default"].cursor() as cursor:
        cursor.execute("select ht.standing_grants()")
        standing = cursor.fetchone()[0]
    long = sum(1 for one in found.grants if one.ends_at is None) + (found.longest > MOST_MINUTES)
    sample = {"grants": len(found.grants), "longest_minutes": found.longest, "standing": standing}
    state = State.HOLDS if standing + long == 0 else State.BROKEN
    return Result(state, f"{standing + long} / {len(found.grants)}", sample)


@evidence(
    "ACCESS-3",
    counts=_("openings without a running grant / grants of 30 days"),
    how=_(
        "What people who are not the customer's opened in 30 days, compared with the grant it was done under: each"
        " within its time. Beside that how many pages were opened under grants."
    ),
)
def opened_under_grants_alone() -> Result:
    """Everything the supplier opened here was opened under a grant that ran."""
    found = _found()
    sample = {"grants": len(found.grants), "pages_under_grants": found.pages, "without_a_grant": found.stray}
    state = State.HOLDS if found.stray == 0 else State.BROKEN
    return Result(state, f"{found.stray} / {len(found.grants)}", sample)
