"""Who may come in the place of a manager."""

from __future__ import annotations

from heretask.kernel.access.roles import Management
from heretask.kernel.identity.models import User
from heretask.kernel.identity.people import assignments_now


def newcomers() -> list[User]:
    """The supplier's people with an open login who are not managers."""
    managers = assignments_now().filter(role=Management.key).values_list("user_id", flat=True)
    return list(User.objects.filter(active=True).exclude(id__in=list(managers)))
