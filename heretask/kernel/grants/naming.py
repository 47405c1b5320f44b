"""How a grant is called in sentences of the log."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from heretask.kernel.log import naming

from .models import Grant


def names_of(ids: Iterable[UUID]) -> dict[UUID, str]:
    """The case number of each."""
    return dict(Grant.objects.filter(id__in=set(ids)).values_list("id", "case_number"))


naming.register("grant", names_of)
