"""Measured: staff are checked, trained, employed late enough, consulted, and have signed.

Over the installation, and published to every customer: dates and states, no names. The facts are the gate's own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from heretask.kernel.evidence.measuring import INSTALLATION, Result, State, evidence
from heretask.kernel.periods import months_after
from heretask.kernel.staff.eligibility import GRACE, YEAR, Facts
from heretask.kernel.staff.eligibility import State as Employment
from heretask.kernel.staff.gate import facts_from
from heretask.system.records.figures import EntryFigure, result
from heretask.system.records.figures import figures as record_figures

from . import queries
from .declarations import EQUIPMENT, SIGN_WITHIN, STATE_WITHIN
from .queries import Figures

SOON = dt.timedelta(days=30)  # so many days before its day something is due


@dataclass(frozen=True, slots=True)
class Somebody:
    """One person of the register, without a name."""

    facts: Facts
    row: dict[str, Any]

    def day(self, name: str) -> dt.date | None:
        """A day of the row."""
        return dt.date.fromisoformat(self.row[name]) if self.row[name] else None


@dataclass(frozen=True, slots=True)
class Staff:
    """Everybody on this day."""

    figures: Figures
    today: dt.date
    people: list[Somebody]

    @property
    def here(self) -> list[Somebody]:
        """Who has begun and has not left."""
        return [
            p
            for p in self.people
            if p.facts.state != Employment.LEFT and (p.facts.hired_on or dt.date.max) <= self.today
        ]

    @property
    def left(self) -> list[Somebody]:
        """Who has left."""
        return [p for p in self.people if p.facts.state == Employment.LEFT]


def _staff() -> Staff:
    found = queries.figures()
    rows: list[dict[str, Any]] = list(found.people)
    return Staff(found, timezone.localdate(), [Somebody(facts_from(row), row) for row in rows if row["entry"]])


def _result(staff: Staff, figure: str, *, wrong: int, due: Iterable[dt.date | None] = (), **sample: Any) -> Result:
    """Broken where something is wrong; due where a day is near, or while a new installation fills its register."""
    known = {"staff": len(staff.here), **sample}
    if wrong:
        return Result(State.BROKEN, figure, known)
    near = [day for day in due if day is not None and staff.today <= day <= staff.today + SOON]
    if not staff.people:
        until = staff.figures.gates_from + GRACE
        if staff.today > until:
            return Result(State.BROKEN, figure, known)
        near.append(until)
    if near:
        return Result(State.DUE, figure, {**known, "due_on": min(near).isoformat()})
    return Result(State.HOLDS, figure, known)


def _late(people: list[Somebody], due: Callable[[Somebody], dt.date | None], today: dt.date) -> int:
    return sum(1 for person in people if (day := due(person)) is None or day < today)


@evidence(
    "STAFF-1",
    scope=INSTALLATION,
    counts=_("staff without a check, and sign-ins that found none, of all staff"),
    how=_(
        "Everybody who has begun must have a criminal record check with a clear outcome from this hiring. Beside it, "
        "every sign-in of the supplier in the last 30 days is held against the register as it was then. Before a "
        "check is recorded, the gate and the database refuse the session. Management of a new installation has 30 days."
    ),
)
def staff_1() -> Result:
    """Staff without a check, and sign-ins without one."""
    staff = _staff()
    without = sum(p.facts.check_due is None and (p.facts.hired_on or staff.today) < staff.today for p in staff.here)
    strangers = sum(1 for row in staff.figures.people if not row["entry"])
    wrong = without + staff.figures.unchecked
    return _result(
        staff, f"{wrong} / {len(staff.here)}", wrong=wrong,
        due=[p.facts.hired_on for p in staff.here if p.facts.check_due is None],
        sign_ins=staff.figures.sign_ins, logins_without=strangers,
    )  # fmt: skip


@evidence(
    "STAFF-2",
    scope=INSTALLATION,
    counts=_("staff whose yearly check is overdue, of all staff"),
    how=_(
        "A clear check counts for twelve months. Whoever's has run out is shut out of sensitive data, and, but for "
        "Management, of the systems; they count here until a new one is recorded, also where both managers have let "
        "them go on."
    ),
)
def staff_2() -> Result:
    """Checks that have run out."""
    staff = _staff()
    due = [p.facts.check_due for p in staff.here]
    late = sum(1 for day in due if day is not None and day < staff.today)
    lifted = sum(1 for p in staff.here if p.facts.check_lifted and p.facts.check_lifted >= staff.today)
    return _result(staff, f"{late} / {len(staff.here)}", wrong=late, due=due, overridden=lifted)


@evidence(
    "STAFF-3",
    scope=INSTALLATION,
    counts=_("trained, of those who must be trained"),
    how=_(
        "Training is due within 30 days after hiring and then every twelve months, counted from the day it was done. "
        "Whoever's is overdue can be given no grant."
    ),
)
def staff_3() -> Result:
    """Training done and due."""
    staff = _staff()
    late = _late(staff.here, lambda p: p.facts.training_due, staff.today)
    return _result(
        staff, f"{len(staff.here) - late} / {len(staff.here)}", wrong=late,
        due=[p.facts.training_due for p in staff.here],
    )  # fmt: skip


@evidence(
    "STAFF-4",
    scope=INSTALLATION,
    counts=_("employed or let in to content before three months had passed, or employed by nobody, of all employed"),
    how=_(
        "Whoever is employed must have been so by a decision of Management, at least three calendar months after the "
        "hired date. Each grant of 30 days that shows content must have begun after that, as the register said then."
    ),
)
def staff_4() -> Result:
    """Employments, and grants of content, that came too early."""
    staff = _staff()
    employed = [p for p in staff.people if p.facts.state == Employment.EMPLOYED]
    early = 0
    for person in employed:
        decided, earliest = person.day("employed_on"), person.facts.content_from
        early += decided is None or earliest is None or decided < earliest
    given, let_in = queries.probation_figures()
    wrong = early + let_in
    return _result(staff, f"{wrong} / {len(employed)}", wrong=wrong, employed=len(employed), content_grants=given)


@evidence(
    "STAFF-5",
    scope=INSTALLATION,
    counts=_("people put on the register by somebody who was not Management, of all"),
    how=_(
        "Each person on the register was put there by somebody who held the role Management at that moment, or by the "
        "operator at the server. The database itself writes who did it, and refuses everybody else."
    ),
)
def staff_5() -> Result:
    """Who was put on the register by whom."""
    staff = _staff()
    found = staff.figures
    return _result(staff, f"{found.strangers} / {found.added}", wrong=found.strangers)


@evidence(
    "STAFF-6",
    scope=INSTALLATION,
    counts=_("staff whose yearly consultation is overdue, of all staff"),
    how=_(
        "Everybody is asked once a year, with remarks of their own that are kept. The first is due twelve months after "
        "hiring, the next twelve months after the last."
    ),
)
def staff_6() -> Result:
    """Consultations done and due."""
    staff = _staff()
    last = [p.facts.current(p.day("consulted_on")) for p in staff.here]
    due = [
        months_after(day, YEAR) for p, done in zip(staff.here, last, strict=True) if (day := done or p.facts.hired_on)
    ]
    late = sum(1 for day in due if day < staff.today)
    oldest = min((day for day in last if day), default=None)
    return _result(
        staff, f"{late} / {len(staff.here)}", wrong=late, due=due,
        last_consultation=oldest.isoformat() if oldest else None,
    )  # fmt: skip


@evidence(
    "CONF-1",
    scope=INSTALLATION,
    counts=_("signed, of those who must have signed, leavers included"),
    how=_(
        "Everybody who has begun must have signed the newest version of the confidentiality rules within 14 days after "
        "it was published; who has left must have given the closing declaration within 14 days. Nobody gets in who has "
        "signed no version for this hiring."
    ),
)
def conf_1() -> Result:
    """Agreements and closing declarations."""
    staff = _staff()
    within = dt.timedelta(days=SIGN_WITHIN)
    waiting: list[dt.date] = []
    for person in staff.here:
        if not person.row["version_signed"] or person.facts.current(person.facts.signed_on) is None:
            published, hired = person.day("version_on"), person.facts.hired_on or staff.today
            waiting.append(max(hired, published + within) if published and person.facts.signed_on else hired)
    leaving = [
        left + within for p in staff.left
        if (left := p.day("left_on")) and (p.day("closing_on") or dt.date.min) < (p.facts.hired_on or left)
    ]  # fmt: skip
    late = sum(day < staff.today for day in [*waiting, *leaving])
    must = len(staff.here) + len(staff.left)
    signed = must - len(waiting) - len(leaving)
    return _result(
        staff, f"{signed} / {must}", wrong=late, due=[*waiting, *leaving], after_leaving=len(leaving)
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Devices:
    """Everything that is handed out on this day, and those of it whose people have left."""

    today: dt.date
    out: list[EntryFigure]
    left_behind: list[dt.date]  # the last day of who has not returned it

    def by(self, *asked: str) -> list[dt.date]:
        """For each, the day by which it must be stated anew that all of `asked` is so."""
        return [self._by(device, asked) for device in self.out]

    def wrong(self, *asked: str) -> int:
        """Of how many somebody has said that one of `asked` is not so."""
        return sum(any(device.values.get(key) == "no" for key in asked) for device in self.out)

    def confirmed(self, *asked: str) -> int:
        """Of how many all of `asked` was said to be so within the year."""
        told = [device for device in self.out if all(device.values.get(key) == "yes" for key in asked)]
        days = [months_after(day, YEAR) for device in told if (day := device.day("stated_on"))]
        return sum(day >= self.today for day in days)

    def _by(self, device: EntryFigure, asked: tuple[str, ...]) -> dt.date:
        stated = device.day("stated_on")
        if stated is not None and all(device.values.get(key) for key in asked):
            return months_after(stated, YEAR)
        return (device.day("handed_on") or device.added_on) + dt.timedelta(days=STATE_WITHIN)


def _devices() -> Devices:
    found, today = record_figures(), timezone.localdate()
    last = {str(e.id): e.day("left_on") for e in found.registers.get("staff", [])}
    kept = [e for e in found.entries(EQUIPMENT) if e.day("returned_on") is None]
    behind = [day for e in kept if (day := last.get(e.values.get("person", "")))]
    return Devices(today, [e for e in kept if last.get(e.values.get("person", "")) is None], behind)


def _of_devices(found: Devices, figure: str, *, wrong: int, due: list[dt.date], **sample: int) -> Result:
    """Never holds on an empty register: then it is due, and broken once a new installation's 30 days are over."""
    if not found.out and not found.left_behind:
        due = [queries.figures().gates_from + GRACE]
    return result(figure, today=found.today, wrong=wrong, due=due, devices=len(found.out), **sample)


