"""G1: what a page's event costs. The same page three ways: as it is, without its event, its event made and dropped."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from heretask.kernel.log import trace
from heretask.social.journal import actions
from heretask.social.journal.events import READ
from heretask.ui import middleware
from tests import database
from tests.cast import Cast, make_cast

from .figures import Figure, Goal, Row, median, of_times
from .stage import Browser, journal

SIZES = (25, 200, 2_000)
WARM = 5  # the first ones fill caches


def measure(*, quick: bool) -> list[Row]:
    """The page of 25 notes out of journals of three lengths: its usual time, and that of its slowest hundredth."""
    times, seconds = (25, 4.0) if quick else (400, 30.0)
    sizes = (25, 50, 100) if quick else SIZES
    cast = make_cast()
    usual, slow = [], []
    for size in sizes:
        taken = _times(cast, size, times, seconds)
        made = median(taken["event"]) / median(taken["dropped"])
        usual.append(_figure(size, taken, 0.5, against_made_and_dropped=round(made, 3)))
        slow.append(_figure(size, taken, 0.99))
    return [
        Row("G1", "journal page with its event, against without, p50", Goal(1.03, at_least=False), "notes", usual),
        Row("G1", "journal page with its event, against without, p99", Goal(1.1, at_least=False), "notes", slow),
    ]


def _figure(size: int, taken: dict[str, list[float]], share: float, **more: Any) -> Figure:
    return of_times(f"{size:,}", taken["event"], taken["none"], share, **more)


def _times(cast: Cast, size: int, times: int, seconds: float) -> dict[str, list[float]]:
    """How long each request took, the ways in a new order each time; no longer than `seconds` together."""
    path = f"/social/journal/{journal(cast, size)}/"
    browser = Browser(cast.anna.token())
    ways: dict[str, Callable[[], Any]] = {"event": _as_it_is, "none": _without_event, "dropped": _event_dropped}
    taken: dict[str, list[float]] = {way: [] for way in ways}
    chance, end, stored = random.Random(size), time.perf_counter() + seconds, _stored()
    for turn in range(times + WARM):
        for way in chance.sample(sorted(ways), k=len(ways)):
            with ways[way]():
                begun = time.perf_counter()
                status, page = browser.get(path)
                took = time.perf_counter() - begun
            if status != 200 or page.count(b"<article") < min(size, 25):
                raise RuntimeError(f"the journal was not shown: {status}")
            if turn >= WARM:
                taken[way].append(took)
        if time.perf_counter() > end:
            break
    if _stored() - stored != len(taken["event"]) + WARM:
        raise RuntimeError("the log does not hold one event for each page with an event, and none for the others")
    return taken


def _stored() -> int:
    with database.superuser() as admin:
        row = admin.execute("select count(*) from kernel_event where action = %s", [READ.name]).fetchone()
    assert row is not None
    return int(str(row[0]))


@contextmanager
def _as_it_is() -> Iterator[None]:
    yield


@contextmanager
def _without_event() -> Iterator[None]:
    """No event is made: all that it costs is gone, its form, hash and salt included."""

    def noting(*_args: Any, opened: Any = (), **_more: Any) -> None:
        trace.trace().logged.update(opened)

    real = actions.__dict__["record"]
    actions.__dict__["record"] = noting
    try:
        yield
    finally:
        actions.__dict__["record"] = real


@contextmanager
def _event_dropped() -> Iterator[None]:
    """The event is made, and dropped just before it would be sent: what storing alone costs."""

    def dropping(here: trace.Trace) -> None:
        here.pending.clear()
        real(here)

    real = middleware.__dict__["send"]
    middleware.__dict__["send"] = dropping
    try:
        yield
    finally:
        middleware.__dict__["send"] = real
