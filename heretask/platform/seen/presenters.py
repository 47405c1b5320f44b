"""One's own trace as a page shows it, by day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.utils import timezone
from django.utils.safestring import SafeString

from heretask.kernel.log.queries import Entry, moment, variables_of

from .actions import Seen


@dataclass(frozen=True, slots=True)
class Line:
    """One event."""

    at: dt.datetime
    sentence: SafeString


def seen_context(seen: Seen) -> dict[str, Any]:
    """The days, the newest first, each with its lines."""
    lines = [Line(moment(e.at), seen.teller.sentence(Entry(e, variables_of(e)))) for e in seen.events]
    days = [(day, list(found)) for day, found in groupby(lines, key=lambda line: timezone.localdate(line.at))]
    return {"days": days, "count": len(lines), "more": seen.more}
