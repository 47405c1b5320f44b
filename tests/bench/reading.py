"""G1: what a page's event costs. The same page three ways: as it is; without its event; its event made and then dropped."""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from heretask.kernel.log import trace
from heretask.social.journal import actions
from heretask.ui import middleware
from tests.cast import Cast, make_cast

from .figures import Figure, Goal, Row, median, of_times
from .stage import Browser, journal

SIZES = (25, 200, 2_000)


def measure(*, quick: bool) -> list[Row]:
    """The page of 25 notes out of journals of three lengths: its usual time, and that of its slowest hundredth."""
    times = 25 if quick else 500
    sizes = (25, 50, 100) if quick else SIZES
    cast = make_cast()
    usual, slow = [], []
    for size in sizes:
        taken = _times(cast, size, times)
        made = median(taken["event"]) / median(taken["dropped"])
        usual.append(_figure(size, taken, 0.5, against_made_and_dropped=round(made, 3)))
        slow.append(_figure(size, taken, 0.99))
    return [
        Row("G1", "journal page with its event, against without, p50", Goal(1.03, at_least=False), "notes", usual),
        Row("G1", "journal page with its event, against without, p99", Goal(1.1, at_least=False), "notes", slow),
    ]


def _figure(size: int, taken: dict[str, list[float]], share: float, **more: Any) -> Figure:
    return of_times(f"{size:,}", taken["event"], taken["none"], share, **more)


def _times(cast: Cast, size: int, times: int) -> dict[str, list[float]]:
    """How long each request took, the ways in a new order each time."""
    path = f"/social/journal/{journal(cast, size)}/"
    browser = Browser(cast.anna.token())
    ways: dict[str, Callable[[], Any]] = {"event": _as_it_is, "none": _without_event, "dropped": _event_dropped}
    taken: dict[str, list[float]] = {way: [] for way in ways}
    chance = random.Random(size)
    for turn in range(times + 5):
        for way in chance.sample(sorted(ways), k=len(ways)):
            with ways[way]():
                begun = time.perf_counter()
                status, page = browser.get(path)
                took = time.perf_counter() - begun
            if status != 200 or page.count(b"<article") < min(size, 25):
                raise RuntimeError(f"the journal was not shown: {status}")
            if turn >= 5:  # the first ones warm the caches up
                taken[way].append(took)
        if turn % 50 == 0:
            gc.collect()
    return taken


@contextmanager
def _as_it_is() -> Iterator[None]:
    yield


@contextmanager
def _without_event() -> Iterator[None]:
    """No event is made: all that it costs is gone, its form, hash and salt included."""

    def noting(*_args: Any, opened: Any = (), **_more: Any) -> None:
        trace.trace().logged.update(opened)

    real = actions.record
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

    real = middleware.send
    middleware.__dict__["send"] = dropping
    try:
        yield
    finally:
        middleware.__dict__["send"] = real
