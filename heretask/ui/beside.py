"""What other features offer on a citizen's page: links, registered by whoever has something about citizens.

Neighbours never import each other; the citizen's page asks here and knows none of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise

from heretask.kernel.access.decide import Actor, may
from heretask.kernel.access.permissions import Permission


@dataclass(frozen=True, slots=True)
class Link:
    """A link for those who hold its permission."""

    label: str
    url: str
    icon: str


_KNOWN: list[tuple[str, str | Promise, str, Permission]] = []


def beside_citizen(name: str, label: str | Promise, icon: str, permission: Permission) -> None:
    """Offer the page of that URL name, which takes a citizen's id, on every citizen's page."""
    if any(known[0] == name for known in _KNOWN):
        raise ValueError(f"{name} is offered twice")
    _KNOWN.append((name, label, icon, permission))


def links_of(citizen_id: UUID, by: Actor) -> list[Link]:
    """What `by` is offered about a citizen whose page they see."""
    return [
        Link(str(label), reverse(name, args=[citizen_id]), icon)
        for name, label, icon, permission in _KNOWN if may(by, permission)
    ]  # fmt: skip
