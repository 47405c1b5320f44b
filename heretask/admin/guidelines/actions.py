"""Trying and changing a customer's guidelines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connections
from django.utils.translation import gettext as _

from heretask.kernel.access.decide import Actor, check
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.identity.people import names_of
from heretask.kernel.log import record
from heretask.kernel.secrets.opening import seal
from heretask.kernel.tenancy.events import GUIDELINE_CHANGED
from heretask.kernel.tenancy.guidelines import Guidelines
from heretask.kernel.tenancy.models import GuidelineChange

from . import events, policies, queries
from .queries import OUT, Met

NAMES_SHOWN = 30


@dataclass(frozen=True, slots=True)
class Tried:
    """Whom a change would meet now: who is out, with names, and how many must give more at their next sign-in."""

    out: list[str]
    out_count: int
    oneself: bool
    unplaced: int
    passwords: int
    factors: int
    accepted_anew: list[str]


def try_guidelines(wanted: Guidelines, accepted_by: str, reason: str, *, by: Actor) -> Tried:
    """Whom a change would meet, computed by what enforces it; nothing is changed. Refused as the change would be."""
    check(by, P.ADMIN_GUIDELINES_CHANGE)
    before = queries.guidelines()
    met = _checked(before, wanted, accepted_by, reason)
    out = _out(met) - _out(queries.met_by(before))
    names = names_of(sorted(out)[:NAMES_SHOWN])
    record(events.TRIED, hits=len(out), shown=names.keys())
    return Tried(
        sorted(names.values()), len(out), by.user_id in out, _count(met, "unplaced"),
        _count(met, "password") if wanted.password_length > before.password_length else 0,
        _count(met, "factor") if not before.second_factor else 0, policies.accepted_anew(before, wanted),
    )  # fmt: skip


def change_guidelines(wanted: Guidelines, accepted_by: str, reason: str, *, by: Actor) -> None:
    """Choose new guidelines; each change stands in the history, below a default with who accepted it and why."""
    check(by, P.ADMIN_GUIDELINES_CHANGE)
    before = queries.guidelines()
    met = _checked(before, wanted, accepted_by, reason)
    policies.check_is_not_oneself(_out(met), by.user_id)
    anew = policies.accepted_anew(before, wanted)
    for name in dict.fromkeys([*wanted.changed_from(before), *anew]):
        row = GuidelineChange(
            setting=name, before=before.told[name], after=wanted.told[name], deviation=name in wanted.deviations,
            user_id=by.user_id, customer_id=by.customer_id,
        )  # fmt: skip
        if name in anew:
            seal(row, accepted_by=accepted_by.strip()[:120], reason=reason.strip()[:500])
        row.save(force_insert=True)
        why = {"why": reason.strip()[:500]} if name in anew else {}
        told = {"setting": name, "before": before.told[name], "after": wanted.told[name], **why}
        record(GUIDELINE_CHANGED, on=("guideline", row.id), changed=[name], variables=told)
    values: list[Any] = [wanted.password_length, wanted.second_factor, wanted.idle_seconds]
    with connections["default"].cursor() as cursor:  # the database asks once more
        cursor.execute(
            "select ht.set_guidelines(%s, %s, %s, %s::time, %s::time, %s, %s::text[])",
            [*values, *queries.where_and_when(wanted)],
        )


def _checked(before: Guidelines, wanted: Guidelines, accepted_by: str, reason: str) -> list[Met]:
    policies.check_whole(wanted)
    policies.check_changed(before, wanted)
    policies.check_accepted(before, wanted, accepted_by, reason)
    met = queries.met_by(wanted)
    unsure: set[UUID] = {one.user_id for one in met if one.why in (*OUT, "unplaced")}
    policies.check_somebody_governs(queries.governors(), unsure)
    return met


def _out(met: list[Met]) -> set[UUID]:
    return {one.user_id for one in met if one.why in OUT}


def _count(met: list[Met], why: str) -> int:
    return len({one.user_id for one in met if one.why == why})


def nobody() -> str:
    """What stands where the operator at the server changed something."""
    return _("The operator at the server")
