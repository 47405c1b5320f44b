"""A customer's own notices as its pages show them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from . import words
from .declarations import DECISIONS, OPEN
from .models import ReceiptKind
from .own import Line, Shown
from .policies import PARTS
from .presenters import kinds_in_words, spent
from .words import PART_LABELS


def notice_title(exercise: bool, *, touched: bool) -> str:
    """A notice in a few words."""
    if exercise:
        return _("EXERCISE: notice of a breach")
    return _("A breach that concerns your data") if touched else _("A breach; none of your data is touched")


def notices_context(found: list[Line]) -> dict[str, Any]:
    """The list."""
    decisions = dict(DECISIONS)
    return {
        "rows": [
            {
                "line": line, "title": notice_title(line.exercise, touched=line.touched),
                "decision": decisions[line.decision],
                "open": line.decision == OPEN and line.touched and not line.exercise,
            }
            for line in found
        ],
    }  # fmt: skip


def notice_context(shown: Shown) -> dict[str, Any]:
    """One notice, in the reader's language, and the draft of a report that can be copied."""
    told = shown.told
    language = "da" if (translation.get_language() or "da").startswith("da") else "en"
    parts = told["parts"][language]
    facts = told.get("facts")
    data, done = kinds_in_words(facts["actions"]) if facts else ([], [])
    first_opened = next((at for kind, _who, at in shown.receipts if kind == ReceiptKind.OPENED), None)
    left = shown.decide_by - timezone.now()
    return {
        "shown": shown, "title": notice_title(shown.exercise, touched=shown.touched),
        "parts": [(PART_LABELS[part], parts[part]) for part in PARTS], "facts": facts, "data": data, "done": done,
        "first": _moment(facts["first_at"]) if facts else None, "last": _moment(facts["last_at"]) if facts else None,
        "since": _moment(told["since"]), "until": _moment(told["until"]), "everything": told["everything"],
        "citizens": sorted(shown.citizens.values()), "many": len(shown.citizens) > 20, "first_opened": first_opened,
        "opened": [(who, at) for kind, who, at in shown.receipts if kind == ReceiptKind.OPENED],
        "acknowledged": [(who, at) for kind, who, at in shown.receipts if kind == ReceiptKind.ACKNOWLEDGED],
        "late": left < dt.timedelta(0), "left": spent(abs(left)), "report": report_text(shown, parts, data),
        "decided": shown.entry is not None and shown.entry.values["decision"] != OPEN,
        "decision": dict(DECISIONS)[shown.entry.values["decision"]] if shown.entry else "",
    }  # fmt: skip


def report_text(shown: Shown, parts: Mapping[str, str], data: list[tuple[str, int]]) -> str:
    """What a customer can copy into its report to Datatilsynet (GDPR art. 33(3))."""
    facts = shown.told.get("facts")
    lines = [
        _("We were told by our processor, HereTask, on %(at)s.")
        % {"at": words.moment(shown.made_at)},
        f"{PART_LABELS['nature']}: {parts['nature']}",
    ]  # fmt: skip
    if facts:
        lines.append(
            _("About %(citizens)d citizens are concerned. Kinds of data: %(kinds)s.")
            % {"citizens": facts["citizens"], "kinds": ", ".join(word for word, _n in data) or _("all that is kept")}
        )
    lines += [f"{PART_LABELS[part]}: {parts[part]}" for part in ("consequences", "measures", "contact")]
    return "\n\n".join(lines)


def _moment(text: str) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None
