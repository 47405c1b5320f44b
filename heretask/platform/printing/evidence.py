"""Measured: what was printed, with which reason and event, what is still there, and that no other page prints."""

from __future__ import annotations

import datetime as dt
import http.client
import re
from typing import Any

from django.conf import settings
from django.db import connections
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from heretask.kernel.evidence.handshake import SECONDS, context_for, where
from heretask.kernel.evidence.measuring import Result, State, evidence
from heretask.kernel.evidence.reading import events_since, since
from heretask.platform.handing.models import Handing
from heretask.platform.handing.policies import BASES

from . import events, policies
from .models import Paper

MOST = 20_000
_LINK = re.compile(r'<link rel="stylesheet" href="(/static/[^"]+)"')
_BODY = re.compile(r"<body[^>]* data-unprinted=\"[^\"]+\"")
_PRINT = re.compile(r"@media print \{\n(.*?)\n\}", re.DOTALL)
EMPTY = "body:not(:has(.sheet:not([data-screen]))) > * { display: none !important; }"


@evidence(
    "DATA-6",
    counts=_("prints and handings-over of 30 days without a reason or an entry in the log, of all"),
    how=_(
        "Each print of 30 days must have its reason and its entry in the log, and the database must refuse one without "
        "a reason, and the loss of one that is still there. Papers that are not shredded or handed over after a day "
        "are overdue. What was handed over by a link must have its basis and its entry, too. A page is fetched "
        "through our own address with its style sheet, as a browser would: what is no print page must print empty. "
        "Where nobody answers, it cannot be measured."
    ),
)
def paper_is_accounted_for() -> Result:
    """Prints and open duties."""
    start = since()
    rows = list(Paper.objects.filter(made_at__gte=start).order_by("-made_at").values_list("id", "reason")[:MOST])
    printed = events_since(start - dt.timedelta(hours=1)).filter(  # an entry is a moment younger than its paper
        action__in=[events.PRINTED.name, events.PRINTED_LIST.name]
    )
    told = {own for own in printed.values_list("object_id", flat=True)[: MOST + 1000] if own is not None}
    reasoned = sum(1 for _id, reason in rows if reason in policies.REASONS)
    silent = sum(1 for own, _reason in rows if own not in told)
    lost = len(told - set(Paper.objects.filter(id__in=told).values_list("id", flat=True)))
    open_ones = Paper.objects.filter(ended_at=None)
    late = open_ones.filter(made_at__lt=timezone.now() - policies.LASTS).count()
    sample: dict[str, Any] = {
        "prints": len(rows), "prints_reasoned": f"{reasoned} / {len(rows)}", "prints_silent": silent,
        "prints_lost": lost, "papers_open": open_ones.count(), "papers_overdue": late, "papers_unguarded": _unguarded(),
    }  # fmt: skip
    given, baseless = _handed_over(start)
    sample |= {"handings": given, "handings_baseless": baseless}
    try:
        sample["prints_empty"] = prints_empty(str(settings.HERETASK_ADDRESS))
    except (OSError, http.client.HTTPException) as failure:
        return Result(State.UNKNOWN, "-", sample | {"reason": type(failure).__name__})
    faults = len(rows) - reasoned + silent + lost + baseless
    figure = f"{faults} / {len(rows) + given}"
    if faults or sample["papers_unguarded"] or not sample["prints_empty"]:
        return Result(State.BROKEN, figure, sample)
    return Result(State.DUE if late else State.HOLDS, figure, sample)


def _handed_over(start: dt.datetime) -> tuple[int, int]:
    """How much was handed over by links (REMOTE-3), and how much of it without a basis or its entry in the log."""
    rows = list(Handing.objects.filter(made_at__gte=start).order_by("-made_at").values_list("id", "basis")[:MOST])
    entries = events_since(start - dt.timedelta(hours=1)).filter(action__startswith="platform.handing.given")
    told = set(entries.values_list("object_id", flat=True)[: MOST + 1000])
    return len(rows), sum(1 for own, basis in rows if own not in told or basis not in BASES)


def prints_empty(address: str) -> bool:
    """Whether an ordinary page, as it is served now, has the style sheet that lets nothing of it on paper."""
    host, port = where(address)
    asking = http.client.HTTPSConnection(host, port, timeout=SECONDS, context=context_for(host))
    try:
        page = _fetched(asking, "/sign-in/")
        found = _LINK.search(page)
        return bool(found and _BODY.search(page) and keeps_off_paper(_fetched(asking, found[1])))
    finally:
        asking.close()


def keeps_off_paper(style: str) -> bool:
    """Whether a style sheet, when printing, hides whatever is no sheet."""
    return any(EMPTY in part for part in _PRINT.findall(style))


def _fetched(asking: http.client.HTTPSConnection, path: str) -> str:
    asking.request("GET", path, headers={"User-Agent": "HereTask proof"})
    answer = asking.getresponse()
    body = answer.read(1_000_000)
    if answer.status != http.client.OK:
        raise http.client.HTTPException(str(answer.status))
    return body.decode()


def _unguarded() -> int:
    """How many of the database's own rules about paper are gone: a reason must be said, and no paper vanishes."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select (select count(*) from pg_constraint where conrelid = 'public.platform_printing_paper'::regclass"
            " and conname = 'paper_reason' and convalidated)"
            " + (select count(*) from pg_trigger where tgrelid = 'public.platform_printing_paper'::regclass"
            " and tgname in ('paper_stays', 'paper_stays_whole') and tgenabled <> 'D')"
        )
        return 3 - int(cursor.fetchone()[0])
