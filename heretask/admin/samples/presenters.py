"""Sample checks as their pages and their minutes show them."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from heretask.kernel.access import reasons
from heretask.kernel.access.decide import Actor, may
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.identity.people import names_of
from heretask.kernel.log import witness
from heretask.kernel.log.sentences import Teller
from heretask.kernel.secrets.opening import open_text

from . import policies, queries
from .models import Draw, Drawn
from .queries import Line


def month_of(found: Draw) -> str:
    """The month a draw is of: 'October 2026'."""
    return date_format(timezone.localtime(found.since), "F Y")


def list_context(waiting: list[Line], draws: list[Draw], by: Actor) -> dict[str, Any]:
    """What waits for a judgment, and the draws."""
    return {
        "rows": [_row(line) for line in waiting], "runs": may(by, P.ADMIN_SAMPLES_RUN),
        "draws": [{"id": one.id, "month": month_of(one), "count": getattr(one, "count", 0)} for one in draws],
    }  # fmt: skip


def _row(line: Line) -> dict[str, Any]:
    state, word = state_of(line)
    return {
        "id": line.drawn.id, "name": open_text(line.drawn.user, "name"), "at": line.drawn.at, "state": state,
        "word": word, "why": _whys(line.drawn),
    }  # fmt: skip


def _whys(drawn: Drawn) -> list[str]:
    return [str(policies.WHYS[why]) for why in drawn.why if why in policies.WHYS]


def state_of(line: Line, now: dt.datetime | None = None) -> tuple[str, str]:
    """How far an opening is; red where nobody has answered in time."""
    moment = now or timezone.now()
    if line.judgment:
        return ("ok" if line.judgment.verdict == "justified" else "due"), str(policies.VERDICTS[line.judgment.verdict])
    made = line.drawn.draw.made_at
    if line.explanation:
        return ("broken" if made < moment - policies.JUDGE_WITHIN else "due"), _("Waits for a judgment")
    return ("broken" if made < moment - policies.EXPLAIN_WITHIN else "due"), _("Waits for an explanation")


def draw_context(found: Draw, lines: list[Line], names: dict[UUID, str]) -> dict[str, Any]:
    """A draw with seed, method and everything that was drawn."""
    for line in lines:
        line.drawn.draw = found
    return {
        "draw": found, "month": month_of(found), "pool": len(found.pool), "lots": sum(one[1] for one in found.pool),
        "rows": [
            {**_row(line), "citizen": names.get(line.drawn.citizen, ""), "judged": bool(line.judgment)}
            for line in lines
        ],
        "weights": [(str(policies.WHYS[why]), weight) for why, weight in policies.WEIGHTS.items()],
        "answered": sum(bool(line.judgment) for line in lines), "count": len(lines),
    }  # fmt: skip


def own_context(found: list[Drawn]) -> dict[str, Any]:
    """One's own openings that wait."""
    return {"rows": [{"id": one.id, "at": one.at} for one in found]}


def explain_context(line: Line, name: str, likely: list[str]) -> dict[str, Any]:
    """One of one's own openings, with reasons to tap."""
    return {
        "line": line, "name": name, "at": line.drawn.at,
        "choices": [(key, policies.CHOICES[key], place == 0) for place, key in enumerate(likely)],
    }  # fmt: skip


def line_context(line: Line, name: str) -> dict[str, Any]:
    """An opening to be judged."""
    said = line.explanation
    state, word = state_of(line)
    teller = Teller()
    teller.learn_units([line.drawn.purpose])
    reason = reasons.read(line.drawn.purpose)
    return {
        "line": line, "name": name, "who": open_text(line.drawn.user, "name"), "at": line.drawn.at,
        "why": _whys(line.drawn), "state": state, "word": word,
        "right": reason.why(teller.units) if reason else _("Not said by the log"),
        "said": str(policies.CHOICES[said.choice]) if said else "", "words": open_text(said, "words") if said else "",
        "verdicts": list(policies.VERDICTS.items()), "judged": line.judgment is not None,
    }  # fmt: skip


def minutes_told(found: Draw, lines: list[Line], names: dict[UUID, str]) -> dict[str, Any]:
    """The minutes of a draw."""
    for line in lines:
        line.drawn.draw = found
    judges = names_of(line.judgment.by_id for line in lines if line.judgment)
    rows = [
        [
            f"{timezone.localtime(line.drawn.at):%d-%m-%Y %H.%M}", open_text(line.drawn.user, "name"),
            names.get(line.drawn.citizen, ""), ", ".join(_whys(line.drawn)), _said(line), state_of(line)[1],
            judges.get(line.judgment.by_id, "") if line.judgment else "",
        ]
        for line in lines
    ]  # fmt: skip
    return {
        "lang": get_language() or "da", "title": _("Minutes of a sample check"), "customer": queries.customer().name,
        "page": [_("Page"), _("of")], "foot": witness.newest_line(),
        "facts": [
            (_("Month:"), month_of(found)), (_("Drawn:"), f"{len(lines)} / {len(found.pool)}"),
            (_("Judged:"), f"{sum(bool(line.judgment) for line in lines)} / {len(lines)}"),
            (_("Seed:"), found.seed), (_("Size of the tree:"), str(found.size)),
        ],
        "head": [
            _("Time"), _("Who"), _("Citizen"), _("Likelier drawn since"), _("Explanation"), _("Judgment"),
            _("Judged by"),
        ],
        "sections": [{"title": _("Drawn openings"), "rows": rows}] if rows else [],
    }  # fmt: skip


def _said(line: Line) -> str:
    if line.explanation is None:
        return ""
    words = open_text(line.explanation, "words")
    choice = str(policies.CHOICES[line.explanation.choice])
    return f"{choice}: {words}" if words else choice
