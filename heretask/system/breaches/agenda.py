"""What the general meeting and the self-audit have before them of breaches."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from heretask.system.records.agenda import Line, agenda
from heretask.ui.templatetags.ht import day_whole

from . import queries
from .models import StepKind
from .policies import DEADLINE


@agenda(60, "breaches", gettext_lazy("Breaches and exercises"))
def of_the_year(since: dt.date, until: dt.date) -> list[Line]:
    """Every case that was reported in the period: what it was, and how long it took until every customer was told."""
    found = []
    for one in reversed(queries.cases()):
        if not since <= timezone.localdate(one.reported_at) <= until:
            continue
        sent = one.at(StepKind.SENT)
        name = _("Exercise: %(title)s") % {"title": one.title} if one.exercise else one.title
        if one.dismissed:
            found.append(Line(_("%(name)s: no breach after all") % {"name": name}, "NOTIFY-1", "ok"))
        elif sent is None:
            state = "broken" if timezone.now() > one.deadline else "due"
            found.append(Line(_("%(name)s: not every customer has been told") % {"name": name}, "NOTIFY-1", state))
        else:
            hours = number_format((sent - one.reported_at).total_seconds() / 3600, 1)
            said = {"name": name, "day": day_whole(one.reported_at), "hours": hours}
            found.append(
                Line(
                    _("%(name)s, %(day)s: every customer told after %(hours)s hours") % said, "NOTIFY-1",
                    "ok" if sent - one.reported_at <= DEADLINE else "broken",
                )
            )  # fmt: skip
    return found or [Line(_("No breach and no exercise in this period."), "NOTIFY-1")]
