"""Measured: that the employed reach the source code, and that what runs was released by Management.

Over the installation, and published to every customer: commits, counts and versions, no names.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from heretask.kernel.evidence.measuring import INSTALLATION, Result, State, evidence

from . import queries

FIRST = dt.timedelta(days=30)  # from the installation to its first approved release


@evidence(
    "SOURCE-1",
    scope=INSTALLATION,
    counts=_("employed logins that may fetch the source code, of all"),
    how=_(
        "The commit that runs must be a release that somebody of Management approved. The files that run are "
        "compared with the archive of that release, which must lie there with its bill of materials. Every "
        "employed login must have the right to fetch both, and no role with that right may reach citizens. A new "
        "installation has 30 days for its first approval."
    ),
)
def source_1() -> Result:
    """Employed logins with access, and the release that runs."""
    facts = queries.facts()
    without, mixed = len(facts.employees) - facts.with_access, queries.mixed_roles()
    sample: dict[str, Any] = {
        "commit": facts.running.commit[:12] or "?", "released": facts.release is not None,
        "release_version": facts.release["version"] if facts.release else None,
        "same_code": facts.same_code, "release_kept": facts.kept,
        "components": facts.release["components"] if facts.release else 0, "mixed_roles": mixed,
    }  # fmt: skip
    state = State.HOLDS if facts.may_run and facts.kept and sample["components"] else State.BROKEN
    last = facts.since + FIRST
    if not facts.approved and timezone.now() < last:
        state = State.DUE
        sample["due_on"] = timezone.localdate(last).isoformat()
    if without or mixed:
        state = State.BROKEN
    return Result(state, f"{facts.with_access} / {len(facts.employees)}", sample)
