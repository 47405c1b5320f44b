"""What the general meeting and the yearly self-audit have before them of risks, subcontractors and the data centre."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from heretask.system.records import queries as kept
from heretask.system.records.agenda import Line, agenda
from heretask.ui.templatetags.ht import day_whole

from . import declarations as d
from . import levels, pictures, queries, shelves


@agenda(20, "risks", gettext_lazy("Risks"))
def risks(since: dt.date, until: dt.date) -> list[Line]:
    """Levels now and a year ago, what came and what went, what is high, and the last answer on monitoring."""
    found = queries.load(shelves.RISKS)
    open_ = queries.current(found)
    if not open_:
        return [Line(_("There is no risk on the register."), "PROT-3", "due")]
    now = Counter(level for item in open_ if (level := shelves.level_of(item)))
    words = ", ".join(f"{word}: {now[level]}" for level, word in reversed(levels.LEVELS.items()))
    new = sum(since <= timezone.localdate(i.done_at) <= until for i in found.items)
    ended = sum(bool((day_ := i.date("closed_on")) and since <= day_ <= until) for i in found.items)
    late = [i for i in open_ if (i.date("review_on") or dt.date.min) < until]
    lines = [
        Line(_("%(number)d risks now. %(levels)s.") % {"number": len(open_), "levels": words}, "PROT-3", "ok"),
        Line(_("%(new)d were added in the period, and %(ended)d ended.") % {"new": new, "ended": ended}),
    ]
    if late:
        lines.append(Line(_("%(number)d were not looked at in time.") % {"number": len(late)}, "PROT-3", "broken"))
    lines += [
        Line(_("%(level)s: %(risk)s") % {"level": levels.LEVELS[level], "risk": found.titles[i.id]}, "PROT-3", "due")
        for i in open_ if (level := shelves.level_of(i)) in {"high", "grave"}
    ]  # fmt: skip
    return [*lines, _monitoring(since)]


def _monitoring(since: dt.date) -> Line:
    last = queries.last_answer()
    asked = last.date("asked_on") if last else None
    if last is None or asked is None or asked < since:
        return Line(_("Whether monitoring is still enough was not answered in the period."), "PROT-3", "due")
    said = {"day": day_whole(asked), "found": last.values["found"], "planted": last.values["planted"]}
    enough = last.values["enough"] == "yes"
    words = _("enough") if enough else _("not enough")
    source = d.MONITORING.field("source").shown(last.values["source"])
    line = _("Monitoring, %(day)s: %(words)s; %(found)s of %(planted)s planted faults found (%(source)s).")
    return Line(line % {**said, "words": words, "source": str(source).lower()}, "PROT-3", "ok" if enough else "broken")


@agenda(30, "subcontractors", gettext_lazy("Subcontractors and the data centre"))
def subcontractors(since: dt.date, until: dt.date) -> list[Line]:
    """Who was assessed, who waits, what differs, and what the data centre has shown."""
    found = queries.load(shelves.SUBCONTRACTORS)
    own = queries.current(found)
    if not own:
        return [Line(_("There is no subcontractor on the register."), "SUB-1", "due")]
    duties = kept.standings((i.id for i in own), until)
    assessed = {id_: day_ for id_, day_ in queries.assessments(duties).items() if since <= day_ <= until}
    late = [i for i in own if found.told(i, until)[0] == "broken"]
    answers = {(i.values["subcontractor"], i.values["promise"]): i for i in kept.items(d.REQUIREMENTS)}
    tally = pictures.tally(own, answers)
    physical = queries.load(shelves.PHYSICAL)
    old = sum(physical.told(i, until)[0] == "broken" for i in physical.items)
    held = len({i.values["control"] for i in physical.items})
    lines = [
        Line(
            _("%(number)d of %(all)d subcontractors were assessed in the period.")
            % {"number": len(assessed), "all": len(own)}, "SUB-1", "ok" if len(assessed) == len(own) else "due",
        ),
        Line(
            _("Their requirements: %(same)d the same, %(accepted)d accepted, %(refused)d refused, %(open)d open.")
            % {**tally, "open": tally["open"] + tally["undecided"]},
            "SUB-2", "broken" if tally["refused"] else "due" if tally["open"] + tally["undecided"] else "ok",
        ),
        Line(
            _("The data centre: %(held)d of %(all)d controls are written down; %(old)d with evidence too old.")
            % {"held": held, "all": len(d.CONTROLS), "old": old},
            "PHYS-1", "broken" if old else "ok" if held == len(d.CONTROLS) else "due",
        ),
    ]  # fmt: skip
    lines += [Line(_("%(name)s: overdue.") % {"name": i.values["name"]}, "SUB-1", "broken") for i in late]
    return lines
