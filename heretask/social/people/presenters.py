"""Who works with whom, as pages show it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from heretask.social.citizens.models import RelationKind
from heretask.ui.templatetags.ht import clock, day, day_short

from .actions import Overview, Shown
from .queries import Line

WEEK = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Row:
    """Somebody who works or worked with a citizen, and when."""

    id: UUID
    name: str
    label: str
    when: str
    may_end: bool


@dataclass(frozen=True, slots=True)
class Citizen:
    """A line of the overview."""

    id: UUID
    name: str
    room: str
    sealed: bool
    workers: list[str]
    others: list[str]


def people_context(shown: Shown) -> dict[str, Any]:
    """One citizen's page of people."""
    return {
        "shown": shown, "now": [_row(line) for line in shown.now], "past": [_row(line) for line in shown.past]
    }  # fmt: skip


def overview_context(overview: Overview) -> dict[str, Any]:
    """The overview of a unit."""
    soon = timezone.localdate() + WEEK
    rows = [_citizen(row.id, row.name, row.room, row.people, sealed=row.sealed) for row in overview.rows]
    ending = [
        (row, line) for row in overview.rows for line in row.people
        if line.kind == RelationKind.SUBSTITUTE and line.until and line.until <= soon
    ]  # fmt: skip
    return {
        "overview": overview, "rows": rows, "without": [row for row in rows if not row.workers],
        "ending": [
            {"citizen": row.id, "name": row.name, "person": line.name, "until": line.until}
            for row, line in sorted(ending, key=lambda pair: pair[1].until or soon)
        ],
    }  # fmt: skip


def _citizen(of: UUID, name: str, room: str, people: list[Line], *, sealed: bool) -> Citizen:
    workers = [line.name for line in people if line.kind == RelationKind.KEY_WORKER]
    others = [f"{line.name} ({line.label.lower()}, {_until(line)})" for line in people if line.name not in workers]
    return Citizen(of, name, room, sealed, workers, others)


def _row(line: Line) -> Row:
    guest = line.kind == RelationKind.GUEST
    return Row(line.id, line.name, line.label, _when(line), may_end=line.ended is None and not guest)


def _when(line: Line) -> str:
    """'3 November – 10 November', or until when it runs."""
    if line.ended is not None:
        return _("%(begin)s – %(end)s") % {"begin": day_short(line.since), "end": _last(line)}
    since = _("since %(day)s") % {"day": day(line.since)}
    return f"{since}, {_until(line)}" if line.until or line.ends_at else since


def _until(line: Line) -> str:
    if line.ends_at:
        return _("until %(day)s at %(time)s") % {"day": day(line.ends_at), "time": clock(line.ends_at)}
    if line.until:
        return _("until %(day)s") % {"day": day(line.until)}
    return _("without end")


def _last(line: Line) -> str:
    """The last day on which it ran; a day that is included ends at the midnight after it."""
    assert line.ended is not None  # noqa: S101  (only of what has ended)
    return day_short(line.ended - dt.timedelta(microseconds=1))
