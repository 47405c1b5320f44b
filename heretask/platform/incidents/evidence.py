"""Measured at each customer: incidents can be reported from everywhere, and Management opens them (BREACH-1)."""

from __future__ import annotations

import datetime as dt
import http.client
import statistics
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import connections
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from heretask.kernel.evidence.handshake import SECONDS, context_for, where
from heretask.kernel.evidence.measuring import Result, State, evidence
from heretask.kernel.evidence.reading import since
from heretask.kernel.evidence.synthetic import alone, signed_in

from . import queries
from .models import Incident
from .policies import LATE_MINUTES, LOST_MINUTES, TELL_MINUTES

INSIDE = ("/platform/today/", "/social/citizens/", "/system/assessment/", "/admin/users/")  # one of each system
OUTSIDE = ("/sign-in/", "/there-is-no-such-page/")


@evidence(
    "BREACH-1",
    counts=_("reports that Management did not open within an hour / reports of 30 days"),
    how=_(
        "Every report of 30 days, with the minutes until somebody of Management opened it: within an hour, and never"
        " later than a day. Each must have told Management within a quarter of an hour, and the database must still see"
        " to that. Beside that a synthetic person fetches a page of each of the four systems, and pages"
        " without signing in, through our own address: each must have the link to report an incident."
    ),
)
def incidents_reach_management() -> Result:
    """Reports of the period, how long they waited, and whether one can be made from real pages."""
    reports, now = queries.reports_since(since()), timezone.now()
    waited = [minutes(one, now) for one in reports]
    untold = sum(1 for one in reports if one.told_at is None and now - one.made_at > dt.timedelta(minutes=TELL_MINUTES))
    late = sum(1 for spent in waited if spent > LATE_MINUTES)
    lost = sum(1 for one, spent in zip(reports, waited, strict=True) if one.opened_at is None and spent > LOST_MINUTES)
    opened = [spent for one, spent in zip(reports, waited, strict=True) if one.opened_at]
    sample: dict[str, Any] = {
        "incidents": len(reports), "incidents_unopened": len(reports) - len(opened), "incidents_untold": untold,
        "minutes_median": int(statistics.median(opened)) if opened else 0, "minutes_worst": max(waited, default=0),
        "incidents_told": _are_told(),
    }  # fmt: skip
    unlinked: list[str] | None
    try:
        pages = alone(_fetched)
    except (OSError, http.client.HTTPException) as failure:
        unlinked, sample["reason"] = None, type(failure).__name__
    else:
        unlinked = [path for path, linked in pages if not linked]
        sample |= {"pages": len(pages), "pages_unlinked": unlinked}
    figure = f"{late} / {len(reports)}"
    if unlinked or untold or lost or not sample["incidents_told"]:
        return Result(State.BROKEN, figure, sample)
    if unlinked is None:
        return Result(State.UNKNOWN, figure, sample)
    return Result(State.DUE if late else State.HOLDS, figure, sample)


def minutes(one: Incident, now: dt.datetime) -> int:
    """How long it waited to be opened, or has waited until now."""
    return int(((one.opened_at or now) - one.made_at).total_seconds() // 60)


def _are_told() -> bool:
    with connections["default"].cursor() as cursor:
        cursor.execute("select ht.incidents_are_told()")
        return bool(cursor.fetchone()[0])


def _fetched() -> list[tuple[str, bool]]:
    """(path, whether it leads to the report) of real pages, signed in and not, over our own address."""
    host, port = where(str(settings.HERETASK_ADDRESS))
    asking = http.client.HTTPSConnection(host, port, timeout=SECONDS, context=context_for(host))
    try:
        with signed_in() as (_person, token):
            cookie = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={token}"}
            found = _linked(asking, INSIDE, cookie, reverse("platform.incidents_report"))
        return found + _linked(asking, OUTSIDE, {}, reverse("platform.incidents_outside"))
    finally:
        asking.close()


def _linked(
    asking: http.client.HTTPSConnection, paths: Sequence[str], cookie: dict[str, str], link: str
) -> list[tuple[str, bool]]:
    found = []
    for path in paths:
        asking.request("GET", path, headers={"User-Agent": "HereTask proof", **cookie})
        answer = asking.getresponse()
        foot = answer.read().decode().partition("<footer")[2]
        found.append((path, f'href="{link}' in foot and answer.status in {200, 404}))
    return found
