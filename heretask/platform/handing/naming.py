"""How the log calls what was handed over: by its sort and the number that stands on every page of it."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext as _

from heretask.kernel.log.naming import register
from heretask.platform.printing.sheets import label_of

from .models import Handing


def names(ids: Iterable[UUID]) -> dict[UUID, str]:
    """'document 7F3K-9Q2M (Journal)'."""
    rows = Handing.objects.filter(id__in=set(ids)).values_list("id", "number", "kind")
    return {
        own: _("document %(number)s (%(kind)s)") % {"number": number, "kind": label_of(kind)}
        for own, number, kind in rows
    }


register("handing", names)
