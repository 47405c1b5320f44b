"""A customer's guidelines beside their floor and their default (LOGIN-5).

The floor is held by the database whatever anybody chooses; from the default one may go down to it with a name and a
reason. Hours and networks have no floor: to keep nobody out is the default, and anything else is stricter.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields

from django.utils.translation import gettext_lazy as _

from .models import Customer

FLOOR_LENGTH, LONG_LENGTH, LONGEST_LENGTH = 8, 15, 64
SHORTEST_IDLE, LONGEST_IDLE = 60, 300
EVERY_DAY = "1234567"
DAYS = [
    ("1", _("Monday")), ("2", _("Tuesday")), ("3", _("Wednesday")), ("4", _("Thursday")), ("5", _("Friday")),
    ("6", _("Saturday")), ("7", _("Sunday")),
]  # fmt: skip
LABELS = {
    "password_length": _("Characters in a password"), "second_factor": _("Second factor"),
    "idle_seconds": _("Signed out after"), "hours": _("Working hours"), "networks": _("Networks"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Guidelines:
    """What a customer has chosen."""

    password_length: int = FLOOR_LENGTH
    second_factor: bool = True
    idle_seconds: int = LONGEST_IDLE
    work_from: dt.time | None = None
    work_until: dt.time | None = None
    work_days: str = EVERY_DAY
    networks: tuple[str, ...] = ()

    @classmethod
    def of(cls, customer: Customer) -> Guidelines:
        """Those of a customer now."""
        values = {field.name: getattr(customer, field.name) for field in fields(cls)}
        return cls(**{**values, "networks": tuple(customer.networks)})

    @property
    def told(self) -> dict[str, str]:
        """Each guideline as its history keeps it, in figures and codes that need no language."""
        hours = f"{self.work_from:%H:%M}-{self.work_until:%H:%M} {self.work_days}" if self.work_from else ""
        return {
            "password_length": str(self.password_length), "second_factor": "on" if self.second_factor else "off",
            "idle_seconds": str(self.idle_seconds), "hours": hours, "networks": ", ".join(self.networks),
        }  # fmt: skip

    @property
    def deviations(self) -> set[str]:
        """Which of them lie below their default."""
        below = {"second_factor"} if not self.second_factor else set()
        return below | ({"password_length"} if self.password_length < default_length(self.second_factor) else set())

    def changed_from(self, before: Guidelines) -> list[str]:
        """Which guidelines differ."""
        return [name for name, value in self.told.items() if value != before.told[name]]


def default_length(second_factor: bool) -> int:
    """How long passwords are where nobody has chosen: longer without a second factor."""
    return FLOOR_LENGTH if second_factor else LONG_LENGTH


DEFAULTS = Guidelines()
