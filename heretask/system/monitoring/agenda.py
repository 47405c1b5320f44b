"""What watching brought in the year, for the general meeting (PROT-3)."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from heretask.system.records.agenda import Line, agenda
from heretask.system.registers.monitoring import counts_planted_faults

from . import queries
from .models import Alarm


@agenda(60, "monitoring", gettext_lazy("Monitoring: is it still enough?"))
def monitoring(since: dt.date, until: dt.date) -> list[Line]:
    """Alarms of the period, and the last exercise."""
    count = Alarm.objects.filter(raised_at__date__range=(since, until)).count()
    lines = [
        Line(
            ngettext("%(count)d alarm was raised.", "%(count)d alarms were raised.", count) % {"count": count}, "MON-1"
        )
    ]
    facts = queries.facts()
    if facts.exercised_at is None:
        lines.append(Line(_("The watching was never tried with planted faults."), "MON-1", "broken"))
    else:
        state = "ok" if facts.found == facts.planted else "broken"
        said = _("In the last exercise, watching found %(found)d of %(planted)d planted faults.")
        lines.append(Line(said % {"found": facts.found, "planted": facts.planted}, "MON-1", state))
    return lines


@counts_planted_faults
def planted_since(since: dt.date) -> tuple[int, int] | None:
    """Found and planted in the last exercise since a day, for the yearly answer on monitoring (PROT-3)."""
    facts = queries.facts()
    if facts.exercised_at is None or timezone.localdate(facts.exercised_at) < since:
        return None
    return facts.found, facts.planted
