"""Reading requests: the supplier's own rows."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from heretask.kernel.access.roles import Management
from heretask.kernel.identity.models import User
from heretask.kernel.identity.people import assignments_now

from .asking import REPLACE
from .models import Approval


def _rows() -> QuerySet[Approval]:
    return Approval.objects.select_related("asked_by", "approved_by", "refused_by", "used_by")


def get(approval_id: UUID) -> Approval:
    """One request; raises Approval.DoesNotExist."""
    return _rows().get(id=approval_id)


def alive() -> list[Approval]:
    """Requests that can still be approved or carried out, the newest first."""
    return list(_rows().filter(used_at=None, refused_at=None, ends_at__gt=timezone.now()))


def over(most: int = 50) -> list[Approval]:
    """Requests that were carried out, refused, or came to their end, the newest first."""
    still = {one.id for one in alive()}
    return [one for one in _rows()[: most + len(still)] if one.id not in still][:most]


def pending(act: str, **parameters: str) -> Approval | None:
    """A living request of that kind with those parameters."""
    from .asking import parameters_of

    for one in alive():
        if one.act == act and parameters.items() <= parameters_of(one).items():
            return one
    return None


def waiting_for(user_id: UUID) -> list[Approval]:
    """What the other manager asked for and this one has not answered."""
    return [one for one in alive() if one.asked_by_id != user_id and one.approved_by_id is None]


def replacement() -> Approval | None:
    """The replacement of a manager that is under way."""
    return next((one for one in alive() if one.act == REPLACE), None)


def managers() -> list[User]:
    """Who holds the role Management now, whether their login is open or suspended."""
    ids = assignments_now().filter(role=Management.key).values_list("user_id", flat=True)
    return list(User.objects.filter(id__in=list(ids)))
