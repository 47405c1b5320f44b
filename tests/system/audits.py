"""A self-audit and minutes of which everything holds: made by two managers, as they would."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.utils import timezone

from heretask.kernel.evidence.measuring import MEASURES, State, measure
from heretask.kernel.evidence.promises import SECTIONS
from heretask.system.audits import actions, holding, queries
from heretask.system.audits.actions import Mend, Said
from heretask.system.audits.declarations import KEEPS, UNASSESSED
from heretask.system.audits.holding import Filled
from tests.cast import Member


def audited(grethe: Member, henrik: Member) -> None:
    """The year's self-audit and minutes are there, unless they are already."""
    if measure(MEASURES["REVIEW-1"])[0].state != State.HOLDS:
        begun = begun_by(grethe)
        for number in range(len(SECTIONS)):
            concluded(grethe, begun, number)
        with grethe.inside() as by:
            actions.finish(begun, by=by)
        with henrik.inside() as by:
            actions.countersign(begun, by=by)
    if measure(MEASURES["REVIEW-2"])[0].state != State.HOLDS:
        with grethe.inside() as by:
            version = holding.begin(meeting_on=timezone.localdate(), by=by)
        for member in (grethe, henrik):
            with member.inside() as by:
                holding.sign(version.document_id, version_id=version.id, by=by)


def begun_by(member: Member) -> UUID:
    """A self-audit is begun."""
    with member.inside() as by:
        return actions.begin(customer=member.customer, by=by).id


def concluded(member: Member, audit: UUID, number: int, *said: Said) -> None:
    """A section is opened, and each promise of it gets a conclusion."""
    with member.inside() as by:
        seen = actions.see_section(audit, number, by=by)
        named = {one.promise for one in said}
        rest = [p.id for p in SECTIONS[number][1] if p.id not in named]
        given = [
            Said(id_, KEEPS) if seen.promises[id_]["state"] == "ok" else Said(id_, UNASSESSED, "Er ikke målt endnu")
            for id_ in rest
        ]
        actions.conclude(audit, number, [*said, *given], rest_keeps=False, by=by)


def to_mend(member: Member, days: int = 30) -> Mend:
    """Something that this member mends."""
    return Mend("Skift kortlæseren ud", member.user.id, timezone.localdate() + dt.timedelta(days=days))


def filled(*members: Member, **more: object) -> Filled:
    """What a meeting wrote down."""
    return Filled([member.name for member in members], **more)  # type: ignore[arg-type]


def forget() -> None:
    """As before anything was audited: other tests' audits and minutes are put aside."""
    from tests.system.world import sql

    for table in ("step", "conclusion", "showing", "audit"):
        sql(f"delete from system_audits_{table}")
    sql("update system_records_document set kind = 'aside' where kind = 'minutes'")
    sql("update system_records_duty set rule = 'aside' where rule like 'audits.%%' or rule = 'registers.meeting'")


def open_ones() -> list[queries.Finding]:
    """What is to be mended; inside a session."""
    return queries.open_findings()
