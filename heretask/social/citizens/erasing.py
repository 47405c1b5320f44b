"""What an erasure clears of a citizen's own row: sealed words, keyed hashes and the light; the row stays, marked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db.models import Q

from heretask.kernel.secrets import forgetting

from .models import Citizen, Light, Relation


def forget(alias: str, customer_id: UUID, subjects: Mapping[UUID, dt.datetime]) -> None:
    """Leave nothing of them but that they were here, and where."""
    for subject, at in subjects.items():
        Citizen.objects.using(alias).filter(customer_id=customer_id, id=subject).update(
            name=b"", cpr=b"", facts=b"", sealed_why=b"", cpr_hash=None, import_hash=None, light=Light.GREEN,
            active=False, moved_in=None, erased_at=at,
        )  # fmt: skip


def remembers(alias: str, customer_id: UUID, subjects: Sequence[UUID]) -> set[UUID]:
    """Those whose row is not marked."""
    rows = Citizen.objects.using(alias).filter(customer_id=customer_id, id__in=subjects)
    return set(rows.filter(Q(erased_at=None) | Q(cpr_hash__isnull=False)).values_list("id", flat=True))


def tell(subject: UUID) -> dict[str, int]:
    """Who works closely with them, which stays."""
    return {"relations": Relation.objects.filter(citizen_id=subject).count()}


forgetting.register("social.citizens", forget=forget, remembers=remembers, tell=tell)
