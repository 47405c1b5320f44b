"""A guest's list: relations of their own kind, until the invitation is over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from django.db.models.functions import Now

from heretask.kernel.access import guests
from heretask.kernel.log import record
from heretask.social.citizens import events
from heretask.social.citizens.models import Citizen, Relation, RelationKind
from heretask.social.citizens.queries import reaching


def put(user_id: UUID, citizens: Iterable[UUID], ends_at: dt.datetime) -> int:
    """Put citizens on the list; nobody who is sealed or erased, and nobody twice."""
    known = Citizen.objects.filter(id__in=list(citizens), sealed=False, erased_at=None).values_list("id", flat=True)
    new = set(known) - scope(user_id)
    for citizen in sorted(new):
        Relation.objects.create(citizen_id=citizen, user_id=user_id, kind=RelationKind.GUEST, ends_at=ends_at)
        record(
            events.RELATION_GIVEN, citizen=citizen, on=("user", user_id), changed=["relation"],
            variables={"relation": str(RelationKind.GUEST), "until": ends_at.isoformat(timespec="minutes")},
        )  # fmt: skip
    return len(new)


def take(user_id: UUID, citizen: UUID | None = None) -> int:
    """End the relations of the list, or of one citizen on it."""
    rows = Relation.objects.filter(user_id=user_id, kind=RelationKind.GUEST, ended_at=None)
    if citizen:
        rows = rows.filter(citizen_id=citizen)
    ended = list(rows.values_list("citizen_id", flat=True))
    rows.update(ended_at=Now())
    for one in ended:
        record(
            events.RELATION_ENDED, citizen=one, on=("user", user_id), changed=["relation"],
            variables={"before": str(RelationKind.GUEST), "after": "-"},
        )  # fmt: skip
    return len(ended)


def scope(user_id: UUID) -> set[UUID]:
    """Whom the guest reaches now."""
    rows = reaching().filter(user_id=user_id, kind=RelationKind.GUEST, citizen__erased_at=None)
    return set(rows.values_list("citizen_id", flat=True))


guests.register(put=put, take=take, scope=scope)
