"""What an auditor draws a sample from: what the supplier asked for."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from heretask.kernel.access.decide import Actor
from heretask.kernel.access.permissions import Permission
from heretask.kernel.evidence.populations import Line, Period, between, population
from heretask.kernel.grants.models import Grant, GrantScope


@population(
    "grants", _("Requests of the supplier for access"), promises=("ACCESS-3", "ORG-2"),
    permission=Permission.ADMIN_ACCESS_ANSWER,
    find=lambda period, most: between(Grant.objects.all(), "asked_at", period, most),
)  # fmt: skip
def grants(ids: Collection[UUID], _period: Period, _by: Actor) -> list[Line]:
    """Who asked for how much, under which case number."""
    return [
        Line(
            one.id, one.asked_at, f"{one.asked_name} · {GrantScope(one.scope).label} · {one.case_number}",
            reverse("admin.grants_one", args=[one.id]),
        )
        for one in Grant.objects.filter(id__in=ids)
    ]  # fmt: skip
