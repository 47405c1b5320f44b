"""Reading what was handed over by links."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from uuid import UUID

from heretask.kernel.access import reach
from heretask.kernel.access.decide import Actor
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.secrets.opening import load_keys, open_text
from heretask.platform.printing.sheets import label_of

from .models import Handing
from .policies import BASES, State, To, state_of

MOST = 100


@dataclass(frozen=True, slots=True)
class Line:
    """One of a list. Without names where it is about a citizen whom the giver does not reach any more."""

    id: UUID
    number: str
    label: str
    citizen: str
    to: To | None
    basis: str
    made_at: dt.datetime
    ends_at: dt.datetime
    opened_at: dt.datetime | None
    state: State
    tries: int

    @property
    def waiting(self) -> bool:
        """Whether it can still be opened."""
        return self.state == State.WAITING


def handing_called(handing_id: UUID) -> Handing | None:
    """One, held until the transaction ends."""
    return Handing.objects.select_for_update().filter(id=handing_id).first()


def own(by: Actor) -> tuple[list[Line], set[UUID]]:
    """What `by` has handed over, newest first, and whose names were opened for it; a bounded number of queries."""
    rows = list(Handing.objects.filter(giver_id=by.person_id).order_by("-made_at", "-id")[:MOST])
    reached = reach.within(by, P.SOCIAL_CITIZENS_SEE, {row.subject for row in rows if row.subject})
    load_keys(reached)
    citizens = reach.named(reached)
    lines = [
        Line(
            row.id, row.number, label_of(row.kind), citizens.get(row.subject, "") if row.subject else "",
            _to(row) if row.subject is None or row.subject in citizens else None,
            str(BASES.get(row.basis, row.basis)), row.made_at, row.ends_at, row.opened_at, state_of(row), row.tries,
        )
        for row in rows
    ]  # fmt: skip
    return lines, set(citizens)


def _to(row: Handing) -> To | None:
    said = json.loads(open_text(row, "to") or "{}")
    return To(said["name"], said["relation"], said["why"]) if said else None
