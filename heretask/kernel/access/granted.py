"""What a grant of the supplier's allows: the one place that says so. Reading, and of that what its scope names."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from .permissions import Permission as P

if TYPE_CHECKING:
    from .decide import Subject

ROLE = "grant"
STRUCTURE, CONTENT, CITIZENS = "structure", "content", "citizens"

_INSIDE = frozenset({P.SYSTEM_ACCESS_INSIDE, P.SOCIAL_CITIZENS_SEE, P.SOCIAL_JOURNAL_READ})
_HOUSE = frozenset(
    {P.ADMIN_GUIDELINES_SEE, P.ADMIN_RETENTION_SEE, P.ADMIN_ROLES_SEE, P.ADMIN_UNITS_SEE, P.ADMIN_USERS_SEE}
)
MAY = {STRUCTURE: _INSIDE | _HOUSE, CONTENT: _INSIDE | _HOUSE, CITIZENS: _INSIDE}


@dataclass(frozen=True, slots=True)
class Granted:
    """The grant under which somebody of the supplier's is inside a customer."""

    id: UUID
    scope: str
    citizens: frozenset[UUID]
    ends_at: dt.datetime

    @property
    def may(self) -> frozenset[P]:
        """What its scope allows at all; nothing for one that this version does not know."""
        return MAY.get(self.scope, frozenset())

    @property
    def keyless(self) -> bool:
        """Whether no key is unwrapped: every name and text stays sealed."""
        return self.scope not in {CONTENT, CITIZENS}

    def reaches(self, on: Subject) -> bool:
        """Whether it reaches this citizen; one who is sealed only where they are named."""
        own = getattr(on, "id", None)
        return own in self.citizens if self.scope == CITIZENS else not on.sealed
