"""Our drawings: each named by what it means, all in one file that a browser fetches once and keeps.

A page has some fifty of them; standing in it they were more than half of what a phone had to fetch.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy
from heroicons.templatetags.heroicons import heroicon_outline

from .marks import open_page

# Our word -> the drawing's name in the icon package. A word says what is meant, so a drawing can be exchanged here.
ICONS = {
    "alert": "exclamation-triangle",
    "back": "arrow-left",
    "bell": "bell",
    "book": "book-open",
    "broken": "x-circle",
    "calendar": "calendar",
    "camera": "camera",
    "check": "check-circle",
    "chevron": "chevron-right",
    "chevron-down": "chevron-down",
    "clip": "paper-clip",
    "clock": "clock",
    "close": "x-mark",
    "computer": "computer-desktop",
    "door": "arrow-right-start-on-rectangle",
    "down": "arrow-down-tray",
    "eye": "eye",
    "file": "document-text",
    "flag": "flag",
    "goal": "viewfinder-circle",
    "hand": "hand-raised",
    "house": "home",
    "info": "information-circle",
    "key": "key",
    "language": "language",
    "link": "link",
    "lock": "lock-closed",
    "message": "chat-bubble-left-right",
    "moon": "moon",
    "more": "bars-3",
    "offline": "signal-slash",
    "pen": "pencil-square",
    "people": "users",
    "person": "user-circle",
    "phone": "device-phone-mobile",
    "pill": "beaker",
    "plus": "plus",
    "print": "printer",
    "seal": "check-badge",
    "search": "magnifying-glass",
    "shield": "shield-check",
    "sliders": "adjustments-horizontal",
    "sun": "sun",
    "swap": "arrows-right-left",
    "tasks": "clipboard-document-check",
    "tick": "check",
    "today": "sun",
    "undo": "arrow-uturn-left",
    "unknown": "question-mark-circle",
    "up": "arrow-up-tray",
    "upload": "cloud-arrow-up",
    "wheel": "chart-pie",
}

_OUTERMOST = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


@cache
def drawing(name: str) -> SafeString:
    """The drawing of that name, as it stands in a page. KeyError where there is none of it."""
    if name not in ICONS:
        raise KeyError(name)
    where = f"{settings.STATIC_URL}icons.svg?{_version()}#{name}"
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"/></svg>', where)


@cache
def sheet() -> bytes:
    """All drawings, each a symbol; width and colour of their lines are the page's."""
    symbols = [f'<symbol id="{name}" viewBox="0 0 24 24">{_lines(ICONS[name])}</symbol>' for name in sorted(ICONS)]
    return "\n".join(['<svg xmlns="http://www.w3.org/2000/svg">', *symbols, "</svg>\n"]).encode()


@open_page(gettext_lazy("drawings, the same for everybody"))
def icons(_request: HttpRequest) -> HttpResponse:
    """The file with all drawings; its address changes with what is in it."""
    answer = HttpResponse(sheet(), content_type="image/svg+xml")
    answer["Cache-Control"] = "public, max-age=31536000, immutable"
    return answer


@cache
def _version() -> str:
    return hashlib.sha256(sheet()).hexdigest()[:8]


def _lines(drawn: str) -> str:
    return _OUTERMOST.sub(r"\1", heroicon_outline(drawn, size=None)).strip()
