"""What continuity puts into My duties: actions after exercises that one answers for."""

from __future__ import annotations

from heretask.system.staff.duties import OwnDuty, own_duties
from heretask.system.staff.queries import Member

from . import presenters, queries


@own_duties
def to_mend(member: Member) -> list[OwnDuty]:
    """Open actions of this member of staff."""
    return [OwnDuty(**presenters.own_line(item, standing)) for item, standing in queries.own_actions(member.item.id)]
