"""The log's retention as pages and as paper."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from heretask.kernel.log import witness
from heretask.kernel.log.queries import moment
from heretask.kernel.log.registry import ACTIONS
from heretask.kernel.retention import queries
from heretask.kernel.retention.queries import COUNTED, Month
from heretask.kernel.tenancy.models import Customer

_KINDS = {
    "search": _("Stored searches, after 31 days"),
    "session": _("Sessions of people, as old as the log is kept"),
    "ticket": _("Tickets of jobs and of the operator, after 90 days"),
    "queue": _("Rows of the queue, after 90 days"),
    "job": _("Jobs, after 90 days"),
    "throttle": _("Counted tries at the door, after a day"),
    "outbox.address": _("E-mail addresses of those who left, after 30 days"),
    "outbox.mail": _("Outgoing mail and SMS, after 90 days"),
    "outbox.number": _("Telephone numbers of those who left, after 30 days"),
    "kernel.files": _("Files chosen for something that was never sent"),
    "platform.message": _("Messages, as old as they are kept"),
    "logs.extract": _("Wishes for extracts, after 30 days"),
    "logs.fetch_right": _("Rights to fetch an extract, after 30 days"),
    "logs.file": _("Extracts, after 7 days"),
    "citizens.file": _("Spreadsheets with citizens, after a day"),
    "handing.files": _("Files handed over by links, when their time is over"),
    "handing.rows": _("What was handed over by links, after 400 days"),
    "printing.papers": _("Papers that are gone, after 400 days"),
    "undo.act": _("Acts that could be taken back, after a day"),
    "users.file": _("Spreadsheets with users, after a day"),
}
_STATES = {"ok": _("Holds"), "due": _("Due"), "broken": _("Broken"), "unknown": _("Not measured")}


@dataclass(frozen=True, slots=True)
class Line:
    """One month of the protocol in the list."""

    frozen: Any
    name: str
    gone: int
    ended_at: dt.datetime | None


def page_context() -> dict[str, Any]:
    """How long the log is kept, and what has gone."""
    months, oldest = queries.customer().log_months, queries.oldest()
    return {
        "months": months, "oldest": oldest, "before": queries.month_before(months),
        "waits": oldest is not None and oldest < queries.month_before(months),
        "lines": [Line(m.frozen, name_of(m), m.gone, m.ended_at) for m in queries.months()],
        "rest": [(date_format(day, "F Y"), _rest(gone)) for day, gone in queries.rest_by_month()],
    }  # fmt: skip


def going_context(months: int) -> dict[str, Any]:
    """What would go with so many months, for the second question."""
    going = queries.going(months)
    return {"going": going, "many": going.events == COUNTED}


def name_of(month: Month) -> str:
    """The month's own name: 'October 2025'."""
    return date_format(moment(month.frozen.since).date(), "F Y")


def protocol_context(month: Month) -> dict[str, Any]:
    """One month of the protocol."""
    frozen = month.frozen
    gone = queries.gone_of(frozen.id)
    return {
        "month": month, "frozen": frozen, "name": name_of(month), "first": moment(frozen.since),
        "last": moment(frozen.before - 1),
        "kinds": [(_action(name), count, gone[name]) for name, count in _by_count(frozen.counts)],
        "promises": [_promise(name, told) for name, told in sorted(frozen.evidence.items())],
        "checkpoint": frozen.checkpoint,
        "signed_at": dt.datetime.fromisoformat(frozen.checkpoint["at"]),
    }  # fmt: skip


def protocol_told(month: Month, customer: Customer) -> dict[str, Any]:
    """One month of the protocol as its paper is given it."""
    told = protocol_context(month)
    done = _stamp(month.ended_at) if month.ended_at else gettext("not finished")
    return {
        "lang": get_language() or "da", "customer": customer.name,
        "title": gettext("Protocol of removal: the log of %(month)s") % {"month": told["name"]},
        "page": [gettext("Page"), gettext("of")], "foot": witness.newest_line(),
        "facts": [
            (gettext("Period:"), f"{_stamp(told['first'])} - {_stamp(told['last'])}"),
            (gettext("Kept for:"), gettext("%(months)d months") % {"months": month.frozen.months}),
            (gettext("Frozen:"), _stamp(month.frozen.made_at)), (gettext("Finished:"), done),
            (gettext("Events frozen and removed:"), f"{month.frozen.events} / {month.gone}"),
        ],
        "intro": [
            gettext(
                "The content of these events has been removed. The hash of each stays in its place in the tree, so "
                "that proofs and the checkpoint below can still be checked."
            )
        ],
        "tables": [
            {
                "title": gettext("Events by kind"), "columns": 3,
                "head": [gettext("Kind"), gettext("Frozen"), gettext("Removed")],
                "rows": [[name, str(had), str(went)] for name, had, went in told["kinds"]],
            },
            {
                "title": gettext("How the promises stood"), "columns": 4,
                "head": [gettext("Promise"), gettext("Newest"), gettext("Worst"), gettext("Measured")],
                "rows": [
                    [one["promise"], _said(one["newest"]), _said(one["worst"]), str(one["measured"])]
                    for one in told["promises"]
                ],
            },
        ],
        "note_title": gettext("The checkpoint in which all of it has its place"),
        "note": month.frozen.checkpoint["note"].splitlines(),
    }  # fmt: skip


def _said(result: dict[str, Any]) -> str:
    return f"{result['word']}, {result['figure']} ({_stamp(result['at'])})"


def _promise(name: str, told: dict[str, Any]) -> dict[str, Any]:
    def result(of: dict[str, Any]) -> dict[str, Any]:
        at = dt.datetime.fromisoformat(of["at"])
        return {**of, "word": str(_STATES.get(of["state"], of["state"])), "at": at}

    return {
        "promise": name, "measured": told["measured"], "newest": result(told["newest"]), "worst": result(told["worst"]),
    }  # fmt: skip


def _action(name: str) -> str:
    """An action in the words of its sentence, without the places for names."""
    known = ACTIONS.get(name)
    places = dict.fromkeys(("actor", "citizen", "object", "hits", "words"), "…")
    return str(known.sentence) % places if known else name


def _by_count(counts: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda one: (-one[1], one[0]))


def _rest(gone: Counter[str]) -> list[tuple[str, int]]:
    return [(str(_KINDS.get(kind, kind)), count) for kind, count in sorted(gone.items())]


def _stamp(at: dt.datetime) -> str:
    return f"{timezone.localtime(at):%d-%m-%Y %H.%M}"
