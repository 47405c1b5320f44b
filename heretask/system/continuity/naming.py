"""Names of plans, exercises and actions for the log of the supplier."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from heretask.kernel.log.naming import register
from heretask.system.records.models import Version
from heretask.system.records.queries import items

from .declarations import ACTIONS, EXERCISES, KIND, PLANS

TITLES = {one.document: one.title for one in PLANS.values()}


def plans_of(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Title and number of versions."""
    rows = Version.objects.filter(id__in=set(ids), document__kind=KIND).select_related("document")
    return {row.id: f"{TITLES[row.document.key]} ({row.number})" for row in rows if row.document.key in TITLES}


def exercises_of(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Which plan an exercise tried."""
    return {one.id: str(PLANS[one.values["plan"]].title) for one in items(EXERCISES, ids)}


def actions_of(ids: Iterable[UUID]) -> dict[UUID, str]:
    """What must be done."""
    return {one.id: one.values["what"] for one in items(ACTIONS, ids)}


register("plan", plans_of)
register(EXERCISES.key, exercises_of)
register(ACTIONS.key, actions_of)
