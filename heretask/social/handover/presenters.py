"""The hand-over as its page shows it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heretask.kernel.undo.undoing import Offer
from heretask.ui.templatetags.ht import clock, day

from .actions import Screen
from .policies import SHIFTS
from .queries import Line, Took

BEGINNING = 240  # letters that the screen has of a note
NAMED = 3  # of those who have taken a note over


@dataclass(frozen=True, slots=True)
class Item:
    """A marked note as a line."""

    line: Line
    beginning: str
    when: str
    url: str
    marked: str
    taken: str


def page(screen: Screen) -> dict[str, Any]:
    """The page of one unit."""
    total = sum(len(group.lines) for group in screen.groups)
    unread = sum(line.unread for group in screen.groups for line in group.lines)
    here = reverse("social.handover_unit", args=[screen.unit_id])
    return {
        "screen": screen, "unit_name": screen.units[screen.unit_id], "total": total, "unread": unread,
        "groups": [(group.citizen, [item_of(line) for line in group.lines]) for group in screen.groups],
        "told": told(total, unread), "since": moment(screen.since),
        "periods": [(here + (f"?since={key}" if key else ""), word, key == screen.period) for key, word in _periods()],
        "others": [
            (reverse("social.handover_unit", args=[own]), name, own == screen.unit_id)
            for own, name in screen.units.items()
        ] if len(screen.units) > 1 else [],
        "took": [(one, took(one, total)) for one in screen.took],
        "confirms": _confirms(total),
        "own": next((one for one in screen.took if one.own), None), "undo": undo(screen.undo, screen.unit_id),
    }  # fmt: skip


def item_of(line: Line) -> Item:
    """A line: how the note begins as it reads now, when it happened, who marked it, who has taken it over."""
    text = " ".join(line.note.newest_text.split())
    names = [f"{name} {clock(at)}" for name, at in line.taken_by[:NAMED]]
    more = len(line.taken_by) - NAMED
    if more > 0:
        names.append(ngettext("%(n)d more", "%(n)d more", more) % {"n": more})
    return Item(
        line, text if len(text) <= BEGINNING else text[:BEGINNING].rsplit(" ", 1)[0] + " …",
        moment(line.note.happened_at),
        f"{reverse('social.journal', args=[line.note.citizen_id])}?note={line.note.id}",
        _("Marked by %(name)s %(when)s") % {"name": line.marked_by, "when": moment(line.marked_at)},
        _("Taken over by %(names)s") % {"names": ", ".join(names)} if names else "",
    )  # fmt: skip


def told(total: int, unread: int) -> str:
    """'4 marked notes, 2 of them new to you'."""
    found = ngettext("%(n)d marked note", "%(n)d marked notes", total) % {"n": total}
    if not total:
        return _("Nothing is marked")
    if not unread:
        return _("%(found)s, nothing new to you") % {"found": found}
    if unread == total:
        return _("%(found)s that you have not taken over") % {"found": found}
    return _("%(found)s, %(unread)d of them new to you") % {"found": found, "unread": unread}


def took(one: Took, total: int) -> str:
    """What of this screen stood on theirs."""
    if not total:
        return ""
    if one.covered >= total:
        return _("with all that stands here")
    return _("with %(n)d of the %(all)d that stand here") % {"n": one.covered, "all": total}


def moment(at: dt.datetime) -> str:
    """'23.10' today, otherwise with its day."""
    return clock(at) if timezone.localdate(at) == timezone.localdate() else f"{day(at)} {clock(at)}"


def undo(offer: Offer | None, unit_id: UUID) -> dict[str, Any] | None:
    """What one may still take back."""
    if offer is None:
        return None
    url = reverse("social.handover_undo", args=[unit_id, offer.id])
    return {"url": url, "until": offer.until, "sentence": _("You have taken over the shift.")}


def _confirms(total: int) -> str:
    """What the button says about the screen."""
    if not total:
        return _("You say that you are here, and that nothing is marked. What is marked later is not covered by it.")
    return ngettext(
        "You say that you have read the marked note on this screen. What is marked later is not covered by it.",
        "You say that you have read the %(n)d marked notes on this screen. What is marked later is not covered by it.",
        total,
    ) % {"n": total}


def _periods() -> list[tuple[str, str]]:
    words = {"day": _("Day"), "evening": _("Evening"), "night": _("Night")}
    return [("", _("Since last time")), *((key, words[key]) for key in SHIFTS)]
