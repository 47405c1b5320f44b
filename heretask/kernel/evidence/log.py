"""Measured: the log itself. That searches and openings stand in it, and that what stands in it is what was written."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from typing import Any

from django.utils.translation import gettext_lazy as _

from heretask.kernel.log.encoding import leaf_of
from heretask.kernel.log.events import UNLOGGED
from heretask.kernel.log.models import Event, StoredSearch
from heretask.kernel.log.registry import ACTIONS, Category
from heretask.kernel.secrets.opening import open_text

from . import exports, sealed
from .measuring import Result, State, evidence
from .reading import detail_of, events_since, microseconds, plain_detail, since
from .synthetic import alone, open_citizen, search

MOST = 200  # events whose leaves are computed anew each time, drawn at random where there are more
ANSWERED = dt.timedelta(minutes=1)  # between a search being stored and its page


@evidence(
    "LOG-1",
    counts=_("searches without an entry, or with an entry that leaves something out, of all in 30 days"),
    how=_(
        "A search is stored before it is answered. Every search that was answered in the last 30 days must have an "
        "entry in the log, and every entry of a search must have its variables and the number of hits. Besides, a "
        "synthetic person searches for a random word and must be found in the log with that word."
    ),
)
def log_1() -> Result:
    """Searches the log does not know in full, and the synthetic person's."""
    start = since()
    searched = [a.name for a in ACTIONS.values() if a.category is Category.SEARCHED]
    entries = list(events_since(start - ANSWERED).filter(action__in=searched))
    bare = sum(event.detail is None or event.hits is None for event in entries)
    said: dict[tuple[Any, Any], list[tuple[int, dict[str, Any]]]] = defaultdict(list)
    for event in entries:
        variables = detail_of(event)
        said[event.actor, variables.get("q")].append((event.at, variables))
    asked = StoredSearch.objects.filter(made_at__gte=start, answered_at__isnull=False)
    unlogged = sum(not _is_said(row, said) for row in asked)
    proved = alone(search)
    state = State.HOLDS if proved and not unlogged + bare else State.BROKEN
    return Result(state, f"{unlogged + bare} / {len(entries)}", {"unlogged": unlogged, "bare": bare, "proved": proved})


def _is_said(row: StoredSearch, said: dict[tuple[Any, Any], list[tuple[int, dict[str, Any]]]]) -> bool:
    """Whether the log has this search, by the same person, not before it was asked, with every variable of it."""
    stored: dict[str, Any] = json.loads(open_text(row, "query"))
    asked_at = microseconds(row.made_at)
    return any(
        at >= asked_at and stored.items() <= variables.items()
        for at, variables in said.get((row.user_id, stored.get("q")), [])
    )


@evidence(
    "LOG-3",
    counts=_("openings of citizens' data in the log in 30 days"),
    how=_(
        "Opening a citizen's data without an entry in the same transaction is refused; the figure counts the "
        "openings that stand in the log. A synthetic person opens a synthetic citizen and must be found in "
        "the log, and then tries to open one without an entry, which must be refused. Pages that were stopped "
        "for it are counted beside it. Each entry must have its place in the sealed tree within a minute; the "
        "newest 5000 places are held against their entries, the signed root is computed anew, and the tree "
        "seen the last time must be part of today's."
    ),
)
def log_3() -> Result:
    """The synthetic person's openings, with and without an event, and the tree in which every event has its place."""
    opens = [a.name for a in ACTIONS.values() if a.opens]
    logged = events_since(since()).filter(action__in=opens).count()
    stopped = events_since(since()).filter(action=UNLOGGED.name).count()
    proof = alone(open_citizen)
    tree = sealed.look()
    sample = {"found": proof.found, "unlogged_refused": proof.unlogged_refused, "stopped": stopped, **tree.sample()}
    if not proof.found or not proof.unlogged_refused or tree.faults:
        return Result(State.BROKEN, str(logged), sample)
    return Result(State.HOLDS if tree.signed else State.DUE, str(logged), sample)


@evidence(
    "LOG-4",
    counts=_("entries that are not what was written, of those checked"),
    how=_(
        "The newest file taken out of the log is held against the check sum noted when it was made, and checked by the "
        "very program that is handed out with it: signature, proof and every line. Besides, "
        "up to 200 entries of the last 30 days, drawn at random, are opened and their check sums computed "
        "anew: each must be the one that was stored when the entry was written."
    ),
)
def log_4() -> Result:
    """Leaves computed anew, and the newest export."""
    found = list(events_since(since()).order_by("?")[:MOST])
    wrong = sum(not _as_written(event) for event in found)
    newest = exports.newest()
    changed = newest is not None and (
        not newest.intact or newest.verified not in {"holds", "unsealed", "older-form", ""}
    )
    sample: dict[str, Any] = {"exports": exports.count(), "export_intact": None if newest is None else newest.intact}
    sample["export_verified"] = None if newest is None else newest.verified or "check sum only"
    faults, of = wrong + changed, len(found) + (newest is not None)
    return Result(State.BROKEN if faults else State.HOLDS, f"{faults} / {of}", sample)


def _as_written(event: Event) -> bool:
    """Whether an entry still has the leaf it was stored with."""
    values = {
        "id": event.id, "at": event.at, "customer": event.customer_id, "actor": event.actor, "session": event.session,
        "grant": event.grant, "action": event.action, "object_kind": event.object_kind, "object_id": event.object_id,
        "citizen": event.citizen, "purpose": event.purpose, "detail": plain_detail(event), "hits": event.hits,
        "shown": tuple(event.shown), "outcome": event.outcome, "address": event.address, "agent": event.agent,
        "changed": tuple(event.changed), "times": event.times,
    }  # fmt: skip
    return leaf_of(bytes(event.salt), values) == bytes(event.leaf)
