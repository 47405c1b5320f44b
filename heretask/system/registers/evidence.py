"""Measured: risks are reviewed, subcontractors assessed, their differences decided, the data centre shown to be safe.

Over the installation, and published to every customer: dates, choices and counts of the records, no word and no name.
A new installation has 30 days to fill its registers, and a year for what comes once a year.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from heretask.kernel.evidence.measuring import INSTALLATION, Result, State, evidence
from heretask.kernel.periods import months_after
from heretask.kernel.staff.eligibility import GRACE
from heretask.system.records.figures import DutyFigure, EntryFigure, Figures, figures, result
from heretask.system.records.rules import Rule
from heretask.system.staff import queries as staff

from . import declarations as d
from . import levels
from .countries import is_outside


@dataclass(frozen=True, slots=True)
class Known:
    """What the records say on this day, and since when the installation must keep them."""

    figures: Figures
    today: dt.date
    since: dt.date

    @property
    def filled_by(self) -> dt.date:
        """Until when a register of a new installation may be empty."""
        return self.since + GRACE

    def next_due(self, rule: Rule) -> dt.date:
        """The day of a rule's newest duty; where the year has planned none, a year after the last or the beginning."""
        planned = self.figures.duties.get(rule.key, [])
        if planned and planned[-1].done_on is None:
            return planned[-1].due_on
        last = self.figures.last_done(rule)
        return months_after(last.done_on if last and last.done_on else self.since, d.YEAR)

    def of(self, entries: Iterable[EntryFigure], ends: str) -> list[EntryFigure]:
        """Those that have not been put aside."""
        return [e for e in entries if not e.values.get(ends)]


def _known() -> Known:
    return Known(figures(), timezone.localdate(), staff.figures().gates_from)


def _result(
    known: Known, figure: str, *, wrong: int, due: Iterable[dt.date | None] = (),
    waiting: Iterable[dt.date] = (), **sample: Any,
) -> Result:  # fmt: skip
    """As the records say it; but with something that is not there yet, never more than due."""
    missing = list(waiting)
    found = result(figure, today=known.today, wrong=wrong, due=[*due, *missing], **sample)
    if missing and found.state == State.HOLDS:
        return Result(State.DUE, figure, {**sample, "due_on": min(missing).isoformat()})
    return found


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


def _done(found: DutyFigure | None) -> dt.date | None:
    return found.done_on if found else None


@evidence(
    "PROT-2",
    scope=INSTALLATION,
    counts=_("day of the last review at a general meeting"),
    how=_(
        "Once a year the general meeting reviews security and risks. The duty closes by the signed minutes alone, "
        "never by a word. Until a new installation has had its first one it is due, for a year at most."
    ),
)
def prot_2() -> Result:
    """The last review at a general meeting."""
    known = _known()
    last = known.figures.last_done(d.MEETING)
    due = known.next_due(d.MEETING)
    risks = known.of(known.figures.entries(d.RISKS), "closed_on")
    return _result(
        known, _iso(_done(last)) or "-", wrong=0, due=[due], waiting=[] if last else [due],
        meeting_minutes=last.reference.partition(":")[2] if last else None, risks=len(risks),
    )  # fmt: skip


@evidence(
    "PROT-3",
    scope=INSTALLATION,
    counts=_("risks that nobody has looked at in time, of all"),
    how=_(
        "Each risk has a day by which it is looked at again. Once a year all of them are, and it is answered whether "
        "monitoring is still enough, with the planted faults that were found; numbers by hand are shown as declared. "
        "Levels are likelihood times consequence, the worse of the citizen's and ours, with treatment."
    ),
)
def prot_3() -> Result:
    """Risks by level, and the last answer on monitoring."""
    known = _known()
    risks = known.of(known.figures.entries(d.RISKS), "closed_on")
    late = sum((r.day("review_on") or dt.date.min) < known.today for r in risks)
    counts = Counter(place.level for r in risks if (place := levels.after(r.values)))
    answers = sorted(known.figures.entries(d.MONITORING), key=lambda a: a.values.get("asked_on", ""))
    last = answers[-1].values if answers else {}
    empty = [] if risks else [known.filled_by]
    unlooked = [r.day("review_on") or known.today for r in risks if not r.day("looked_on")]
    review = known.next_due(d.REVIEW)
    return _result(
        known, f"{late} / {len(risks)}", wrong=late, due=[review],
        waiting=[*empty, *unlooked, *([] if answers else [review])],
        risk_levels={level: counts[level] for level in levels.LEVELS}, monitoring_on=last.get("asked_on"),
        monitoring_enough=last.get("enough"), monitoring_source=last.get("source"),
        faults_found=f"{last['found']} / {last['planted']}" if last else None,
    )  # fmt: skip


def _helpers(known: Known) -> list[EntryFigure]:
    return known.of(known.figures.entries(d.SUBCONTRACTORS), "ended_on")


