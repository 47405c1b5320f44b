"""What Admin may ask about citizens without knowing them: who reaches how many, and what still lives in a unit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import ngettext

from heretask.kernel.access import reach
from heretask.kernel.access.decide import Actor, decide, may
from heretask.kernel.access.permissions import Permission
from heretask.kernel.tenancy.occupancy import occupies

from .models import Citizen
from .queries import citizens, citizens_for, names_by_id


def in_use() -> Iterable[Citizen]:
    """Every citizen who is there, closed, with what a decision about them needs; one query."""
    return citizens().filter(active=True, erased_at=None)


def one(citizen_id: UUID) -> Citizen | None:
    """A citizen, closed."""
    return citizens().filter(id=citizen_id, erased_at=None).first()


def askable(by: Actor) -> list[UUID]:
    """Whom `by` may ask about by name: those they work with; for who reads the log, all but the sealed."""
    everybody = may(by, Permission.ADMIN_LOG_READ)
    return [
        citizen.id for citizen in in_use()
        if (everybody and not citizen.sealed) or decide(by, Permission.SOCIAL_CITIZENS_SEE, citizen).allowed
    ]  # fmt: skip


def citizens_in(units: Iterable[UUID]) -> dict[UUID, int]:
    """How many citizens live in each of these units."""
    rows = Citizen.objects.filter(unit_id__in=list(units), active=True, erased_at=None)
    return dict(Counter(rows.values_list("unit_id", flat=True)))


def words(count: int) -> str:
    """'3 citizens'."""
    return ngettext("%(count)d citizen who lives there", "%(count)d citizens who live there", count) % {"count": count}


def some(ids: Iterable[UUID]) -> dict[UUID, Citizen]:
    """Several citizens, closed, with what a decision about them needs, those who have moved out too; one query."""
    return {citizen.id: citizen for citizen in citizens().filter(id__in=set(ids), erased_at=None)}


def mine(by: Actor, permission: Permission) -> list[UUID]:
    """Those whom `by` works with, closed."""
    return [citizen.id for citizen in citizens_for(by, permission)]


reach.register(reach.Subjects(in_use, one, askable, mine, names_by_id, some))
occupies("citizens", citizens_in, words)
