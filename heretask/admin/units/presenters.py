"""Units as their pages show them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

from heretask.kernel.access.decide import Actor, may
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.log.queries import Entry, moment
from heretask.kernel.log.sentences import Teller

from .queries import Listed


@dataclass(frozen=True, slots=True)
class Told:
    """A line of a unit's history."""

    at: dt.datetime
    sentence: SafeString


def list_context(found: list[Listed], *, q: str, by: Actor) -> dict[str, Any]:
    """The list of units."""
    return {"units": found, "q": q, "may_change": may(by, P.ADMIN_UNITS_CHANGE)}


def unit_context(one: Listed, history: list[Entry], *, by: Actor) -> dict[str, Any]:
    """One unit."""
    teller = Teller()
    teller.learn([entry.event for entry in history], citizens=False)
    return {
        "unit": one, "history": [Told(moment(e.event.at), teller.sentence(e)) for e in history],
        "may_change": may(by, P.ADMIN_UNITS_CHANGE), "empty": not (one.citizens or one.roles),
    }  # fmt: skip
