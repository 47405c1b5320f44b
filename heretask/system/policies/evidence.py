"""Measured: everybody has acknowledged the policies that stand, and the two sentences stand in the one on breaches."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from heretask.kernel.evidence.measuring import INSTALLATION, Result, evidence
from heretask.kernel.staff.eligibility import GRACE
from heretask.system.records.figures import Figures, VersionFigure, figures, result
from heretask.system.staff import queries as staff

from . import queries
from .declarations import BREACH, KIND, REMOTE, REVIEWS, Policy
from .policies import due_on


@dataclass(frozen=True, slots=True)
class Standing:
    """How one policy stands: its newest version, when it is to be reviewed, and who waits until when."""

    version: VersionFigure | None
    review_on: dt.date | None
    must: int
    waiting: list[dt.date]

    @property
    def acknowledged(self) -> int:
        """How many have acknowledged the newest version."""
        return self.must - len(self.waiting)


def standing(policy: Policy, found: Figures, today: dt.date) -> Standing:
    """The same that the pages show, from figures without words and names."""
    version = next((v for v in found.newest(KIND) if v.key == policy.document), None)
    here = set(found.staff_on(today))
    if version is None:
        return Standing(None, None, len(here), [])
    days = [
        day for r in found.entries(REVIEWS) if r.values["version"] == str(version.id) and (day := r.day("review_on"))
    ]
    hows = {(s.entry, s.how) for s in found.signatures if s.version == version.id}
    hired = {e.id: e.day("hired_on") or today for e in found.registers.get("staff", [])}
    waiting = [
        due_on(version.on_day, hired[one]) for one in here if not all((one, how) in hows for how in policy.needed)
    ]
    return Standing(version, max([version.review_on, *days]), len(here), waiting)


def _result(policy: Policy, found: Figures, *, wrong: int, **sample: object) -> Result:
    today = timezone.localdate()
    one = standing(policy, found, today)
    due: list[dt.date | None] = [one.review_on, *one.waiting]
    if one.version is None:
        due.append(staff.figures().gates_from + GRACE)  # a new installation has until then to publish it
    return result(
        f"{one.acknowledged if one.version else 0} / {one.must}", today=today, wrong=wrong, due=due,
        policy_version=one.version.number if one.version else 0,
        policy_overdue=sum(day < today for day in one.waiting), **sample,
    )  # fmt: skip


@evidence(
    "REMOTE-1",
    scope=INSTALLATION,
    counts=_("acknowledged, of those who must acknowledge"),
    how=_(
        "The policy on mobile equipment and remote work must be published, and the day of its review be to come. "
        "Everybody who works here must have acknowledged its newest version within 14 days after it was published, or "
        "after their first day. A new version asks anew, and who has left is not asked."
    ),
)
def remote_1() -> Result:
    """Acknowledgements of the policy on remote work."""
    return _result(REMOTE, figures(), wrong=0)


@evidence(
    "BREACH-2",
    scope=INSTALLATION,
    counts=_("acknowledged with both items, of those who must acknowledge"),
    how=_(
        "In the newest version of the policy on breaches must stand, as items of their own, what the consequences for "
        "staff are, and that breaches of the law go to the police. The database takes no version without them. "
        "Everybody acknowledges each of the two on its own, and the whole, within 14 days."
    ),
)
def breach_2() -> Result:
    """The two items, and who has acknowledged them."""
    found = figures()
    version = standing(BREACH, found, timezone.localdate()).version
    items = queries.item_figures().get(version.id, set()) if version else set()
    missing = len(BREACH.required) - len(items) if version else 0
    reports = sum(bool(e.values.get("police_on")) for e in found.registers.get("breach", []))
    return _result(BREACH, found, wrong=missing, policy_items=len(items), police_reports=reports)
