"""Declaring a measurement, running it and keeping its result.

A measurement reads the running system, never a setting where data exists. `scope` says over what: one customer (run
under a ticket for each) or the whole installation (published to every customer).
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise as Lazy

from heretask.kernel.release.running import commit
from heretask.kernel.tenancy.base import current

from .models import Evidence
from .promises import PROMISES

logger = logging.getLogger("heretask.evidence")


CUSTOMER, INSTALLATION = "customer", "installation"


class State(StrEnum):
    """What a measurement can find."""

    HOLDS = "ok"
    DUE = "due"
    BROKEN = "broken"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Result:
    """A state, the figure as a short text that any language reads ('0 of 61'), and a small sample without names."""

    state: State
    figure: str
    sample: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Measure:
    """How one promise is measured: `counts` says what the figure counts, `how` the whole of it; both are shown."""

    promise: str
    scope: str
    function: Callable[[], Result]
    counts: Lazy | str = ""
    how: Lazy | str = ""


MEASURES: dict[str, Measure] = {}


def evidence(
    promise: str, *, scope: str = "customer", counts: Lazy | str = "", how: Lazy | str = ""
) -> Callable[[Callable[[], Result]], Callable[[], Result]]:
    """Declare how `promise` is measured, at each customer or over the installation. `how` is shown."""
    if promise not in PROMISES:
        raise ValueError(f"no such promise: {promise}")

    def declare(function: Callable[[], Result]) -> Callable[[], Result]:
        if promise in MEASURES:
            raise ValueError(f"{promise} is measured twice")
        MEASURES[promise] = Measure(promise, scope, function, counts, how or (function.__doc__ or "").strip())
        return function

    return declare


def zero(count: int, of: int, **sample: Any) -> Result:
    """Holds where `count` faults among `of` is none."""
    return Result(State.HOLDS if count == 0 else State.BROKEN, f"{count} / {of}", sample)


def measure(found: Measure) -> tuple[Result, float]:
    """Run one measurement and how many seconds it took. One that fails could not measure: that is never 'holds'."""
    started = time.monotonic()
    try:
        if found.scope == CUSTOMER:
            with transaction.atomic():  # a savepoint: one that fails must not take the others with it
                result = found.function()
        else:
            result = found.function()
    except Exception as failure:  # noqa: BLE001  (whatever happens, the promise is then unknown and says so)
        logger.warning("measuring %s failed: %s", found.promise, type(failure).__name__)
        result = Result(State.UNKNOWN, "-", {"reason": type(failure).__name__})
    return result, time.monotonic() - started


def keep(found: Measure, result: Result, seconds: float, at: dt.datetime | None = None) -> Evidence:
    """Store a result for the customer of this session; `at` is when it was measured, if not now."""
    return Evidence.objects.create(
        promise=found.promise, scope=found.scope, state=result.state, figure=result.figure, sample=result.sample,
        measured_at=at or timezone.now(), seconds=seconds, code_version=code_version(),
        customer_id=current().customer_id,
    )  # fmt: skip


def code_version() -> str:
    """The commit that runs, as the release says or the checkout; 'unknown' elsewhere."""
    return str(settings.HERETASK_VERSION)[:40] or commit()[:12] or "unknown"


def newest() -> dict[str, Evidence]:
    """The newest result of each promise that is measured, for the customer of this session, in one query.

    One look into the index for each promise: reading every result there ever was would grow with time.
    """
    rows = Evidence.objects.raw(
        """select e.* from unnest(%s::text[]) as p(promise) cross join lateral (
             select * from kernel_evidence x where x.customer_id = %s and x.promise = p.promise
              order by x.measured_at desc limit 1) e""",
        [list(PROMISES), current().customer_id],
    )
    return {row.promise: row for row in rows}
