"""The one decision about supplier staff: plain dates and states in, what they may do and why not out.

No database and no clock: `today` is given. The sign-in part stands once more in the database (`ht.staff_may_sign_in`),
as a lock that no forgotten call can open; a test holds the two equal.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from heretask.kernel.periods import months_after

PROBATION = 3  # calendar months from the hired date, before which nothing sensitive is seen (STAFF-4)
YEAR = 12  # months for which a check and a training count (STAFF-2, STAFF-3)
EARLY = dt.timedelta(days=90)  # a proof for a hiring may be this much older than it, and a yearly one this early
FIRST_TRAINING = dt.timedelta(days=30)  # after the hired date
GRACE = dt.timedelta(days=30)  # in which Management of a new installation puts itself on the register


class State(StrEnum):
    """Where somebody is between being hired and having left; Management alone moves them on."""

    PROBATION = "probation"
    EMPLOYED = "employed"
    LEFT = "left"


class Scope(StrEnum):
    """What is asked for: to sign in at the supplier at all, or a grant of one of two kinds."""

    SIGN_IN = "sign_in"
    STRUCTURE = "structure"
    CONTENT = "content"


class Why(StrEnum):
    """A reason for a no."""

    NOT_ON_REGISTER = "not_on_register"
    LEFT = "left"
    NOT_BEGUN = "not_begun"
    NO_CHECK = "no_check"
    CHECK_OVERDUE = "check_overdue"
    NOT_SIGNED = "not_signed"
    TRAINING_OVERDUE = "training_overdue"
    IN_PROBATION = "in_probation"
    NOT_EMPLOYED = "not_employed"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of somebody: dates and states, nothing else.

    `cleared_on` is the day of the newest criminal record check whose outcome was clear. `check_lifted` and
    `training_lifted` are the last days of overrides that both managers made.
    """

    state: State | None = None  # None: not on the staff register
    hired_on: dt.date | None = None
    cleared_on: dt.date | None = None
    signed_on: dt.date | None = None
    trained_on: dt.date | None = None
    manager: bool = False
    gates_from: dt.date | None = None
    check_lifted: dt.date | None = None
    training_lifted: dt.date | None = None

    def current(self, proof: dt.date | None) -> dt.date | None:
        """`proof` where it belongs to this hiring; somebody who came back begins anew."""
        belongs = proof is not None and self.hired_on is not None and proof >= self.hired_on - EARLY
        return proof if belongs else None

    @property
    def check_due(self) -> dt.date | None:
        """The last day for which the newest check counts; None where there is none for this hiring."""
        cleared = self.current(self.cleared_on)
        return months_after(cleared, YEAR) if cleared else None

    @property
    def training_due(self) -> dt.date | None:
        """The last day by which they must be trained (again)."""
        trained = self.current(self.trained_on)
        if trained:
            return months_after(trained, YEAR)
        return self.hired_on + FIRST_TRAINING if self.hired_on else None

    @property
    def content_from(self) -> dt.date | None:
        """The first day on which sensitive data may be seen."""
        return months_after(self.hired_on, PROBATION) if self.hired_on else None

    @property
    def grace_until(self) -> dt.date | None:
        """The last day on which Management gets in without being on the register."""
        return self.gates_from + GRACE if self.gates_from else None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why not, and the day that it is about."""

    why: Why
    on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """May they, and every reason why not; `until` is the last day of what is only being tolerated."""

    reasons: tuple[Reason, ...] = ()
    until: dt.date | None = None

    @property
    def allowed(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.reasons


@dataclass(frozen=True, slots=True)
class Eligibility:
    """What somebody may do today."""

    sign_in: Verdict
    structure: Verdict
    content: Verdict

    def of(self, scope: Scope) -> Verdict:
        """The verdict for one scope."""
        verdict: Verdict = getattr(self, scope.value)
        return verdict


def decide(facts: Facts, today: dt.date) -> Eligibility:
    """What somebody with these facts may do on this day.

    Each scope asks for all that the one before asks for. Who has left, or is not on the register, may do nothing.
    What is missing can never be overridden; what is overdue can, until a day.
    """
    missing = _missing(facts, today)
    check: tuple[Reason, ...] = ()
    training: tuple[Reason, ...] = ()
    probation: tuple[Reason, ...] = ()
    if facts.state is not None and facts.state != State.LEFT:
        check = _overdue(facts.check_due, facts.check_lifted, today, Why.CHECK_OVERDUE)
        training = _overdue(facts.training_due, facts.training_lifted, today, Why.TRAINING_OVERDUE)
        probation = _probation(facts, today)
    at_the_door = missing + (() if facts.manager else check)  # somebody must be able to record the manager's own
    tolerated = _tolerated(facts, today) and facts.state != State.LEFT
    return Eligibility(
        sign_in=Verdict((), facts.grace_until) if missing and tolerated else Verdict(at_the_door),
        structure=Verdict(at_the_door + training),
        content=Verdict(missing + check + training + probation),
    )


def _missing(facts: Facts, today: dt.date) -> tuple[Reason, ...]:
    """What must be there before the first sign-in."""
    if facts.state is None or facts.hired_on is None:
        return (Reason(Why.NOT_ON_REGISTER),)
    if facts.state == State.LEFT:
        return (Reason(Why.LEFT),)
    found = []
    if today < facts.hired_on:
        found.append(Reason(Why.NOT_BEGUN, facts.hired_on))
    if facts.current(facts.cleared_on) is None:
        found.append(Reason(Why.NO_CHECK))
    if facts.current(facts.signed_on) is None:
        found.append(Reason(Why.NOT_SIGNED))
    return tuple(found)


def _overdue(due: dt.date | None, lifted: dt.date | None, today: dt.date, why: Why) -> tuple[Reason, ...]:
    if due is None or today <= due or (lifted is not None and today <= lifted):
        return ()
    return (Reason(why, due),)


def _probation(facts: Facts, today: dt.date) -> tuple[Reason, ...]:
    found = []
    if facts.content_from is not None and today < facts.content_from:
        found.append(Reason(Why.IN_PROBATION, facts.content_from))
    if facts.state != State.EMPLOYED:
        found.append(Reason(Why.NOT_EMPLOYED))
    return tuple(found)


def _tolerated(facts: Facts, today: dt.date) -> bool:
    """Whether this is Management of an installation so new that nobody can have put it on the register yet."""
    return facts.manager and facts.grace_until is not None and today <= facts.grace_until
