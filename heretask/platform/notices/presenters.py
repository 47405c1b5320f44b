"""Notices as pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heretask.ui.templatetags.ht import day_short

from .queries import Line, Shown

BEGINNING = 160  # letters that a list has of a text


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph of lines, or the points of a list."""

    points: bool
    lines: list[str]


@dataclass(frozen=True, slots=True)
class Item:
    """A notice in a list."""

    line: Line
    beginning: str
    sub: str


def blocks_of(text: str) -> list[Block]:
    """Plain text as paragraphs and lists; nothing else in it means anything."""
    found: list[Block] = []
    begun = False
    for raw in text.splitlines():
        line = raw.strip()
        if not line:
            begun = False
            continue
        points = line.startswith(("- ", "* ", "• "))
        if not begun or found[-1].points != points:
            found.append(Block(points, []))
            begun = True
        found[-1].lines.append(line[2:].strip() if points else line)
    return found


def item_of(line: Line) -> Item:
    """A notice as a line: how it begins, for whom, by whom, until when."""
    words = " ".join(part for block in blocks_of(line.words.text) for part in block.lines)
    beginning = words if len(words) <= BEGINNING else words[:BEGINNING].rsplit(" ", 1)[0] + " …"
    until = _("until %(day)s") % {"day": day_short(line.ends)}
    return Item(line, beginning, " · ".join(part for part in (line.to, line.by, until) if part))


def waiting_told(count: int) -> str:
    """'2 to acknowledge'."""
    if not count:
        return _("You have acknowledged everything.")
    return ngettext("%(n)d to acknowledge", "%(n)d to acknowledge", count) % {"n": count}


def one_of(shown: Shown) -> dict[str, Any]:
    """The page of one notice."""
    watch = shown.watch
    asked = len(watch.have) + len(watch.have_not) if watch else 0
    return {
        "shown": shown, "line": shown.line, "blocks": blocks_of(shown.line.words.text), "watch": watch,
        "of": _("%(have)d of %(all)d") % {"have": len(watch.have), "all": asked} if watch else "",
    }  # fmt: skip
