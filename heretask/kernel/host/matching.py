"""Which act allows a session on a server. Whoever has such acts registers how they are asked; none knows another.

A matcher answers from what was there *before* the session began: nothing that is written down later makes it allowed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Seen:
    """A session as a matcher is asked about it. `until` is its end or, while it lasts, now."""

    kind: str  # ssh, sudo or database
    host: str
    account: str
    person: UUID | None  # whose account it was by the register when it began
    since: dt.datetime
    until: dt.datetime


@dataclass(frozen=True, slots=True)
class Match:
    """By which kind of act, and which one."""

    by: str
    act: UUID | None


Matcher = Callable[[Seen], UUID | None]
_MATCHERS: dict[str, tuple[Matcher, Promise]] = {}


def matcher(name: str, words: Promise) -> Callable[[Matcher], Matcher]:
    """Declare a kind of act: the function answers which one of them covers the session from its beginning to `until`.

    It runs in the supplier's own transaction; `words` is what pages call such an act.
    """
    if name in _MATCHERS:
        raise ValueError(f"the kind {name} is matched twice")

    def declare(function: Matcher) -> Matcher:
        _MATCHERS[name] = (function, words)
        return function

    return declare


def match(seen: Seen) -> Match | None:
    """The act that allows a session, or None: then it is a finding. One whose account cannot be read has none."""
    if seen.account:
        for name, (function, _words) in _MATCHERS.items():
            act = function(seen)
            if act is not None:
                return Match(name, act)
    return None


def words_of(name: str) -> str:
    """What a kind of act is called."""
    return str(_MATCHERS[name][1]) if name in _MATCHERS else name
