"""How the log calls a paper: by its sort and the number that is printed on it."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext as _

from heretask.kernel.log.naming import register

from .models import Paper
from .sheets import label_of


def names(ids: Iterable[UUID]) -> dict[UUID, str]:
    """'paper 7F3K-9Q2M (Journal)'."""
    rows = Paper.objects.filter(id__in=set(ids)).values_list("id", "number", "kind")
    return {
        own: _("paper %(number)s (%(kind)s)") % {"number": number, "kind": label_of(kind)} for own, number, kind in rows
    }


register("paper", names)
