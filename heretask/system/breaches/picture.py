"""The timeline of a case as SVG: from the report over the steps to the last receipt, with the hours of the alarms.

Time runs as its square root, so that the first minutes of a quick case are seen beside the 24 hours it has.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from .models import StepKind
from .policies import ALARMS, DEADLINE
from .queries import Opened, Told

LEFT, RIGHT, WIDTH, HEIGHT = 8.0, 324.0, 340.0, 84.0
HOUR = 3600.0
MARKS = (*ALARMS, int(DEADLINE.total_seconds() // HOUR))


def timeline(one: Opened, told: Iterable[Told], label: str) -> SafeString:
    """The picture; `label` says its conclusion to who cannot see it."""
    rows, now = list(told), timezone.now()
    over = one.at(StepKind.CLOSED) or now
    moments = [at for row in rows for at in (row.made_at, row.received_at) if at]
    last = max([over if one.closed or one.dismissed else now, *moments])
    span = max((last - one.reported_at).total_seconds(), DEADLINE.total_seconds())

    def x(at: dt.datetime) -> str:
        spent = max((at - one.reported_at).total_seconds(), 0.0)
        return f"{LEFT + (RIGHT - LEFT) * (min(spent, span) / span) ** 0.5:.0f}"  # so many receipts are few marks

    end = one.at(StepKind.SENT) or (over if one.dismissed else now)
    late = end > one.deadline and not one.dismissed
    bar = "strip-broken" if late else "strip-ok" if one.at(StepKind.SENT) or one.dismissed else "strip-due"
    begin, hours = x(one.reported_at), _("h")
    marks = format_html_join(
        "",
        '<line class="spark-limit" x1="{0}" y1="10" x2="{0}" y2="66"/>'
        '<text x="{0}" y="79" text-anchor="middle">{1}</text>',
        ((x(one.reported_at + dt.timedelta(hours=h)), h if h < MARKS[-1] else f"{h} {hours}") for h in (0, *MARKS)),
    )
    steps = format_html_join(
        "",
        '<circle class="clockline-step" cx="{}" cy="18" r="3"/>',
        ((at,) for at in sorted({x(step.at) for step in one.steps}, key=float)),
    )
    receipts = format_html_join(
        "", '<rect class="strip-ok" x="{}" y="48" width="1.5" height="12"/>',
        ((at,) for at in sorted({x(row.received_at) for row in rows if row.received_at}, key=float)),
    )  # fmt: skip
    return format_html(
        '<svg class="clockline" viewBox="0 0 {} {}" role="img" aria-label="{}">{}'
        '<rect class="{}" x="{}" y="28" width="{}"'
        ' height="12" rx="2"/>{}{}</svg>',
        f"{WIDTH:.0f}", f"{HEIGHT:.0f}", label, marks, bar, begin, f"{max(float(x(end)) - float(begin), 2.0):.1f}",
        steps, receipts,
    )  # fmt: skip
