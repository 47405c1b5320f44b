"""Measured: plans are agreed to within a year, and those that must be are tried within a year."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from heretask.kernel.evidence.measuring import INSTALLATION, Result, evidence
from heretask.kernel.periods import months_after
from heretask.kernel.staff.eligibility import GRACE
from heretask.system.records.figures import figures, open_days, result
from heretask.system.staff import queries as staff

from . import queries
from .declarations import ACTION, AGREE_WITHIN, AGREEMENTS, CUSTOMER, EXERCISES, KIND, PLANS, YEAR


@evidence(
    "CONT-1",
    scope=INSTALLATION,
    counts=_("plans agreed to by all who must, within a year"),
    how=_(
        "Each contingency plan must be published, and its newest version agreed to by name and date, by both managers "
        "and the hosting provider: within 30 days after it was published, and anew within twelve months. Customers' "
        "agreements are counted beside it."
    ),
)
def cont_1() -> Result:
    """Revisions and agreements of the plans."""
    found, today = figures(), timezone.localdate()
    newest = {v.key: v for v in found.newest(KIND)}
    agreements = found.entries(AGREEMENTS)
    due, agreed = [], []
    for plan in PLANS.values():
        version = newest.get(plan.document)
        if version is None:
            due.append(staff.figures().gates_from + GRACE)
            continue
        own = [
            (a.values["party"], a.values.get("person", ""), a.day("agreed_on"))
            for a in agreements
            if a.values["version"] == str(version.id)
        ]
        since = queries.agreed_since(own)
        due.append(months_after(since, YEAR) if since else version.on_day + AGREE_WITHIN)
        agreed += [since] if since and months_after(since, YEAR) >= today else []
    return result(
        f"{len(agreed)} / {len(PLANS)}", today=today, wrong=0, due=due,
        last_revision=max(v.on_day for v in newest.values()).isoformat() if newest else None,
        last_agreement=min(agreed).isoformat() if agreed else None,
        customers_agreed=sum(a.values["party"] == CUSTOMER for a in agreements),
    )  # fmt: skip


@evidence(
    "CONT-2",
    scope=INSTALLATION,
    counts=_("plans tried within a year, of those that must be"),
    how=_(
        "Each plan that must be tried needs an exercise that was begun, ended and concluded within twelve months; a "
        "restore on trial that passed counts for the plan about the server, and a breach in which a plan was worked by "
        "in earnest counts as an exercise of that plan. No action that an exercise led to may be "
        "overdue. The clock of the database says when an exercise began and ended."
    ),
)
def cont_2() -> Result:
    """Exercises, and what they led to."""
    found, today = figures(), timezone.localdate()
    held = queries.last_held(
        [(e.values["plan"], e.day("held_on")) for e in found.entries(EXERCISES) if e.day("concluded_on")]
    )
    must = [plan for plan in PLANS.values() if plan.exercised]
    due = [
        months_after(held[plan.slug], YEAR) if plan.slug in held else staff.figures().gates_from + GRACE
        for plan in must
    ]
    waiting = open_days(found.duties.get(ACTION.key, []))
    overdue = sum(day < today for day in waiting)
    tried = sum(plan.slug in held and months_after(held[plan.slug], YEAR) >= today for plan in must)
    return result(
        f"{tried} / {len(must)}", today=today, wrong=overdue, due=due,
        last_exercise=max(held.values()).isoformat() if held else None, open_actions=len(waiting),
        overdue_actions=overdue,
    )  # fmt: skip
