"""Reach as its pages show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from heretask.kernel.access.permissions import Permission

from .actions import Answer, Sought
from .queries import Reach, Source

SYSTEMS = (("platform", "Platform"), ("social", "Social"), ("system", "System"), ("admin", "Admin"))


@dataclass(frozen=True, slots=True)
class Right:
    """A right that somebody has, and what gives it."""

    sentence: Any
    sources: list[Source]


def reach_context(found: Reach, slug: str) -> dict[str, Any]:
    """Everything somebody reaches."""
    had = {p: sources for p, sources in found.rights.items() if sources}
    by_system = [
        (label, [Right(p.sentence, sources) for p, sources in had.items() if p.system == key]) for key, label in SYSTEMS
    ]
    return {
        "user": found.user, "name": found.name, "user_name": f"{found.user.user_name}@{slug}",
        "systems": [(label, rights) for label, rights in by_system if rights],
        "lacking": len(found.rights) - len(had), "reached": found.reached, "total": found.total,
        "not_reached": found.total - found.reached,
        "reasons": [
            {"why": one.reason.why(found.units), "place": one.reason.place(found.units), "count": one.count}
            for one in found.citizens
        ],
    }  # fmt: skip


def answer_context(answer: Answer) -> dict[str, Any]:
    """The decision, in its own words."""
    decision = answer.decision
    return {
        "answer": {
            "allowed": decision.allowed, "right": answer.permission.sentence, "why": decision.why,
            "citizen": answer.citizen_name, "word": _("Yes") if decision.allowed else _("No"),
            "by_role": decision.allowed and decision.reason.startswith("role:"),
        }
    }  # fmt: skip


def sought_context(sought: Sought) -> dict[str, Any]:
    """The citizens that were found."""
    return {"sought": sought}


def first_right() -> str:
    """What is most often asked about a citizen."""
    return Permission.SOCIAL_JOURNAL_READ.value