@evidence(
    "SUB-1",
    scope=INSTALLATION,
    counts=_("subcontractors whose assessment is overdue or whose agreement is missing or expired, of all"),
    how=_(
        "A subcontractor is assessed within 30 days after it was added, and then every year; another service, other "
        "data, another country or agreement asks for a new assessment within 30 days. Whoever has personal data must "
        "have a data processing agreement that has not expired."
    ),
)
def sub_1() -> Result:
    """Assessments that are overdue, and agreements."""
    known = _known()
    helpers = _helpers(known)
    newest = {duty.entry: duty for duty in known.figures.duties.get(d.ASSESSMENT.key, [])}
    due = {
        one.id: duty.due_on
        if (duty := newest.get(one.id)) is not None and duty.done_on is None
        else one.added_on + dt.timedelta(days=d.GRACE)
        for one in helpers
    }
    assessed = {x.entry for x in known.figures.duties.get(d.ASSESSMENT.key, []) if x.done_on}
    late = {id_ for id_, day in due.items() if day < known.today}
    bare = {one.id for one in helpers if _without_agreement(one, known.today)}
    waiting = [] if helpers else [known.filled_by]
    waiting += [day for id_, day in due.items() if id_ not in assessed]
    return _result(
        known, f"{len(late | bare)} / {len(helpers)}", wrong=len(late | bare), due=due.values(), waiting=waiting,
        without_agreement=len(bare), outside_eu=sum(is_outside(one.values.get("country", "")) for one in helpers),
    )  # fmt: skip


def _without_agreement(one: EntryFigure, today: dt.date) -> bool:
    personal = set(one.values.get("data", "").split(",")) - {"none", ""}
    expires = one.day("expires_on")
    return bool(personal and one.values.get("processor") != "yes") or (expires is not None and expires < today)


@evidence(
    "SUB-2",
    scope=INSTALLATION,
    counts=_("differences from our promises that nobody has decided on, of all differences"),
    how=_(
        "Which promises concern a subcontractor follows from its kind of service. For each it is written down whether "
        "their requirement is the same; where it differs, one of Management accepts it or not, by name. Answers and "
        "decisions are due 30 days after the subcontractor or the difference was written down. One that was not "
        "accepted counts as open."
    ),
)
def sub_2() -> Result:
    """Differences that are open."""
    known = _known()
    helpers = _helpers(known)
    answers = {(UUID(a.values["subcontractor"]), a.values["promise"]): a for a in known.figures.entries(d.REQUIREMENTS)}
    missing: list[dt.date] = []
    undecided: list[dt.date] = []
    differences = refused = 0
    for one in helpers:
        for promise in d.CONCERNS[one.values["kind"]]:
            answer = answers.get((one.id, promise))
            if answer is None:
                missing.append(max(one.added_on, known.since) + dt.timedelta(days=d.GRACE))
            elif answer.values.get("answer") == d.DIFFERS:
                differences += 1
                refused += answer.values.get("decision") == d.REFUSED
                if not answer.values.get("decision"):
                    undecided.append((answer.day("open_since") or answer.added_on) + dt.timedelta(days=d.GRACE))
    empty = [] if helpers else [known.filled_by]
    return _result(
        known, f"{len(undecided) + refused} / {differences}", wrong=refused,
        due=[known.next_due(d.REQUIREMENTS_REVIEW)], waiting=[*empty, *missing, *undecided],
        requirements_missing=len(missing), requirements_refused=refused,
    )  # fmt: skip


@evidence(
    "PHYS-1",
    scope=INSTALLATION,
    counts=_("controls of the data centre with evidence that counts, of all"),
    how=_(
        "For key cards, visitors, entries, alarm, fire, power, cooling and disposal it is written down which "
        "subcontractor answers for it and which evidence was received, until when it counts. Once a year we state that "
        "none of us has physical access."
    ),
)
def phys_1() -> Result:
    """Controls that are shown, and the yearly statement."""
    known = _known()
    until: dict[str, dt.date] = {}
    for one in known.figures.entries(d.PHYSICAL):
        control, day = one.values["control"], one.day("valid_until") or dt.date.min
        until[control] = max(day, until.get(control, dt.date.min))
    missing = [key for key, _word in d.CONTROLS if key not in until]
    shown = sum(day >= known.today for day in until.values())
    stated = known.figures.last_done(d.NO_ACCESS)
    due = known.next_due(d.NO_ACCESS)
    return _result(
        known, f"{shown} / {len(d.CONTROLS)}", wrong=0, due=[*until.values(), due],
        waiting=[*([known.filled_by] if missing else []), *([] if stated else [due])],
        controls_missing=missing, no_access_stated=_iso(_done(stated)),
    )  # fmt: skip


@evidence(
    "PHYS-2",
    scope=INSTALLATION,
    counts=_("day of the provider's newest assessment of its physical risks"),
    how=_(
        "The hosting provider assesses its physical risks itself. What it sent is kept with its date; it must be of "
        "the last year. A new installation has a year to receive the first."
    ),
)
def phys_2() -> Result:
    """The provider's newest assessment."""
    known = _known()
    dated = [
        day for r in known.figures.entries(d.REPORTS)
        if r.values.get("kind") == d.PHYSICAL_RISKS and (day := r.day("dated_on"))
    ]  # fmt: skip
    newest = max(dated, default=None)
    due = months_after(newest, d.YEAR) if newest else months_after(known.since, d.YEAR)
    return _result(
        known, _iso(newest) or "-", wrong=0, due=[due, known.next_due(d.PHYSICAL_ASSESSMENT)],
        waiting=[] if newest else [due], assessments=len(dated),
    )  # fmt: skip
