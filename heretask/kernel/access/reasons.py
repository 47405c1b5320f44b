"""By what right somebody acted, as the log keeps it: a short code without names, and the words for it.

`operator` · `role:<role>` · `relation:<role>` · `unit:<role>:<unit>` · `emergency:<role>` · `grant:<scope>`. It is
written when the decision is made, so that the log says which role and unit somebody had *then*, whatever they have now.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from .roles import ROLES

OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Reason:
    """A code read back."""

    kind: str
    role: str = ""
    unit: UUID | None = None

    def role_label(self, names: Mapping[UUID, str]) -> str:
        """The role's name in the reader's language, or the code of one that is no more."""
        own = own_role_in(self.role)
        return str(ROLES[self.role].label) if self.role in ROLES else names.get(own, self.role) if own else self.role

    def place(self, units: Mapping[UUID, str]) -> str:
        """Role and unit as they were: 'Carer, Nord'. `units` names the customer's own roles, too."""
        unit = units.get(self.unit, "") if self.unit else ""
        label = self.role_label(units)
        return f"{label}, {unit}" if unit else label

    def why(self, units: Mapping[UUID, str]) -> str:
        """The reason in words, without saying who."""
        if self.kind == OPERATOR:
            return _("The operator at the server")
        if self.kind == "relation":
            return _("A working relation of their own")
        if self.kind == "emergency":
            return _("An emergency opening, with a reason")
        if self.kind == "grant":
            return _("The supplier, under a grant")
        if self.kind == "role":
            return _("By their role")
        unit = units.get(self.unit, "") if self.unit else ""
        return _("Works in %(unit)s") % {"unit": unit} if unit else _("Works in the unit")


def by_role(role: str) -> str:
    """A right that a role gives in the whole customer."""
    return f"role:{role}"


def by_relation(role: str) -> str:
    """A right because of a relation of one's own to the citizen."""
    return f"relation:{role}"


def by_emergency(role: str) -> str:
    """A right because of an emergency opening that still lasts."""
    return f"emergency:{role}"


def by_grant(scope: str) -> str:
    """A right of the supplier's, under a grant of this scope; which grant stands in the event beside it."""
    return f"grant:{scope}"


def by_unit(role: str, unit: UUID) -> str:
    """A right because of a role in the citizen's unit."""
    return f"unit:{role}:{unit.hex}"


def read(code: str) -> Reason | None:
    """What one of the above wrote; None for anything else, as events from before have it."""
    kind, _colon, rest = code.partition(":")
    role, _second, unit = rest.partition(":")
    if code == OPERATOR:
        return Reason(OPERATOR)
    if kind not in {"role", "relation", "unit", "emergency", "grant"} or not role:
        return None
    try:
        return Reason(kind, role, UUID(unit) if unit else None)
    except ValueError:
        return None


def own_role_in(role: str) -> UUID | None:
    """Which of the customer's own roles a key means; None for a built-in one."""
    kind, _dot, hexed = role.partition(".")
    try:
        return UUID(hexed) if kind == "own" else None
    except ValueError:
        return None


def own_roles_in(codes: Iterable[str]) -> set[UUID]:
    """The customer's own roles that some codes speak of."""
    return {own for code in codes if (found := read(code)) and (own := own_role_in(found.role))}


def units_in(codes: Iterable[str]) -> set[UUID]:
    """The units that some codes speak of."""
    return {found.unit for code in codes if (found := read(code)) and found.unit}
