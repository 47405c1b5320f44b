"""What the general meeting has before it of the wheel: what was done on time, what late, and what not."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from heretask.system.records.agenda import Line, agenda
from heretask.ui.templatetags.ht import day_whole

from . import queries


@agenda(20, "wheel", gettext_lazy("Duties of the year"))
def duties_of_the_year(since: dt.date, until: dt.date) -> list[Line]:
    """How many duties fell due in the period and how they were kept; each that was missed by its sentence."""
    today = min(until, timezone.localdate())
    found = [s for spoke in queries.wheel(today) for s in spoke.duties if since <= s.duty.due_on <= until]
    early = [
        s for spoke in queries.wheel(today) for s in spoke.duties if s.closing and since <= s.closing.done_on <= until
    ]
    due = {s.duty.id: s for s in [*found, *early] if s.closing or s.duty.due_on <= today}
    late = [s for s in due.values() if s.closing and s.missed_by]
    missing = [s for s in due.values() if s.closing is None and s.missed_by]
    kept = len(due) - len(late) - len(missing)
    lines = [
        Line(ngettext("%d duty was done on time.", "%d duties were done on time.", kept) % kept, state="ok"),
        Line(
            ngettext("%d duty was done too late.", "%d duties were done too late.", len(late)) % len(late),
            state="due" if late else "ok",
        ),
        Line(
            ngettext("%d duty is not done.", "%d duties are not done.", len(missing)) % len(missing),
            state="broken" if missing else "ok",
        ),
    ]  # fmt: skip
    for one in sorted([*missing, *late], key=lambda s: s.duty.due_on):
        days = ngettext("%(days)d day", "%(days)d days", one.missed_by) % {"days": one.missed_by}
        said = _("%(duty)s: due %(day)s, missed by %(days)s.")
        lines.append(
            Line(
                said % {"duty": one.rule.sentence, "day": day_whole(one.duty.due_on), "days": days},
                one.rule.promises[0], "due" if one.closing else "broken",
            )
        )  # fmt: skip
    return lines
