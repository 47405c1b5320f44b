"""Emergency openings as pages show them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from heretask.kernel.log.queries import Entry, moment, variables_of
from heretask.kernel.log.sentences import Teller

from .actions import Judged, Line


@dataclass(frozen=True, slots=True)
class Row:
    """An opening with its state in words."""

    line: Line
    state: str
    word: str


@dataclass(frozen=True, slots=True)
class Done:
    """What was done under an opening."""

    at: dt.datetime
    sentence: SafeString


def row(line: Line) -> Row:
    """The state: still open, waits, waits too long, justified or not."""
    if line.justified is not None:
        return Row(line, "ok" if line.justified else "broken", _("Justified") if line.justified else _("Not justified"))
    if line.late:
        return Row(line, "broken", _("Not answered for 3 days"))
    return Row(line, "due", _("Open now") if line.lasts else _("Waits for an answer"))


def judged_context(judged: Judged) -> dict[str, Any]:
    """One opening, with what was done under it from the log."""
    teller = Teller(citizens={judged.citizen_id: judged.name})
    teller.learn(judged.done, citizens=False)
    done = [Done(moment(event.at), teller.sentence(Entry(event, variables_of(event)))) for event in judged.done]
    return {"judged": judged, "row": row(judged.line), "done": done}
