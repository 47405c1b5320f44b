"""Grants as the supplier's pages show them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from heretask.kernel.grants.asking import Asked
from heretask.kernel.grants.models import GrantScope


@dataclass(frozen=True, slots=True)
class Row:
    """A grant in a list."""

    grant: Asked
    scope: str
    state: str
    word: str
    minutes_left: int


def row(one: Asked) -> Row:
    """With its state in words."""
    left = int((one.ends_at - timezone.now()).total_seconds() // 60) + 1 if one.runs and one.ends_at else 0
    state, word = _state(one)
    return Row(one, str(GrantScope(one.scope).label), state, word, left)


def _state(one: Asked) -> tuple[str, str]:
    if one.runs:
        return "ok", _("Runs")
    if one.waits:
        return "due", _("Waits for an answer")
    words = [
        (one.cut_at, "broken", _("Cut off by the customer")), (one.ended_at, "unknown", _("Handed back")),
        (one.refused_at, "broken", _("Refused")), (one.approved_at, "unknown", _("Over")),
    ]  # fmt: skip
    return next(((state, word) for at, state, word in words if at), ("unknown", _("Nobody answered in time")))
