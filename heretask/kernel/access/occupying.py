"""Roles that run in a unit keep it open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import ngettext

from heretask.kernel.identity.people import assignments_now
from heretask.kernel.tenancy.occupancy import occupies


def roles_in(units: Iterable[UUID]) -> dict[UUID, int]:
    """How many roles run in each of these units."""
    rows = assignments_now().filter(unit_id__in=list(units), user__active=True).values_list("unit_id", flat=True)
    return {unit: count for unit, count in Counter(rows).items() if unit}


def words(count: int) -> str:
    """'2 roles'."""
    return ngettext("%(count)d role that runs there", "%(count)d roles that run there", count) % {"count": count}


occupies("roles", roles_in, words)
