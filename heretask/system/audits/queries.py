"""Reading self-audits, and what must be mended after them and after the general meeting."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connections
from django.utils import timezone

from heretask.kernel.access.roles import Management
from heretask.kernel.evidence.promises import SECTIONS
from heretask.kernel.identity.models import User
from heretask.kernel.identity.people import assignments_now
from heretask.kernel.secrets.opening import open_text
from heretask.system.records import queries as records
from heretask.system.records.queries import Item, Standing

from .canonical import canonical, digest_of
from .declarations import FINDINGS, MENDING
from .models import COUNTERSIGNED, FINISHED, Audit, Conclusion, Showing, Step


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that must be mended: what, by whom, and how its duty stands."""

    item: Item
    standing: Standing | None

    @property
    def open(self) -> bool:
        """Whether it has not been mended."""
        return self.standing is None or self.standing.closing is None


@dataclass(slots=True)
class Seen:
    """One audit with everything concluded so far; the newest conclusion of a promise counts."""

    audit: Audit
    promises: dict[str, dict[str, Any]]
    conclusions: dict[str, Conclusion] = field(default_factory=dict)
    steps: dict[str, Step] = field(default_factory=dict)

    @property
    def left(self) -> int:
        """How many promises have no conclusion yet."""
        return len(self.promises.keys() - self.conclusions.keys())

    @property
    def finished(self) -> Step | None:
        """By whom and when it was finished."""
        return self.steps.get(FINISHED)

    @property
    def countersigned(self) -> Step | None:
        """By whom and when it was countersigned."""
        return self.steps.get(COUNTERSIGNED)

    @property
    def verdicts(self) -> Counter[str]:
        """How many promises have which conclusion."""
        return Counter(c.verdict for c in self.conclusions.values())

    @property
    def intact(self) -> bool:
        """Whether the frozen evidence is what its digest says."""
        return digest_of(self.audit.snapshot) == self.audit.digest

    def digest(self) -> str:
        """SHA-256 over the frozen evidence and every conclusion with its words: what is signed."""
        said = [
            [c.promise, c.verdict, open_text(c, "words"), str(c.done_by), c.done_at.isoformat()]
            for _id, c in sorted(self.conclusions.items())
        ]
        return digest_of(canonical({"snapshot": self.audit.digest, "conclusions": said}))


def audits() -> list[Seen]:
    """Every audit, the newest first; in three queries."""
    return _seen(list(Audit.objects.order_by("-done_at", "-id")))


def audit(audit_id: UUID) -> Seen:
    """One audit; raises Audit.DoesNotExist."""
    return _seen([Audit.objects.get(id=audit_id)])[0]


def _seen(rows: list[Audit]) -> list[Seen]:
    found = {}
    for row in rows:
        frozen = json.loads(row.snapshot)["promises"]
        found[row.id] = Seen(row, {one["id"]: one for one in frozen})
    for conclusion in Conclusion.objects.filter(audit_id__in=found).order_by("number"):
        found[conclusion.audit_id].conclusions[conclusion.promise] = conclusion
    for step in Step.objects.filter(audit_id__in=found):
        found[step.audit_id].steps[step.what] = step
    return list(found.values())


def history(audit_id: UUID) -> list[Conclusion]:
    """Every conclusion there ever was of an audit, the oldest first."""
    return list(Conclusion.objects.filter(audit_id=audit_id).order_by("done_at", "number"))


def shown_at(audit_id: UUID, section: int, person: UUID | None) -> dt.datetime | None:
    """When a section was last shown to somebody."""
    rows = Showing.objects.filter(audit_id=audit_id, section=section, done_by=person)
    return rows.order_by("-done_at").values_list("done_at", flat=True).first()


def section_of(promise: str) -> int:
    """The number of the section that a promise stands in."""
    return next(n for n, (_title, own) in enumerate(SECTIONS) if any(p.id == promise for p in own))


def findings(today: dt.date | None = None) -> list[Finding]:
    """Everything that was to be mended, what is due first."""
    items = records.items(FINDINGS)
    duties = records.standings([item.id for item in items], today or timezone.localdate())
    found = [Finding(item, next((s for s in duties[item.id] if s.rule is MENDING), None)) for item in items]
    return sorted(found, key=lambda one: (not one.open, one.standing.duty.due_on if one.standing else dt.date.min))


def open_findings() -> list[Finding]:
    """What is not mended yet: it stands on the next audit and before the next meeting."""
    return [one for one in findings() if one.open]


def people() -> dict[UUID, str]:
    """Who may be made responsible: everybody with a login, by name."""
    return {u.id: open_text(u, "name") for u in User.objects.filter(active=True).order_by("user_name")}


def managers() -> dict[UUID, str]:
    """Who holds the role Management today, by name."""
    held = assignments_now().filter(role=Management.key, user__active=True).select_related("user")
    return {a.user_id: open_text(a.user, "name") for a in held}


@dataclass(frozen=True, slots=True)
class AuditFigure:
    """One audit without a word: its days, whether it is intact, and how many promises have which conclusion."""

    begun_on: dt.date
    finished_on: dt.date | None
    read_on: dt.date | None
    intact: bool
    promises: int
    verdicts: dict[str, int]


def figures() -> list[AuditFigure]:
    """The supplier's audits, the oldest first; readable outside any customer by `ht.audit_figures()` alone."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select ht.audit_figures()")
        rows = json.loads(cursor.fetchone()[0])
    return [
        AuditFigure(
            dt.date.fromisoformat(row["begun_on"]), _day(row["finished_on"]), _day(row["read_on"]), row["intact"],
            row["promises"], row["verdicts"],
        )
        for row in rows
    ]  # fmt: skip


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
