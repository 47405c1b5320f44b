"""The seam for the case that a report becomes: who keeps cases says here where Management's page of a report leads.

Platform knows nothing of the systems above it. `register(function)`: it is called with the report's id, in the
transaction of the page, and answers with a word and an address, or with nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

Leads = Callable[[UUID], tuple[str, str] | None]
_LEADS: list[Leads] = []


def register(function: Leads) -> Leads:
    """Let `function` say where a report leads on."""
    _LEADS.append(function)
    return function


def leads_from(incident_id: UUID) -> list[tuple[str, str]]:
    """What Management can do with a report beyond answering it: (word, address)."""
    return [lead for function in _LEADS if (lead := function(incident_id))]
