"""Names of the staff register for the log of the supplier."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from heretask.kernel.log.naming import register
from heretask.system.records.queries import items

from .declarations import EQUIPMENT, STAFF


def names_of(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Names of people on the register."""
    return {item.id: item.values["name"] for item in items(STAFF, ids)}


def devices_of(ids: Iterable[UUID]) -> dict[UUID, str]:
    """What devices are called."""
    return {item.id: item.values["what"] for item in items(EQUIPMENT, ids)}


register(STAFF.key, names_of)
register(EQUIPMENT.key, devices_of)
