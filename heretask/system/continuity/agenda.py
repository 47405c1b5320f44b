"""What the general meeting and the self-audit have before them of continuity."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from heretask.system.records.agenda import Line, agenda
from heretask.ui.templatetags.ht import day_whole

from . import presenters, queries
from .declarations import FINDING, OUTCOMES, PLANS


@agenda(40, "continuity", gettext_lazy("Contingency plans and exercises"))
def continuity_of(since: dt.date, until: dt.date) -> list[Line]:
    """How each plan stands, each exercise of the period with its findings, and what is still open."""
    lines = [
        Line(f"{one.plan.title}: {presenters.state_of(one)[1]}", "CONT-1", presenters.state_of(one)[0])
        for one in queries.all_kept()
    ]
    for one in queries.exercises():
        held = one.item.date("held_on")
        if held is None or not since <= held <= until or not one.item.values["outcome"]:
            continue
        findings = sum(step.values["kind"] == FINDING for step in one.steps)
        said = ngettext("%(n)d finding", "%(n)d findings", findings) % {"n": findings}
        waiting = _("open actions: %(n)d") % {"n": len(one.open_actions)}
        late = any(standing.state == "broken" for standing in one.open_actions)
        lines.append(
            Line(
                f"{PLANS[one.item.values['plan']].title}, {day_whole(held)}: {OUTCOMES[one.item.values['outcome']]}, "
                f"{said}, {waiting}", "CONT-2", "broken" if late else "due" if one.open_actions else "ok",
            )
        )  # fmt: skip
    return lines