@evidence(
    "DATA-4",
    scope=INSTALLATION,
    counts=_("devices that are confirmed to lock, of all that are handed out"),
    how=_(
        "Everything that is handed out to staff stands on the equipment register. Who has it must have stated within "
        "the last twelve months, and within 30 days after getting it, that it locks by itself after 5 minutes and is "
        "locked when left. A device of which somebody said no breaks the promise until it is mended and stated anew."
    ),
)
def data_4() -> Result:
    """Statements on locking."""
    found = _devices()
    figure = f"{found.confirmed('locks')} / {len(found.out)}"
    return _of_devices(found, figure, wrong=found.wrong("locks"), due=found.by("locks"))


@evidence(
    "EQUIP-1",
    scope=INSTALLATION,
    counts=_("devices that are confirmed to be encrypted and locked away, of all that are handed out"),
    how=_(
        "Who has a device must have stated within the last twelve months, and within 30 days after getting it, that "
        "its disk is encrypted, and where it is locked away. Who has left must have returned everything on the last "
        "day."
    ),
)
def equip_1() -> Result:
    """Statements on equipment, and what leavers have not returned."""
    found, asked = _devices(), ("encrypted", "locked_away")
    missing = sum(day < found.today for day in found.left_behind)
    return _of_devices(
        found, f"{found.confirmed(*asked)} / {len(found.out)}", wrong=found.wrong(*asked) + missing,
        due=[*found.by(*asked), *found.left_behind], devices_not_returned=missing,
        devices_unencrypted=found.wrong("encrypted"),
    )  # fmt: skip
