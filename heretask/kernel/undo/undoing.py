"""Offering to take an act back, and doing so.

There is no time machine: each kind of act says how its thing stands, and which ordinary action is its inverse. That
action asks for its own permission and rules and writes its own event, so undoing can never do more than its person may.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from heretask.kernel.access.decide import Actor
from heretask.kernel.log.trace import record, trace
from heretask.kernel.retention.cleaning import cleans, remove_older
from heretask.kernel.secrets.opening import open_text, seal

from . import events
from .models import Undoable
from .policies import LASTS, Refused, check_in_time, check_nothing_else

State = Callable[[UUID], Any]
Inverse = Callable[[UUID, Any, Actor], object]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of act: how its thing stands now (as JSON), its inverse, and how that one refuses."""

    state: State
    inverse: Inverse
    refusal: type[Exception]


@dataclass(frozen=True, slots=True)
class Offer:
    """What somebody may still take back, and until when."""

    id: UUID
    until: dt.datetime
    count: int


KINDS: dict[str, Kind] = {}
_together: ContextVar[list[dict[str, Any]] | None] = ContextVar("together", default=None)


def undoes(kind: str, *, state: State, inverse: Inverse, refusal: type[Exception]) -> str:
    """Declare how acts of `kind` are taken back."""
    if kind in KINDS:
        raise ValueError(f"the kind {kind} is declared twice")
    KINDS[kind] = Kind(state, inverse, refusal)
    return kind


def offer(kind: str, of: UUID, *, about: tuple[str, UUID], before: Any, by: Actor) -> None:
    """Let `by` take back what was just done to `of`; to be called when it is done. The operator has no such page."""
    if by.user_id is None:
        return
    step = {"kind": kind, "of": str(of), "before": before, "after": KINDS[kind].state(of)}
    gathered = _together.get()
    if gathered is None:
        _keep([step], about, by)
    else:
        gathered.append(step)


@contextmanager
def together(about_kind: str, by: Actor) -> Iterator[list[dict[str, Any]]]:
    """What is done inside can be taken back as a whole, and only so; yields the steps, to drop what was refused."""
    steps: list[dict[str, Any]] = []
    token = _together.set(steps)
    try:
        yield steps
    finally:
        _together.reset(token)
    if steps:
        _keep(steps, (about_kind, None), by)


def offered(about_kind: str, about: UUID | None, by: Actor) -> Offer | None:
    """The newest act of `by` on this that may still be taken back; only the newest, so that none is skipped."""
    if by.user_id is None:
        return None
    rows = Undoable.objects.filter(user_id=by.user_id, about_kind=about_kind, about=about, made_at__gt=Now() - LASTS)
    row = rows.order_by("-made_at").first()
    return Offer(row.id, row.made_at + LASTS, row.count) if row and row.undone_at is None else None


def own(row_id: UUID, by: Actor) -> Undoable:
    """One's own act; raises Undoable.DoesNotExist for anybody else's."""
    return Undoable.objects.select_for_update().get(id=row_id, user_id=by.person_id)


def undo(row: Undoable, *, by: Actor) -> None:
    """Take an act back, all of it or nothing. Raises Refused."""
    check_in_time(row)
    here = trace()
    before = len(here.pending)
    try:
        with transaction.atomic():
            for step in reversed(json.loads(open_text(row, "steps"))):
                _take_back(step, by)
    except Refused:
        del here.pending[before:]
        raise
    Undoable.objects.filter(id=row.id).update(undone_at=Now())
    record(events.UNDONE, on=(row.about_kind, row.about), variables={"undone": str(row.id)}, hits=row.count)


def _take_back(step: dict[str, Any], by: Actor) -> None:
    kind, of = KINDS[step["kind"]], UUID(step["of"])
    check_nothing_else(step["after"], kind.state(of))
    try:
        kind.inverse(of, step["before"], by)
    except kind.refusal as refused:
        raise Refused(str(refused)) from refused


def _keep(steps: list[dict[str, Any]], about: tuple[str, UUID | None], by: Actor) -> None:
    row = Undoable(
        user_id=by.person_id, about_kind=about[0], about=about[1], count=len(steps), customer_id=by.customer_id
    )
    seal(row, steps=json.dumps(steps, ensure_ascii=False))
    row.save(force_insert=True)


@cleans("undo.act")
def old_acts(most: int) -> int:
    """Acts that could be taken back a day ago."""
    return remove_older(Undoable, 1, most)
