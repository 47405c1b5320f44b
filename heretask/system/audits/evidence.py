"""Measured: that we audit ourselves every year, mend what was found, and that minutes document it (REVIEW).

Over the installation, and published to every customer: dates and counts, no words.
"""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from heretask.kernel.evidence.measuring import INSTALLATION, Result, State, evidence
from heretask.kernel.periods import months_after
from heretask.kernel.staff.eligibility import GRACE
from heretask.system.records import figures as records
from heretask.system.records.figures import Figures, VersionFigure
from heretask.system.records.rules import Rule
from heretask.system.staff import queries as staff

from . import queries
from .declarations import AUDIT, FAILS, KEEPS, MEETING_HELD, MENDING, MINUTES, REMARK, UNASSESSED


def first_due(figures: Figures, rule: Rule) -> dt.date:
    """By when the first of a yearly duty must be done: as the annual wheel planned it, or 30 days after we began."""
    planned = [d.due_on for d in figures.duties.get(rule.key, []) if d.done_on is None]
    return min(planned, default=staff.figures().gates_from + GRACE)


@evidence(
    "REVIEW-1",
    scope=INSTALLATION,
    counts=_("promises that were found not kept, of all that the last self-audit concluded on"),
    how=_(
        "The last self-audit must be at most twelve months old: finished by one manager with a conclusion on each "
        "promise, and countersigned by the other on the same digest. What it had frozen must still be what its digest "
        "says. What was found not kept has somebody responsible and a day; none may be past its day. A new "
        "installation has until the day that its annual wheel says."
    ),
)
def review_1() -> Result:
    """The last self-audit, what came of it, and what is not mended."""
    today, figures, audits = timezone.localdate(), records.figures(), queries.figures()
    done = [one for one in audits if one.read_on]
    last = max(done, key=lambda one: one.read_on or dt.date.min, default=None)
    mending = records.open_days(figures.duties.get(MENDING.key, []))
    late = sum(day < today for day in mending)
    changed = sum(not one.intact for one in audits)
    verdicts = last.verdicts if last else {}
    due = months_after(last.read_on, 12) if last and last.read_on else first_due(figures, AUDIT)
    return records.result(
        f"{verdicts.get(FAILS, 0)} / {sum(verdicts.values())}", today=today, wrong=late + changed, due=[due, *mending],
        last_audit=last.read_on.isoformat() if last and last.read_on else None,
        audit_keeps=verdicts.get(KEEPS, 0) + verdicts.get(REMARK, 0), audit_fails=verdicts.get(FAILS, 0),
        audit_unassessed=verdicts.get(UNASSESSED, 0), findings_open=len(mending), findings_late=late,
        audits_changed=changed,
    ) if last else _first(due, today, late + changed)  # fmt: skip


def _first(due: dt.date, today: dt.date, wrong: int) -> Result:
    """Nothing has been done yet: due until its first day, whenever that is, and broken from then on."""
    if wrong or due < today:
        return Result(State.BROKEN, "0", {"due_on": due.isoformat()})
    return Result(State.DUE, "0", {"due_on": due.isoformat()})


@evidence(
    "REVIEW-2",
    scope=INSTALLATION,
    counts=_("signatures of the same version under the newest minutes, of two"),
    how=_(
        "The newest minutes of a general meeting that both managers signed must be at most twelve months old. Both "
        "signatures must stand under the same version, and no newer version may follow it. A new installation has "
        "until the day that its annual wheel says."
    ),
)
def review_2() -> Result:
    """The last minutes that both managers signed."""
    today, figures = timezone.localdate(), records.figures()
    newest = figures.newest(MINUTES)
    signed = [(version, day) for version in newest if (day := _signed_on(figures, version))]
    last = max((day for _version, day in signed), default=None)
    if last is None:
        return _first(first_due(figures, MEETING_HELD), today, 0)
    waiting = [version for version in newest if not _signed_on(figures, version)]
    return records.result(
        "2 / 2", today=today, wrong=0, due=[months_after(last, 12)], last_minutes=last.isoformat(),
        minutes_signed=len(signed), minutes_waiting=len(waiting),
    )  # fmt: skip


def _signed_on(figures: Figures, version: VersionFigure) -> dt.date | None:
    """The day on which the second person signed that very version."""
    found = {s.entry: s.signed_on for s in figures.signatures if s.version == version.id}
    return max(found.values()) if len(found) > 1 else None
