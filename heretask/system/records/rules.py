"""Declaring a duty: what, for which promises, how often, and which proof closes it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from heretask.kernel.evidence.promises import PROMISES

from .models import Signature
from .policies import Refused

WARNINGS = (30, 14, 3)  # days before the due date at which it is said, each time louder


@dataclass(frozen=True, slots=True)
class Proof:
    """What somebody brings to close a duty."""

    done_on: dt.date
    note: str = ""
    signature: Signature | None = None
    reference: str = ""  # what of the systems it is, as "minutes:<uuid>"


Accepts = Callable[[Proof], None]


def anything(_proof: Proof) -> None:
    """The day alone is proof: what was seen is not kept."""


def a_note(proof: Proof) -> None:
    """Some words must be there."""
    if not proof.note.strip():
        raise Refused(_("Write what was done."))


def a_signature(proof: Proof) -> None:
    """A version of a document must have been signed."""
    if proof.signature is None:
        raise Refused(_("This needs a signature."))


def a_thing(kind: str) -> Accepts:
    """Something of the systems of that kind must be named; the feature that keeps it closes the duty."""

    def accepts(proof: Proof) -> None:
        if not proof.reference.startswith(f"{kind}:"):
            raise Refused(_("This closes by itself with what is kept for it."))

    return accepts


@dataclass(frozen=True, slots=True)
class Rule:
    """A duty's rule. `months` from its day to the next one's; 0 for what is done once.

    With a `season`, a month, it belongs to the annual wheel: a new installation's first one falls due in that month.
    `page` is the name of the address where it is done, `proof` the sentence that says what closes it.
    """

    key: str
    sentence: Promise | str
    promises: tuple[str, ...]
    months: int = 12
    accepts: Accepts = anything
    early: dt.timedelta = dt.timedelta(days=90)  # how long before its due date a proof counts for it
    warnings: tuple[int, ...] = WARNINGS
    season: int = 0
    page: str = ""
    proof: Promise | str = ""


RULES: dict[str, Rule] = {}


def rule(made: Rule) -> Rule:
    """Declare a rule."""
    if made.key in RULES or not set(made.promises) <= PROMISES.keys():
        raise ValueError(f"the rule {made.key} is declared twice, or for a promise that there is not")
    RULES[made.key] = made
    return made
