"""Grants as an administrator's pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from heretask.kernel.grants.models import Grant
from heretask.kernel.log.queries import Entry, moment, variables_of
from heretask.kernel.log.sentences import Teller
from heretask.ui.shell import place_names

from .actions import Overview, Watched


@dataclass(frozen=True, slots=True)
class Row:
    """A grant in a list, with its state in words."""

    grant: Grant
    state: str
    word: str
    waits: bool
    runs: bool
    minutes_left: int


def row(one: Grant) -> Row:
    """With its state."""
    now = timezone.now()
    waits = one.approved_at is None and one.refused_at is None and one.answer_until > now
    ended = one.cut_at or one.ended_at
    runs = one.ends_at is not None and not ended and one.ends_at > now
    left = int((one.ends_at - now).total_seconds() // 60) + 1 if runs and one.ends_at else 0
    state, word = ("due", _("Waits for your answer")) if waits else ("broken", _("Inside now")) if runs else _over(one)
    return Row(one, state, word, waits, runs, left)


def _over(one: Grant) -> tuple[str, str]:
    if one.cut_at:
        return "ok", _("Cut off")
    if one.refused_at:
        return "ok", _("Refused")
    return ("ok", _("Over")) if one.approved_at else ("unknown", _("Nobody answered in time"))


def list_context(seen: Overview) -> dict[str, Any]:
    """The whole list."""
    rows = [row(one) for one in seen.grants]
    return {
        "now": [r for r in rows if r.waits or r.runs], "past": [r for r in rows if not (r.waits or r.runs)],
        "standing": seen.standing,
    }  # fmt: skip


def grant_context(watched: Watched) -> dict[str, Any]:
    """One grant, with a line for each thing that happened under it."""
    told = row(watched.grant)
    over = watched.grant.approved_at is not None and not told.runs
    return {
        "row": told, "grant": watched.grant, "purpose": watched.purpose, "judgement": watched.judgement,
        "named": [watched.citizens.get(i, str(i)) for i in watched.grant.citizens],
        "lines": _lines(watched), "total": watched.total, "over": over,
        "newest": watched.events[0].at if watched.events else 0,
        "may_judge": watched.grant.broken_glass and watched.grant.judged_at is None,
    }  # fmt: skip


def _lines(watched: Watched) -> list[tuple[Any, SafeString]]:
    teller = Teller(places=place_names(), citizens=dict(watched.citizens))
    teller.learn(watched.events, citizens=False)
    return [(moment(event.at), teller.sentence(Entry(event, variables_of(event)))) for event in watched.events]
