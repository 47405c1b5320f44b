"""How the log calls a notice: by the day it was put up. Nothing of what stands in it."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext as _

from heretask.kernel.log.naming import register
from heretask.ui.templatetags.ht import clock, day_short

from .models import Notice


def names(ids: Iterable[UUID]) -> dict[UUID, str]:
    """'the notice of 26 Nov, 08:00'."""
    rows = Notice.objects.filter(id__in=set(ids)).values_list("id", "made_at")
    return {own: _("the notice of %(when)s") % {"when": f"{day_short(at)} {clock(at)}"} for own, at in rows}


register("notice", names)
