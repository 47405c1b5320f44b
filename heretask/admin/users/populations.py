"""What an auditor draws a sample from: logins that were made, and roles that were given."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from heretask.kernel.access.decide import Actor
from heretask.kernel.access.models import Assignment
from heretask.kernel.access.permissions import Permission
from heretask.kernel.evidence.populations import Line, Period, between, population
from heretask.kernel.identity.models import User
from heretask.kernel.identity.people import names_of


@population(
    "logins", _("Logins that were made"), promises=("LOGIN-1", "DATA-2"), permission=Permission.ADMIN_USERS_CHANGE,
    find=lambda period, most: between(User.objects.all(), "made_at", period, most),
)  # fmt: skip
def logins(ids: Collection[UUID], _period: Period, _by: Actor) -> list[Line]:
    """Whose each login is."""
    names = names_of(ids)
    return [
        Line(user.id, user.made_at, f"{names[user.id]} ({user.user_name})", reverse("admin.users_one", args=[user.id]))
        for user in User.objects.filter(id__in=ids)
    ]


@population(
    "roles", _("Roles that were given"), promises=("ACCESS-1", "ORG-3"), permission=Permission.ADMIN_USERS_CHANGE,
    find=lambda period, most: between(Assignment.objects.all(), "made_at", period, most),
)  # fmt: skip
def roles(ids: Collection[UUID], _period: Period, _by: Actor) -> list[Line]:
    """Who was given which role, where."""
    found = list(Assignment.objects.filter(id__in=ids).select_related("own", "unit"))
    names = names_of(one.user_id for one in found)
    return [
        Line(
            one.id, one.made_at,
            " · ".join(filter(None, (names[one.user_id], _role(one), one.unit.name if one.unit else ""))),
            reverse("admin.users_one", args=[one.user_id]),
        )
        for one in found
    ]  # fmt: skip


def _role(one: Assignment) -> str:
    known = one.is_role
    return str(known.label) if known else one.role
