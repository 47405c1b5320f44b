"""What an auditor draws a sample from: decisions in access reviews."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from heretask.kernel.access.decide import Actor
from heretask.kernel.access.permissions import Permission
from heretask.kernel.evidence.populations import Line, Period, between, population
from heretask.kernel.identity.people import names_of

from .models import Decision

DECIDED = {"keep": _("It stays"), "remove": _("Taken away"), "deadline": _("Taken away at the deadline")}


@population(
    "decisions", _("Decisions in access reviews"), promises=("ACCESS-2",), permission=Permission.ADMIN_REVIEWS_RUN,
    find=lambda period, most: between(Decision.objects.all(), "made_at", period, most),
)  # fmt: skip
def decisions(ids: Collection[UUID], _period: Period, _by: Actor) -> list[Line]:
    """Whose right it was, which, and what was decided."""
    found = list(Decision.objects.filter(id__in=ids).select_related("item"))
    names = names_of(one.about for one in found)
    return [
        Line(
            one.id, one.made_at, f"{names.get(one.about, '')} · {one.item.label} · {DECIDED[one.what]}",
            reverse("admin.reviews_right", args=[one.item_id]),
        )
        for one in found
    ]  # fmt: skip
