"""Cases of breaches for tests: begun, with what is suspected, approved, told and received."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils import timezone

from heretask.system.breaches import actions, queries
from tests.cast import Member
from tests.work import work

if TYPE_CHECKING:
    from heretask.system.breaches.queries import Found
    from tests.management import Two

PARTS = {
    "da": {
        "nature": "En login blev brugt af en fremmed.", "consequences": "Oplysninger kan være set.",
        "measures": "Adgangen er lukket.", "advice": "Gå listen igennem.", "contact": "Grethe Vang, 12 34 56 78",
    },
    "en": {
        "nature": "A login was used by a stranger.", "consequences": "Data may have been seen.",
        "measures": "The access is closed.", "advice": "Go through the list.", "contact": "Grethe Vang, 12 34 56 78",
    },
}  # fmt: skip


def begun(manager: Member, *, exercise: bool = False, title: str = "En login blev brugt af en fremmed") -> UUID:
    """A case that was reported now."""
    with manager.inside() as by:
        made = actions.begin(title=title, exercise=exercise, by=by)
        actions.assess(queries.case(made.id), risk=True, text="Oplysninger kan være set.", by=by)
    return made.id


def suspected(
    manager: Member, case: UUID, scope: str, given: str, *, since: dt.datetime | None = None
) -> Found:  # fmt: skip
    """What is suspected, of the last day where nothing else is said, computed by the real job."""
    now = timezone.now()
    with manager.inside() as by:
        made, _job = actions.suspect(
            queries.case(case), scope=scope, given=given, since=since or now - dt.timedelta(days=1),
            until=now + dt.timedelta(minutes=5), by=by,
        )  # fmt: skip
    work()
    with manager.inside():
        return next(one for one in queries.findings(case) if one.id == made.id)


def approved(two: Two, scope: str, given: str, *, exercise: bool = False) -> tuple[UUID, Found]:
    """A case whose notices Grethe wrote and Henrik approved."""
    case = begun(two.grethe, exercise=exercise)
    found = suspected(two.grethe, case, scope, given)
    with two.grethe.inside() as by:
        made = actions.draft(queries.case(case), found, PARTS, by=by)
    with two.henrik.inside() as by:
        actions.approve(queries.case(case), made.digest, "", by=by)
    return case, found


def moved(case: UUID, hours: int) -> None:
    """As if it had been reported so many hours earlier; past every trigger."""
    from tests.system.world import sql

    sql(
        "update system_breaches_case set reported_at = reported_at - make_interval(hours => %s) where id = %s",
        hours, case,
    )  # fmt: skip
