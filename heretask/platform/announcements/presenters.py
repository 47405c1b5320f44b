"""Notices to customers as pages show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from heretask.ui.templatetags.ht import day_short

from .models import Announcement
from .policies import today
from .queries import Told, Written


@dataclass(frozen=True, slots=True)
class Line:
    """One as Management's page has it."""

    id: UUID
    title: str
    text: str
    sub: str
    state: str
    word: str
    holds: bool


def words_in(one: Told | Announcement) -> tuple[str, str]:
    """Heading and text in the reader's language."""
    if (get_language() or "da").startswith("da"):
        return one.title_da, one.text_da
    return one.title_en, one.text_en


def until(one: Told | Announcement) -> str:
    """'until 3 Dec.'"""
    return _("until %(day)s") % {"day": day_short(one.ends)}


def page_of(found: Sequence[Written]) -> dict[str, Any]:
    """What holds or will, and what is over."""
    lines = [_line(one) for one in found]
    return {"now": [one for one in lines if one.holds], "over": [one for one in lines if not one.holds]}


def _line(one: Written) -> Line:
    title, text = words_in(one.row)
    said = [
        _("Administrators") if one.row.admins else _("Everybody"),
        _("%(first)s to %(last)s") % {"first": day_short(one.row.starts), "last": day_short(one.row.ends)},
    ]
    if one.row.must:
        heard = ngettext("%(n)d person has acknowledged it", "%(n)d people have acknowledged it", one.people)
        where = ngettext("at %(n)d customer", "at %(n)d customers", one.customers) % {"n": one.customers}
        said.append(f"{heard % {'n': one.people}} {where}" if one.people else heard % {"n": 0})
    state, word = _state(one)
    return Line(one.row.id, title, text, " · ".join(said), state, word, state in {"ok", "due"})


def _state(one: Written) -> tuple[str, str]:
    if one.withdrawn_at:
        return "info", _("Withdrawn")
    if one.row.ends < today():
        return "info", _("Over")
    return ("ok", _("Is shown")) if one.row.starts <= today() else ("due", _("Not begun yet"))
