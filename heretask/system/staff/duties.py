"""Duties of staff that other features know of: they stand beside those of the register in My duties and on Today.

A feature registers a function in its `today` module; the register knows nothing of policies or exercises.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone

from .queries import Member


@dataclass(frozen=True, slots=True)
class OwnDuty:
    """Something a member of staff has to do on a page of its own."""

    label: str
    state: str
    word: str
    sub: str
    url: str
    promise: str = ""


Finder = Callable[[Member], list[OwnDuty]]
_FINDERS: list[Finder] = []


def own_duties(function: Finder) -> Finder:
    """Let a function say what somebody has to do; it is asked about those who work here now."""
    _FINDERS.append(function)
    return function


def others_of(member: Member) -> list[OwnDuty]:
    """What all features together ask of somebody; nothing of who has left or not begun."""
    if member.left or member.facts.hired_on is None or member.facts.hired_on > timezone.localdate():
        return []
    return [duty for function in _FINDERS for duty in function(member)]
