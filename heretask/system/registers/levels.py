"""How high a risk is: likelihood times consequence, the worse of the citizen's and ours; before and after treatment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LEVELS: dict[str, Promise] = {
    "low": _("Low"), "medium": _("Medium"), "high": _("High"), "grave": _("Very high"),
}  # fmt: skip
FROM = {"grave": 15, "high": 10, "medium": 5, "low": 1}  # the least product of each
STATES = {"low": "ok", "medium": "due", "high": "broken", "grave": "broken"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a risk stands in the matrix."""

    likely: int
    bad: int

    @property
    def product(self) -> int:
        """From 1 to 25."""
        return self.likely * self.bad

    @property
    def level(self) -> str:
        """low, medium, high or grave."""
        return next(level for level, least in FROM.items() if self.product >= least)

    @property
    def is_high(self) -> bool:
        """Whether accepting it takes a name and a reason."""
        return self.level in {"high", "grave"}


def before(values: Mapping[str, str]) -> Place | None:
    """Where it stands without treatment; None where that is not known."""
    return _place(values)


def after(values: Mapping[str, str]) -> Place | None:
    """Where it stands with its treatment: what is not said afterwards is as before."""
    return _place({key: values.get(f"left_{key}") or values.get(key, "") for key in ("likely", "citizen", "us")})


def _place(values: Mapping[str, str]) -> Place | None:
    kept = [values.get(key, "") for key in ("likely", "citizen", "us")]
    if not all(kept):
        return None
    likely, citizen, us = map(int, kept)
    return Place(likely, max(citizen, us))
