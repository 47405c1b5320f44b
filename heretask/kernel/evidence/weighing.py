"""One state out of several: what is worst decides, and a figure that is too old is no figure any more."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from .measuring import State

STALE = dt.timedelta(hours=26)
NOT_MEASURED = "none"
ORDER = ("ok", "due", "unknown", "broken")  # as ht.evidence_days numbers them
WORDS = {"ok": "holds", "due": "due", "broken": "broken", "unknown": "unknown", NOT_MEASURED: "not measured yet"}
_OF = re.compile(r"^(\d+) / (\d+)$")
_SECONDS = re.compile(r"^(\d+) s$")


@dataclass(frozen=True, slots=True)
class Found:
    """A result of one promise at one customer, as it was stored."""

    promise: str
    customer: str
    scope: str
    state: str
    figure: str
    sample: Mapping[str, Any]
    measured_at: dt.datetime
    seconds: float = 0.0
    code_version: str = ""

    @property
    def stale(self) -> bool:
        """Whether it is too old to be called a state."""
        return timezone.now() - self.measured_at > STALE

    @property
    def state_now(self) -> str:
        """The state, or unknown once it is stale."""
        return State.UNKNOWN.value if self.stale else self.state


@dataclass(frozen=True, slots=True)
class Weighed:
    """One promise over one or more customers."""

    promise: str
    state: str
    figure: str = ""
    measured_at: dt.datetime | None = None
    stale: bool = False
    sample: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    code_version: str = ""
    at: tuple[Found, ...] = ()


def weigh(promise: str, found: Iterable[Found]) -> Weighed:
    """The worst of `found`, with its sample; the age is the oldest's. Nothing found is 'not measured yet'."""
    rows = sorted(found, key=lambda row: (-ORDER.index(row.state_now), row.customer))
    if not rows:
        return Weighed(promise, NOT_MEASURED)
    worst = rows[0]
    return Weighed(
        promise, worst.state_now, _figure(rows), min(row.measured_at for row in rows), any(row.stale for row in rows),
        worst.sample, worst.seconds, worst.code_version, tuple(rows),
    )  # fmt: skip


def _figure(rows: Sequence[Found]) -> str:
    """Counts are added, pauses compared; anything else is the worst one's."""
    worst = rows[0]
    if len(rows) == 1 or worst.scope == "installation":
        return worst.figure
    parts = [_OF.match(row.figure) for row in rows]
    if all(parts):
        faults, of = (sum(int(part[n]) for part in parts if part) for n in (1, 2))
        return f"{faults} / {of}"
    spans = [_SECONDS.match(row.figure) for row in rows]
    if all(spans):
        return f"{max(int(span[1]) for span in spans if span)} s"
    if all(row.figure.isdecimal() for row in rows):
        return str(sum(int(row.figure) for row in rows))
    return worst.figure


def as_objects(weighed: Iterable[Weighed], *, named: bool = True) -> list[dict[str, Any]]:
    """What a program reads: one object per promise; `named` says whether customers are told apart."""
    return [
        {
            "id": one.promise, "state": WORDS[one.state], "figure": one.figure or None,
            "measured_at": one.measured_at.isoformat() if one.measured_at else None, "sample": dict(one.sample),
            "customers": {
                row.customer: {"state": WORDS[row.state_now], "figure": row.figure} for row in one.at if named
            },
        }
        for one in weighed
    ]  # fmt: skip
