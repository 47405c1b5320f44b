"""The matrix for the page: by system, a line for each right, a cell for each role."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from heretask.kernel.access.permissions import Permission
from heretask.kernel.access.roles import AnyRole
from heretask.ui.marks import Address, addresses

from .queries import Matrix

SYSTEMS = {"platform": "Platform", "social": "Social", "system": "System", "admin": "Admin"}


@dataclass(frozen=True, slots=True)
class Cell:
    """Whether a role includes a right, and how far it reaches: `key` is all, unit, list or none."""

    role: str
    key: str
    words: str


@dataclass(frozen=True, slots=True)
class Line:
    """One right with its addresses."""

    sentence: str
    cells: list[Cell]
    addresses: list[Address]


def page_context(found: Matrix) -> dict[str, Any]:
    """What the page shows."""
    every = addresses()
    systems = []
    for key, name in SYSTEMS.items():
        rights = [right for right in found.rights if right.value.partition(".")[0] == key]
        systems.append((name, [_line(right, found, every) for right in rights]))
    return {
        "roles": [(str(role.label), str(role.sentence), found.holders[role.key]) for role in found.roles],
        "systems": [(name, lines) for name, lines in systems if lines],
        "open": [one for one in every if one.mark.permission is None],
        "count": len(every),
    }


def _line(right: Permission, found: Matrix, every: list[Address]) -> Line:
    cells = [_cell(role, right) for role in found.roles]
    return Line(str(right.sentence), cells, [one for one in every if one.mark.permission is right])


def _cell(role: AnyRole, right: Permission) -> Cell:
    if right not in role.may:
        return Cell(str(role.label), "none", _("no"))
    if right.about_citizens and role.guest:
        return Cell(str(role.label), "list", _("on the list"))
    if right.about_citizens and role.units:
        return Cell(str(role.label), "unit", _("own unit"))
    return Cell(str(role.label), "all", _("yes"))
