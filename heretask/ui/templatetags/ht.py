"""HereTask's own template words: icons, state pills, charts, times and names.

Words come from the catalogue (English in the code). Only the order of day and month, and the mark between hours and
minutes, are chosen here, because they are formats and not words.
"""

from __future__ import annotations

import base64
import datetime as dt
import re
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from django import template
from django.forms import BoundField
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from heretask.ui import charts
from heretask.ui.icons import drawing

register = template.Library()

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
A_WORD = 32  # characters; a choice that is longer is a sentence

STATE_ICONS = {"ok": "check", "due": "clock", "broken": "broken", "unknown": "unknown", "info": "info"}


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw an icon beside a word; it says nothing to a screen reader by itself."""
    return drawing(str(name))


@register.simple_tag
def state(name: str, word: object = "") -> SafeString:
    """Draw a state's pill: icon, word and colour together, never colour alone."""
    known = name if name in STATE_ICONS else "unknown"
    return format_html(
        '<span class="state" data-state="{}">{}{}</span>',
        known,
        drawing(STATE_ICONS[known]),
        word or state_word(known),
    )


@register.simple_tag
def light(name: str, word: object = "") -> SafeString:
    """Draw the traffic light (red, yellow or green): the lamp's place, its colour and a word."""
    words = {"red": _("Red"), "yellow": _("Yellow"), "green": _("Green")}
    if name not in words:
        return state("unknown", word)
    lamps = '<span class="light-lamps" aria-hidden="true"><i></i><i></i><i></i></span>'
    return format_html(
        '<span class="light" data-light="{}">' + lamps + "<strong>{}</strong></span>", name, word or words[name]
    )


def state_word(name: str) -> str:
    """The word for a state."""
    words = {
        "ok": _("Holds"),
        "due": _("Due"),
        "broken": _("Broken"),
        "unknown": _("Cannot be measured"),
        "info": _("For your information"),
    }
    return words[name]


@register.simple_tag
def spark(values: Iterable[float | None], label: object, limit: float | None = None) -> SafeString:
    """Draw a curve; the label says what it shows."""
    return charts.spark(values, str(label), limit)


@register.simple_tag
def strip(states: Iterable[str], label: object) -> SafeString:
    """Draw a state per day; the label says what it shows."""
    return charts.strip(states, str(label))


@register.simple_tag
def meter(value: float, maximum: float, label: object) -> SafeString:
    """Draw how far something has come; the label says what it shows."""
    return charts.meter(value, maximum, str(label))


@register.simple_tag
def heat(values: Iterable[float], label: object, marks: Iterable[str] = ()) -> SafeString:
    """Draw a row of boxes, darker for more; the label says what it shows."""
    return charts.heat(values, str(label), marks)


def _danish() -> bool:
    return (get_language() or "da").startswith("da")


def _in_copenhagen(value: dt.datetime | dt.date) -> dt.datetime | dt.date:
    """A moment as the wall clock in Denmark shows it; a date stays a date."""
    if isinstance(value, dt.datetime):
        return value.astimezone(COPENHAGEN) if timezone.is_aware(value) else value
    return value


def _local_day(value: dt.datetime | dt.date) -> dt.date:
    local = _in_copenhagen(value)
    return local.date() if isinstance(local, dt.datetime) else local


def _today() -> dt.date:
    return timezone.now().astimezone(COPENHAGEN).date()


@register.filter
def has_sentences(field: BoundField) -> bool:
    """Whether a choice of the field is a sentence, so that the choices stand one under the other."""
    return any(len(str(word)) > A_WORD for _value, word in getattr(field.field, "choices", ()))


@register.filter
def step_words(label: object) -> str:
    """'once in many years' of the step '2 – once in many years', whose number is drawn by itself."""
    number, dash, words = str(label).partition(" – ")
    return words if dash and number.isdecimal() else str(label)


@register.filter
def clock(value: dt.datetime | dt.time | None) -> str:
    """The time of day: 02.14 in Danish, 02:14 in English."""
    if value is None or value == "":
        return ""
    local = value if isinstance(value, dt.time) else _in_copenhagen(value)
    mark = "." if _danish() else ":"
    return local.strftime(f"%H{mark}%M")


@register.filter
def day(value: dt.datetime | dt.date | None) -> str:
    """The day as people say it: today, yesterday, tomorrow, otherwise '24. november', with the year if another."""
    if value is None or value == "":
        return ""
    date, today = _local_day(value), _today()
    near = {-1: _("yesterday"), 0: _("today"), 1: _("tomorrow")}.get((date - today).days)
    if near:
        return near
    pattern = "j. F" if _danish() else "j F"
    return format_date(date, pattern if date.year == today.year else f"{pattern} Y")


@register.filter
def day_whole(value: dt.datetime | dt.date | None) -> str:
    """The day with its year, '24. november 2026': for what is kept, and read on another day than it was written."""
    return "" if value is None else format_date(_local_day(value), "j. F Y" if _danish() else "j F Y")


@register.filter
def day_short(value: dt.datetime | dt.date | None) -> str:
    """The day where room is short: '24. nov.', with the year when it is another."""
    if value is None or value == "":
        return ""
    date = _local_day(value)
    if _danish():
        month = format_date(date, "F")
        text = f"{date.day}. {month if len(month) <= 4 else month[:3] + '.'}"  # maj, juni and juli are short already
    else:
        text = format_date(date, "j M")
    return text if date.year == _today().year else f"{text} {date.year}"


@register.filter
def ago(value: dt.datetime | None) -> str:
    """How long ago a moment was, in the largest unit that fits: '3 min. ago'."""
    if value is None or value == "":
        return ""
    moment = value if timezone.is_aware(value) else value.replace(tzinfo=COPENHAGEN)
    minutes = int((timezone.now() - moment).total_seconds() // 60)
    if minutes < 1:
        return _("just now")
    if minutes < 60:
        return _("%(count)d min. ago") % {"count": minutes}
    hours = minutes // 60
    if hours < 24:
        return ngettext("%(count)d hour ago", "%(count)d hours ago", hours) % {"count": hours}
    days = hours // 24
    return ngettext("%(count)d day ago", "%(count)d days ago", days) % {"count": days}


@register.filter
def initials(name: object) -> str:
    """The first letters of the first and the last name: 'Svend Aage Krogh' -> 'SK'."""
    words = str(name or "").split()
    if not words:
        return ""
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


@register.filter
def picture(small: object) -> str:
    """A small picture of ours (JPEG) as a part of the page itself: seen with the page, and gone with it."""
    return f"data:image/jpeg;base64,{base64.b64encode(small).decode()}" if isinstance(small, bytes) and small else ""


@register.filter
def mask_cpr(value: object) -> str:
    """A CPR number with its last four figures hidden. What is no CPR number is hidden altogether."""
    found = re.fullmatch(r"\s*(\d{6})[-\s]?[\dA-Za-z]{4}\s*", str(value or ""), flags=re.ASCII)
    if found:
        return f"{found[1]}-••••"
    return "••••••-••••" if value else ""
