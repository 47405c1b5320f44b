"""What the general meeting has before it of everything that is measured: the year in figures, item by item.

Features that keep more than figures (policies, risks, drills) say it of themselves in their own `agenda` modules.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from heretask.kernel.evidence.measuring import MEASURES
from heretask.kernel.evidence.promises import PROMISES
from heretask.kernel.evidence.weighing import NOT_MEASURED
from heretask.system.assessment import queries as assessment
from heretask.system.records.agenda import Line, agenda
from heretask.ui.templatetags.ht import day_whole

from . import queries
from .declarations import FAILS, REMARK, VERDICTS

BY_PROMISE = {
    30: ("access", gettext_lazy("Access reviews"), ("ACCESS-1", "ACCESS-2")),
    35: ("incidents", gettext_lazy("Security incidents reported"), ("BREACH-1",)),
    40: ("backups", gettext_lazy("Backups and drills"), ("OPS-1", "OPS-2", "OPS-3")),
    45: ("people", gettext_lazy("Staff: checks, training and confidentiality"), (
        "STAFF-1", "STAFF-2", "STAFF-3", "STAFF-6", "CONF-1",
    )),
    50: ("grants", gettext_lazy("Our own access to customers"), ("ORG-2", "ACCESS-3")),
    55: ("hosts", gettext_lazy("Servers"), ("COMM-1", "LOG-5")),
}  # fmt: skip


@agenda(10, "promises", gettext_lazy("The promises over the year"))
def promises(since: dt.date, until: dt.date) -> list[Line]:
    """How many hold today, and each that was broken on some day of the period."""
    found = assessment.assessment(everywhere=True, slug="").weighed
    states = Counter(one.state for one in found.values())
    first = _(
        "%(ok)s of %(all)s promises hold, %(due)s are due, %(broken)s are broken, %(unknown)s are not measured."
    ) % {
        "ok": states["ok"], "all": len(PROMISES), "due": states["due"], "broken": states["broken"],
        "unknown": states["unknown"] + states[NOT_MEASURED],
    }  # fmt: skip
    broken = assessment.broken_days(since, until)
    worst = sorted(broken.items(), key=lambda one: -one[1])
    return [
        Line(first, state="broken" if states["broken"] else "ok"),
        *(Line(f"{_days(count)}: {PROMISES[id_].sentence}", id_, "broken") for id_, count in worst),
    ]


def _days(count: int) -> str:
    return ngettext("Broken on %(count)d day", "Broken on %(count)d days", count) % {"count": count}


def _of_promises(ids: tuple[str, ...], since: dt.date, until: dt.date) -> list[Line]:
    found = assessment.assessment(everywhere=True, slug="").weighed
    broken = assessment.broken_days(since, until)
    lines = []
    for id_ in ids:
        one = found[id_]
        parts = [str(PROMISES[id_].sentence)]
        if any(letter.isdigit() for letter in one.figure):
            parts.append(f"{one.figure} {MEASURES[id_].counts}" if id_ in MEASURES else one.figure)
        if broken.get(id_):
            parts.append(_days(broken[id_]))
        state = "unknown" if one.state == NOT_MEASURED else one.state
        lines.append(Line(" · ".join(parts), id_, state))
    return lines


def _declare(order: int, key: str, title: object, ids: tuple[str, ...]) -> None:
    agenda(order, key, title)(lambda since, until: _of_promises(ids, since, until))  # type: ignore[arg-type]


for _order, (_key, _title, _ids) in BY_PROMISE.items():
    _declare(_order, _key, _title, _ids)


@agenda(80, "audit", gettext_lazy("The last self-audit"))
def last_audit(_since: dt.date, _until: dt.date) -> list[Line]:
    """What it concluded, and on which promises it said more than 'keeps'."""
    found = next((one for one in queries.audits() if one.countersigned), None)
    if found is None or found.countersigned is None:
        return [Line(_("No self-audit has been finished and countersigned yet."), "REVIEW-1", "due")]
    counts = found.verdicts
    said = ", ".join(f"{str(label).lower()}: {counts[key]}" for key, label in VERDICTS.items() if counts[key])
    lines = [
        Line(_("Countersigned %(day)s. %(said)s.") % {"day": day_whole(found.countersigned.done_at), "said": said})
    ]
    for id_, one in sorted(found.conclusions.items()):
        if one.verdict in {FAILS, REMARK}:
            state = "broken" if one.verdict == FAILS else "due"
            lines.append(Line(f"{VERDICTS[one.verdict]}: {PROMISES[id_].sentence}", id_, state))
    return lines
