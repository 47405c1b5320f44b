"""How the log calls a task: by when it is due. Nothing of what stands in it."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext as _

from heretask.kernel.log.naming import register
from heretask.ui.templatetags.ht import clock, day_short

from .models import Task


def names(ids: Iterable[UUID]) -> dict[UUID, str]:
    """'the task for 26 Nov, 08:00'."""
    rows = Task.objects.filter(id__in=set(ids)).values_list("id", "due_at", "timed")
    return {
        own: _("the task for %(when)s")
        % {"when": f"{day_short(due)} {clock(due)}" if timed else _("%(day)s, all day") % {"day": day_short(due)}}
        for own, due, timed in rows
    }  # fmt: skip


register("task", names)
