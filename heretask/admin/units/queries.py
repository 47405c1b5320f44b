"""Reading units, with how many live and work in each."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from heretask.kernel.log.queries import Entry, history_of
from heretask.kernel.tenancy.models import Unit, UnitKind
from heretask.kernel.tenancy.occupancy import counts


@dataclass(frozen=True, slots=True)
class Listed:
    """A unit as the list shows it."""

    id: UUID
    name: str
    kind: str
    active: bool
    citizens: int
    roles: int


def units(q: str = "") -> list[Listed]:
    """Units by name, the closed ones last; a bounded number of queries."""
    word = q.casefold()
    rows = [u for u in Unit.objects.all() if word in u.name.casefold() or word in label_of(u.kind).casefold()]
    inside = counts(u.id for u in rows)
    found = [
        Listed(
            u.id, u.name, label_of(u.kind), u.active, inside.get("citizens", {}).get(u.id, 0),
            inside.get("roles", {}).get(u.id, 0),
        )
        for u in rows
    ]  # fmt: skip
    return sorted(found, key=lambda one: not one.active)


def unit(unit_id: UUID) -> Unit:
    """One unit; raises Unit.DoesNotExist."""
    return Unit.objects.get(id=unit_id)


def locked(unit_id: UUID) -> Unit:
    """The same, held until the transaction ends."""
    return Unit.objects.select_for_update().get(id=unit_id)


def listed(one: Unit) -> Listed:
    """One unit with how many live and work there."""
    inside = counts([one.id])
    return Listed(
        one.id, one.name, label_of(one.kind), one.active, inside.get("citizens", {}).get(one.id, 0),
        inside.get("roles", {}).get(one.id, 0),
    )  # fmt: skip


def history_of_unit(unit_id: UUID) -> list[Entry]:
    """The newest changes of a unit."""
    return history_of("unit", unit_id)


def label_of(kind: str) -> str:
    """What a kind of unit is called."""
    return str(UnitKind(kind).label) if kind in UnitKind.values else kind


def names_by_id(ids: set[UUID]) -> dict[UUID, str]:
    """What units are called now."""
    return dict(Unit.objects.filter(id__in=ids).values_list("id", "name"))


def any_unit() -> bool:
    """Whether there is a unit, open or closed."""
    return Unit.objects.exists()
