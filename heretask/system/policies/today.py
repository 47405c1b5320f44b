"""What policies put on the start page and into My duties: what one has to read and acknowledge."""

from __future__ import annotations

from django.utils import timezone

from heretask.system.staff.duties import OwnDuty, own_duties
from heretask.system.staff.queries import Member

from . import presenters, queries


@own_duties
def to_acknowledge(member: Member) -> list[OwnDuty]:
    """Each policy whose newest version this member of staff has not acknowledged."""
    waiting = queries.own_waiting(member.item, timezone.localdate())
    return [OwnDuty(**presenters.own_line(policy, reader)) for policy, reader in waiting]
