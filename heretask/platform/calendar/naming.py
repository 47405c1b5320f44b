"""How the log calls an appointment: by its time. Nothing of what stands in it."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext as _

from heretask.kernel.log.naming import register
from heretask.ui.templatetags.ht import clock, day_short

from .models import Appointment


def names(ids: Iterable[UUID]) -> dict[UUID, str]:
    """'the appointment of 26 Nov, 08:00'."""
    rows = Appointment.objects.filter(id__in=set(ids)).values_list("id", "starts_at", "timed")
    return {
        own: _("the appointment of %(when)s")
        % {"when": f"{day_short(at)} {clock(at)}" if timed else _("%(day)s, all day") % {"day": day_short(at)}}
        for own, at, timed in rows
    }  # fmt: skip


def feeds(ids: Iterable[UUID]) -> dict[UUID, str]:
    """All are called alike."""
    return dict.fromkeys(ids, _("the address of a calendar"))


register("appointment", names)
register("feed", feeds)
